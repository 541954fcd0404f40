import type { Target } from '@midwatch/core';
import type { Application } from './argocd-schema.js';

/** Service name to application name, where nothing tells. */
export type ApplicationMap = Readonly<Record<string, string>>;

export interface MatchedApplication {
  readonly application: Application;
  /** The service that its deploys are reported for. */
  readonly service: string;
}

const workloadKinds: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout']);
const nameLabels = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app'] as const;
/** Names a larger whole: good to find its applications, and no service's own name. */
const partOfLabel = 'app.kubernetes.io/part-of';

/**
 * The applications that deploy the target. A service is found by the given map, else by the application's name, its labels, a
 * workload of that name in it, or a name made of the service and its place (`shop-checkout`, `checkout-prod`): by the
 * first of these that finds any. Without a service it is whatever is deployed there.
 */
export function matchApplications(
  all: readonly Application[],
  target: Target,
  applications: ApplicationMap,
): MatchedApplication[] {
  const here = all.filter((application) => isThere(application, target));
  const { service } = target;
  if (service === undefined) {
    return here.map((application) => ({ application, service: serviceOf(application, applications) }));
  }
  const mapped = Object.hasOwn(applications, service) ? applications[service] : undefined;
  const places = [target.namespace, target.environment, target.cluster].filter(
    (place) => place !== undefined,
  );
  const ways: ((application: Application) => boolean)[] =
    mapped !== undefined
      ? [({ metadata }) => metadata.name === mapped]
      : [
          ({ metadata }) => metadata.name === service,
          ({ metadata }) => nameLabels.some((label) => metadata.labels?.[label] === service),
          (application) => workloadsOf(application).includes(service),
          ({ metadata: { name } }) =>
            places.some((place) => [`${service}-${place}`, `${place}-${service}`].includes(name)),
          ({ metadata }) => metadata.labels?.[partOfLabel] === service,
        ];
  const found = ways.map((way) => here.filter(way)).find((matched) => matched.length > 0) ?? [];
  return found.map((application) => ({ application, service }));
}

/** A place that an application does not tell is not held against it. */
function isThere({ metadata, spec }: Application, { namespace, cluster, environment }: Target): boolean {
  const destination = spec?.destination;
  const told = metadata.labels?.['environment'] ?? metadata.labels?.['env'];
  return (
    (namespace === undefined || !destination?.namespace || destination.namespace === namespace) &&
    (cluster === undefined || !destination?.name || destination.name === cluster) &&
    (environment === undefined || told === undefined || told === environment)
  );
}

/** By the given map, else the name of its only workload, else a label of its own, else the application's name. */
function serviceOf(application: Application, applications: ApplicationMap): string {
  const { name, labels } = application.metadata;
  const mapped = Object.entries(applications).find(([, mappedName]) => mappedName === name);
  if (mapped !== undefined) return mapped[0];
  const [workload, ...others] = workloadsOf(application);
  if (workload !== undefined && others.length === 0) return workload;
  return nameLabels.map((label) => labels?.[label]).find(Boolean) ?? name;
}

function workloadsOf({ status }: Application): string[] {
  return (status?.resources ?? []).flatMap(({ kind, name }) =>
    kind && name && workloadKinds.has(kind) ? [name] : [],
  );
}
