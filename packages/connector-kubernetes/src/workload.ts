import type { DeploySignal } from '@midwatch/core';
import * as z from 'zod';
import type { ListPath } from './kubernetes-api.js';
import {
  type Condition,
  conditionsSchema,
  controllerOf,
  type ManagedFields,
  type Metadata,
  metadataSchema,
  textOf,
  toMs,
} from './object-schema.js';
import { type ServiceIdentity, telemetryNameOf } from './service-match.js';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Rollout';

/** What is rolled out: it has a history of pod templates. */
export interface Workload extends ServiceIdentity {
  readonly kind: WorkloadKind;
  readonly uid: string;
  readonly metadata: Metadata;
  /** Many write labels into the pod template only. */
  readonly podLabels: Metadata['labels'];
  /** Its pods' and revisions' labels as a selector; undefined where labels alone do not select them. */
  readonly labelSelector: string | undefined;
  readonly phase: DeploySignal['phase'];
  /** When a rollout was last seen to move: with `NewReplicaSetAvailable` that is its end. The text names the ReplicaSet. */
  readonly progress: { readonly atMs: number; readonly text: string } | undefined;
  readonly managedFields: readonly ManagedFields[];
}

/** One pod template that was rolled out, with the numbers it had. */
export interface Revision {
  readonly number: number;
  /** Numbers that it had before, oldest first: a rollback takes an old one and gives it a new number. */
  readonly earlier: readonly number[];
  readonly name: string;
  readonly ownerUid: string;
  /** When it was made, which is not when it was last rolled out. */
  readonly createdMs: number;
  readonly template: unknown;
  readonly changeCause: string | undefined;
  /** Selects the pods made from it. */
  readonly podSelector: string | undefined;
  readonly owner: { readonly kind: string; readonly name: string };
  readonly metadata: Metadata;
}

const countSchema = z.number().nullish();
export const workloadSchema = z.object({
  metadata: metadataSchema.extend({ uid: z.string().min(1) }),
  spec: z.object({
    replicas: countSchema,
    paused: z.boolean().nullish(),
    selector: z
      .object({
        matchLabels: z.record(z.string(), z.string()).nullish(),
        matchExpressions: z.array(z.unknown()).nullish(),
      })
      .nullish(),
    template: z.unknown().optional(),
  }),
  status: z
    .object({
      observedGeneration: countSchema,
      replicas: countSchema,
      updatedReplicas: countSchema,
      availableReplicas: countSchema,
      currentRevision: z.string().nullish(),
      updateRevision: z.string().nullish(),
      desiredNumberScheduled: countSchema,
      updatedNumberScheduled: countSchema,
      numberAvailable: countSchema,
      conditions: conditionsSchema,
    })
    .nullish(),
});
type WorkloadObject = z.infer<typeof workloadSchema>;

export const workloadLists: readonly { kind: WorkloadKind; path: ListPath; what: string }[] = [
  { kind: 'Deployment', path: '/apis/apps/v1/{scope}deployments', what: 'deployments' },
  { kind: 'StatefulSet', path: '/apis/apps/v1/{scope}statefulsets', what: 'statefulsets' },
  { kind: 'DaemonSet', path: '/apis/apps/v1/{scope}daemonsets', what: 'daemonsets' },
];

export function toWorkload(object: WorkloadObject, kind: WorkloadKind): Workload {
  const { metadata, spec, status } = object;
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  return {
    kind,
    uid: metadata.uid,
    workload: metadata.name,
    namespace: metadata.namespace ?? '',
    labels: metadata.labels,
    telemetryName: telemetryNameOf(spec.template),
    metadata,
    podLabels: podLabelsOf(spec.template),
    labelSelector: toSelector(spec.selector),
    phase: phaseOf(object, kind, progressing),
    progress: toProgress(progressing),
    managedFields: metadata.managedFields ?? [],
  };
}

const templateSchema = z.object({ metadata: metadataSchema.pick({ labels: true }).nullish() });

export function podLabelsOf(template: unknown): Metadata['labels'] {
  return templateSchema.safeParse(template).data?.metadata?.labels;
}

function toProgress(progressing: Condition | undefined): Workload['progress'] {
  const atMs = toMs(progressing?.lastUpdateTime);
  return atMs === undefined ? undefined : { atMs, text: progressing?.message ?? '' };
}

