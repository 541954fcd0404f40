import type { Target } from '@midwatch/core';
import type { Application } from './argocd-schema.js';

/** Labels that name the service of an application, the most telling first. */
const serviceLabels = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'service', 'app'];

/** Service names by application name, where the two differ. */
export type ApplicationMap = Readonly<Record<string, string>>;

/** The service that an application deploys: by the given map, by its labels, or its own name. */
export function serviceOf(application: Application, applications: ApplicationMap): string {
  const { name, labels } = application.metadata;
  const mapped = Object.entries(applications).find(([, applicationName]) => applicationName === name);
  if (mapped !== undefined) return mapped[0];
  const label = serviceLabels
    .map((key) => labels?.[key])
    .find((value) => value !== undefined && value !== '');
  return label ?? name;
}

/**
 * The applications that a target speaks of. A service is found by the map, by name, by label, or by a name made of the service
 * and its namespace or environment, as in `shop-checkout` or `checkout-prod`.
 */
export function matchApplications(
  all: readonly Application[],
  target: Target,
  applications: ApplicationMap,
): readonly Application[] {
  const inNamespace = all.filter(({ spec }) => {
    const namespace = spec.destination?.namespace ?? '';
    return target.namespace === undefined || namespace === '' || namespace === target.namespace;
  });
  const { service } = target;
  if (service === undefined) return inNamespace;
  const mapped = Object.hasOwn(applications, service) ? applications[service] : undefined;
  if (mapped !== undefined) return all.filter(({ metadata }) => metadata.name === mapped);
  const named = inNamespace.filter((application) => {
    const { name, labels } = application.metadata;
    return name === service || serviceLabels.some((key) => labels?.[key] === service);
  });
  if (named.length > 0) return named;
  const parts = [target.namespace, target.environment, target.cluster].filter((part) => part !== undefined);
  return inNamespace.filter(({ metadata: { name } }) =>
    parts.some((part) => name === `${service}-${part}` || name === `${part}-${service}`),
  );
}
