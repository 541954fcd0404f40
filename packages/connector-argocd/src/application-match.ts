import type { Target } from '@midwatch/core';
import type { Application } from './argocd-schema.js';

/** Service name to application name, where nothing tells; `namespace/name` where several have the name. */
export type ApplicationMap = Readonly<Record<string, string>>;

/** What alerts call a cluster to what Argo CD's destinations call it: a name, or the address of its API server. */
export type ClusterMap = Readonly<Record<string, string>>;

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
 * workload of that name in it, a name made of the service and its place (`shop-checkout`, `checkout-prod`), or the
 * ApplicationSet that made it: by the first of these that finds any. Without a service it is whatever is deployed there.
 */
export function matchApplications(
  all: readonly Application[],
  target: Target,
  applications: ApplicationMap,
  clusters: ClusterMap = {},
): MatchedApplication[] {
  const here = all.filter((application) => isThere(application, target, clusters));
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
      ? [(application) => isNamed(application, mapped)]
      : [
          ({ metadata }) => metadata.name === service,
          ({ metadata }) => nameLabels.some((label) => metadata.labels?.[label] === service),
          (application) => workloadsOf(application).includes(service),
          ({ metadata: { name } }) =>
            places.some((place) => [`${service}-${place}`, `${place}-${service}`].includes(name)),
          ({ metadata }) => isGeneratedBy(metadata, service),
          ({ metadata }) => metadata.labels?.[partOfLabel] === service,
        ];
  const found = ways.map((way) => here.filter(way)).find((matched) => matched.length > 0) ?? [];
  return found.map((application) => ({ application, service }));
}

function isNamed({ metadata }: Application, name: string): boolean {
  return metadata.name === name || `${metadata.namespace ?? ''}/${metadata.name}` === name;
}

/** An ApplicationSet makes an application for each cluster or folder, and names them as its template says. */
function isGeneratedBy({ ownerReferences }: Application['metadata'], name: string): boolean {
  return (ownerReferences ?? []).some((owner) => owner.kind === 'ApplicationSet' && owner.name === name);
}

/** A place that an application does not tell is not held against it. */
function isThere(
  { metadata, spec }: Application,
  { namespace, cluster, environment }: Target,
  clusters: ClusterMap,
): boolean {
  const destination = spec?.destination;
  const told = metadata.labels?.['environment'] ?? metadata.labels?.['env'];
  const toldCluster = cluster === undefined ? undefined : clusterOf(destination, clusters);
  return (
    (namespace === undefined || !destination?.namespace || destination.namespace === namespace) &&
    (toldCluster === undefined || toldCluster === cluster) &&
    (environment === undefined || told === undefined || told === environment)
  );
}

type Destination = NonNullable<Application['spec']>['destination'];

/** Argo CD's own names of the cluster that it runs in; what others call it they do not tell. */
const ownCluster = { name: 'in-cluster', server: 'https://kubernetes.default.svc' };

/** A destination has a name or an address, never both; an address without a name in the map tells nothing. */
function clusterOf(destination: Destination, clusters: ClusterMap): string | undefined {
  const name = destination?.name || undefined;
  const server = destination?.server?.replace(/\/+$/, '') || undefined;
  const isOwn = name === ownCluster.name || server === ownCluster.server;
  const names = isOwn ? [ownCluster.name, ownCluster.server] : [name, server];
  const mapped = Object.entries(clusters).find(([, known]) => names.includes(known.replace(/\/+$/, '')));
  return mapped?.[0] ?? (isOwn ? undefined : name);
}

/** By the given map, else the name of its only workload, else a label of its own, else the application's name. */
function serviceOf(application: Application, applications: ApplicationMap): string {
  const { name, labels } = application.metadata;
  const mapped = Object.entries(applications).find(([, mappedName]) => isNamed(application, mappedName));
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