function toSelector(selector: WorkloadObject['spec']['selector']): string | undefined {
  const pairs = Object.entries(selector?.matchLabels ?? {});
  return pairs.length === 0 ? undefined : pairs.map(([label, value]) => `${label}=${value}`).join(',');
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status */
function phaseOf(
  { metadata, spec, status }: WorkloadObject,
  kind: WorkloadKind,
  progressing: Condition | undefined,
): DeploySignal['phase'] {
  if (progressing?.status === 'False') return 'failed';
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return 'running';
  if (kind === 'DaemonSet') {
    const wanted = status?.desiredNumberScheduled ?? 0;
    const isDone = [status?.updatedNumberScheduled, status?.numberAvailable].every(
      (count) => (count ?? 0) >= wanted,
    );
    return isDone ? 'succeeded' : 'running';
  }
  if (kind === 'StatefulSet') {
    return status?.currentRevision === status?.updateRevision ? 'succeeded' : 'running';
  }
  if (progressing?.reason === 'NewReplicaSetAvailable') return 'succeeded';
  const wanted = spec.replicas ?? 1;
  const isDone =
    status?.updatedReplicas === wanted && status.replicas === wanted && status.availableReplicas === wanted;
  return isDone ? 'succeeded' : 'running';
}

export const replicaSetSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ template: z.unknown().optional() }),
});

export const controllerRevisionSchema = z.object({
  metadata: metadataSchema,
  revision: z.number().int(),
  data: z.object({ spec: z.object({ template: z.unknown().optional() }).nullish() }).nullish(),
});

/** Rolled back more often than that, it is the newest times that matter. */
const MAX_EARLIER = 50;
const changeCause = 'kubernetes.io/change-cause';
/** Argo Rollouts numbers its ReplicaSets by an annotation of its own. */
const numbering = [
  {
    prefix: 'deployment.kubernetes.io/',
    podLabel: 'pod-template-hash',
  },
  { prefix: 'rollout.argoproj.io/', podLabel: 'rollouts-pod-template-hash' },
] as const;

/** A ReplicaSet as a revision; undefined when no workload numbers it. */
export function fromReplicaSet({ metadata, spec }: z.infer<typeof replicaSetSchema>): Revision | undefined {
  for (const { prefix, podLabel } of numbering) {
    const number = Number(textOf(metadata.annotations, `${prefix}revision`) ?? Number.NaN);
    if (!Number.isSafeInteger(number)) continue;
    const earlier = (textOf(metadata.annotations, `${prefix}revision-history`) ?? '')
      .split(',')
      .map(Number)
      .filter((one) => Number.isSafeInteger(one) && one > 0 && one < number)
      .slice(-MAX_EARLIER);
    const hash = textOf(metadata.labels, podLabel);
    const selector = hash === undefined ? undefined : `${podLabel}=${hash}`;
    return toRevision(metadata, { number, earlier, template: spec.template, podSelector: selector });
  }
  return undefined;
}

/** StatefulSets and DaemonSets keep their templates in these; one that is taken again gets a new number and tells no old one. */
export function fromControllerRevision({
  metadata,
  revision,
  data,
}: z.infer<typeof controllerRevisionSchema>): Revision | undefined {
  const owner = controllerOf(metadata);
  // The pods of a StatefulSet are labelled with the revision's name, those of a DaemonSet with its hash.
  const hash =
    owner?.kind === 'DaemonSet' ? textOf(metadata.labels, 'controller-revision-hash') : metadata.name;
  return toRevision(metadata, {
    number: revision,
    earlier: [],
    template: data?.spec?.template,
    podSelector: hash === undefined ? undefined : `controller-revision-hash=${hash}`,
  });
}

function toRevision(
  metadata: Metadata,
  known: Pick<Revision, 'number' | 'earlier' | 'template' | 'podSelector'>,
): Revision | undefined {
  const owner = controllerOf(metadata);
  const createdMs = toMs(metadata.creationTimestamp);
  if (owner === undefined || createdMs === undefined) return undefined;
  return {
    ...known,
    earlier: known.earlier.toSorted((left, right) => left - right),
    name: metadata.name,
    ownerUid: owner.uid,
    owner: { kind: owner.kind, name: owner.name },
    createdMs,
    changeCause: textOf(metadata.annotations, changeCause),
    metadata,
  };
}
