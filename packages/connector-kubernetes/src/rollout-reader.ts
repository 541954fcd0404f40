import type { CallContextV1, Gap, SignalQueryByKind } from '@midwatch/core';
import type { KubernetesApi, Listing } from './kubernetes-api.js';
import { matchService, telemetryNameOf } from './service-match.js';
import { type Part, settleParts } from './settle-parts.js';
import {
  controllerRevisionSchema,
  fromControllerRevision,
  fromReplicaSet,
  podLabelsOf,
  type Revision,
  replicaSetSchema,
  toWorkload,
  type Workload,
  workloadLists,
  workloadSchema,
} from './workload.js';

type DeployQuery = SignalQueryByKind['deploys'];
type Namespaces = readonly (string | undefined)[];

export interface ReadRollouts {
  readonly workloads: readonly Workload[];
  /** By the uid of their workload. */
  readonly revisions: ReadonlyMap<string, readonly Revision[]>;
  readonly gaps: readonly Gap[];
  /** All workloads there, asked for or not; undefined where a part of them could not be read. */
  readonly all: readonly Workload[] | undefined;
}

/** With more, one list of the namespace costs less than one for each. */
const MAX_SELECTED = 4;

/** The workloads that the query is about, with the revisions that still exist of each. */
export async function readRollouts(
  api: KubernetesApi,
  namespaces: Namespaces,
  { target: { service } }: DeployQuery,
  call: CallContextV1,
): Promise<ReadRollouts> {
  const lists = namespaces.flatMap((namespace) =>
    workloadLists.map(
      ({ kind, path, what }): Part<Workload> => ({
        what,
        listing: api
          .list({ path, namespace, schema: workloadSchema }, call)
          .then(({ items, gaps }) => ({ items: items.map((item) => toWorkload(item, kind)), gaps })),
      }),
    ),
  );
  const all = await settleParts(lists);
  const matched =
    service === undefined ? all.items : matchService(all.items, (workload) => workload, service);
  const isSelected =
    matched.length > 0 &&
    matched.length <= MAX_SELECTED &&
    service !== undefined &&
    matched.every(({ labelSelector }) => labelSelector !== undefined);
  const revisions = await settleParts(
    isSelected
      ? matched.map((workload) => listOf(api, workload, call))
      : listsOf(api, namespaces, matched, call),
  );
  const workloads = [...matched, ...argoRollouts(revisions.items, service, matched.length)];
  const wanted = new Set(workloads.map(({ uid }) => uid));
  const byWorkload = new Map<string, Revision[]>();
  for (const revision of revisions.items) {
    if (!wanted.has(revision.ownerUid)) continue;
    const known = byWorkload.get(revision.ownerUid);
    if (known === undefined) byWorkload.set(revision.ownerUid, [revision]);
    else known.push(revision);
  }
  return {
    workloads,
    revisions: byWorkload,
    gaps: [...all.gaps, ...revisions.gaps],
    all: all.gaps.length > 0 ? undefined : [...new Set([...all.items, ...workloads])],
  };
}

/** The revisions of one workload; its labels match too much, so that owners decide later. */
function listOf(api: KubernetesApi, workload: Workload, call: CallContextV1): Part<Revision> {
  const { namespace, labelSelector, kind } = workload;
  return kind === 'Deployment'
    ? replicaSets(api, namespace, labelSelector, call)
    : controllerRevisions(api, namespace, labelSelector, call);
}

function listsOf(
  api: KubernetesApi,
  namespaces: Namespaces,
  matched: readonly Workload[],
  call: CallContextV1,
): Part<Revision>[] {
  const hasOthers = matched.some(({ kind }) => kind !== 'Deployment');
  return namespaces.flatMap((namespace) => [
    // Asked even without a Deployment: Argo Rollouts make ReplicaSets, too.
    replicaSets(api, namespace, undefined, call),
    ...(hasOthers ? [controllerRevisions(api, namespace, undefined, call)] : []),
  ]);
}

function replicaSets(
  api: KubernetesApi,
  namespace: string | undefined,
  labelSelector: string | undefined,
  call: CallContextV1,
): Part<Revision> {
  const path = '/apis/apps/v1/{scope}replicasets';
  const listing = api.list({ path, namespace, labelSelector, schema: replicaSetSchema }, call);
  return { what: 'replicasets', listing: listing.then((found) => toRevisions(found, fromReplicaSet)) };
}

function controllerRevisions(
  api: KubernetesApi,
  namespace: string | undefined,
  labelSelector: string | undefined,
  call: CallContextV1,
): Part<Revision> {
  const path = '/apis/apps/v1/{scope}controllerrevisions';
  const listing = api.list({ path, namespace, labelSelector, schema: controllerRevisionSchema }, call);
  return {
    what: 'controllerrevisions',
    listing: listing.then((found) => toRevisions(found, fromControllerRevision)),
  };
}

function toRevisions<T>(
  { items, gaps }: Listing<T>,
  toRevision: (item: T) => Revision | undefined,
): Listing<Revision> {
  return { items: items.flatMap((item) => toRevision(item) ?? []), gaps };
}

/** Rollouts of Argo are known by the ReplicaSets they own; the objects themselves are not read. */
function argoRollouts(
  revisions: readonly Revision[],
  service: string | undefined,
  matchedCount: number,
): readonly Workload[] {
  if (service !== undefined && matchedCount > 0) return [];
  const found = new Map<string, Workload>();
  for (const { owner, ownerUid, metadata, template } of revisions) {
    if (owner.kind !== 'Rollout') continue;
    found.set(ownerUid, {
      kind: 'Rollout',
      uid: ownerUid,
      workload: owner.name,
      namespace: metadata.namespace ?? '',
      labels: metadata.labels,
      telemetryName: telemetryNameOf(template),
      metadata: { name: owner.name, labels: metadata.labels },
      podLabels: podLabelsOf(template),
      labelSelector: undefined,
      phase: 'unknown',
      progress: undefined,
      managedFields: [],
    });
  }
  const all = [...found.values()];
  return service === undefined ? all : matchService(all, (workload) => workload, service);
}
