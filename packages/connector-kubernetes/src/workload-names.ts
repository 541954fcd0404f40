import type { WorkloadNames } from '@midwatch/core';
import { textOf } from './object-schema.js';
import { nameLabels, serviceOf } from './service-match.js';
import type { Workload } from './workload.js';

/** Set by Argo CD, which tracks by the label in older versions and by the annotation in newer ones. */
const applicationLabel = 'argocd.argoproj.io/instance';
const trackingAnnotation = 'argocd.argoproj.io/tracking-id';

/** A workload with every name that it tells: its telemetry's own, those of its labels, and its application's. */
export function toWorkloadNames(workload: Workload, service = serviceOf(workload)): WorkloadNames {
  const { kind, namespace, labels, podLabels, telemetryName } = workload;
  const told = [
    { name: telemetryName, toldBy: 'service.name', isTelemetryName: true },
    ...[...nameLabels, applicationLabel].map((label) => ({
      name: textOf(labels, label) ?? textOf(podLabels, label),
      toldBy: `label ${label}`,
    })),
    { name: applicationOf(workload), toldBy: `annotation ${trackingAnnotation}` },
  ];
  return {
    ...(namespace === '' ? {} : { namespace }),
    kind,
    workload: workload.workload,
    service,
    names: told.flatMap(({ name, ...by }) => (name ? [{ name, ...by }] : [])),
  };
}

/** `shop-checkout:apps/Deployment:shop/checkout`: of a copied annotation that names another object nothing is taken. */
function applicationOf({ metadata, kind, namespace, workload }: Workload): string | undefined {
  const [application, group, ...object] = (textOf(metadata.annotations, trackingAnnotation) ?? '').split(':');
  const isOwn = object.join(':') === `${namespace}/${workload}` && group?.endsWith(`/${kind}`) === true;
  return isOwn ? application : undefined;
}
