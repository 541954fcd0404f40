import type { LabelMapping, Target } from '@midwatch/core';
import { type Matcher, toPattern } from './logql.js';

/** Labels that may carry the service, the likeliest first. Loki 3 derives `service_name` from the others by itself. */
export const serviceLabels = [
  'service_name',
  'service',
  'app',
  'app_kubernetes_io_name',
  'application',
  'k8s_deployment_name',
  'deployment',
  'component',
  'container',
  'k8s_container_name',
  'container_name',
  'compose_service',
  'job',
] as const;

/** Without a service: labels that most streams have, so that `=~".+"` selects them all. */
export const commonLabels = [
  'service_name',
  'job',
  'namespace',
  'k8s_namespace_name',
  ...serviceLabels,
] as const;

export const scopeLabels = {
  namespace: ['namespace', 'k8s_namespace_name', 'kubernetes_namespace', 'kubernetes_namespace_name'],
  pod: ['pod', 'k8s_pod_name', 'pod_name', 'kubernetes_pod_name'],
  cluster: ['cluster', 'k8s_cluster_name', 'cluster_name'],
  environment: ['environment', 'env', 'deployment_environment', 'deployment_environment_name'],
} as const satisfies { [K in keyof Target]?: readonly string[] };
export const scopes = ['namespace', 'pod', 'cluster', 'environment'] as const;

export interface LabelOptions {
  readonly serviceLabel?: string | undefined;
  readonly namespaceLabel?: string | undefined;
}

/** `job` is often `namespace/service`. */
export function serviceMatcher(label: string, service: string): Matcher {
  return label === 'job'
    ? { label, operator: '=~', value: `(.+/)?${toPattern([service])}` }
    : { label, operator: '=', value: service };
}

export function toServiceName(label: string, value: string): string {
  return label === 'job' ? value.slice(value.lastIndexOf('/') + 1) : value;
}

/**
 * Which labels targets are asked by: of those on the streams, the likeliest; a service that another carries is asked by
 * that. Loki 3 puts `detected_level` into structured metadata, which no list of labels holds.
 */
export function toLabelMappings(names: readonly string[], options: LabelOptions): readonly LabelMapping[] {
  const choose = (
    field: LabelMapping['field'],
    candidates: readonly [string, ...string[]],
    own?: string,
  ): LabelMapping => {
    if (own !== undefined) return { field, label: own, chosenBy: 'option' };
    const found = candidates.find((label) => names.includes(label));
    return found === undefined
      ? { field, label: candidates[0], chosenBy: 'convention' }
      : { field, label: found, chosenBy: 'discovered' };
  };
  return [
    choose('service', serviceLabels, options.serviceLabel),
    choose('namespace', scopeLabels.namespace, options.namespaceLabel),
    choose('pod', scopeLabels.pod),
    choose('cluster', scopeLabels.cluster),
    choose('environment', scopeLabels.environment),
    choose('level', ['detected_level', 'level', 'severity', 'severity_text']),
  ];
}
