import { type CallContextV1, ConnectorError } from '@midwatch/core';
import { hashOf } from '../plan-id.js';
import { asObserved, type Observed, type TargetName } from '../target.js';
import {
  controllerOf,
  type DeploymentObject,
  type PodObject,
  type PodTemplate,
  type ReplicaSetObject,
  textOf,
  withoutHash,
} from './kubernetes-objects.js';
import type { KubernetesRequests, ObjectName } from './kubernetes-requests.js';

const REVISION = 'deployment.kubernetes.io/revision';
/** Where a write leaves the id of its plan, so that it can be found again. */
export const PLAN_ANNOTATION = 'midwatch/plan';

type KubernetesName = Extract<TargetName, { kind: 'deployment' | 'pod' }>;

/** An earlier pod template of a Deployment: what a rollback can go to. */
export interface DeploymentRevision extends Observed {
  /** Of its ReplicaSet. */
  readonly uid: string;
  readonly revision: number;
  /** When it was first rolled out. */
  readonly createdMs?: number | undefined;
  readonly template: PodTemplate;
  readonly templateHash: string;
}

export interface DeploymentAutoscaler {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

/** A Deployment as it was read, or the one that a pod belongs to. */
export interface ObservedDeployment extends Observed {
  readonly target: KubernetesName;
  readonly deployment: DeploymentObject;
  /** Only for a pod. */
  readonly pod?: PodObject;
  /** Newest first, without the current one. */
  readonly revisions: readonly DeploymentRevision[];
  readonly current: DeploymentRevision | undefined;
  readonly autoscalers: readonly DeploymentAutoscaler[];
  /** What else writes it and would undo a change. */
  readonly managedBy?: string;
  /** What plans are bound to. It leaves out what moves by itself, such as the number of ready pods. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** A pod without a Deployment above it would not come back after an eviction. */
export class NotControlledError extends Error {
  override readonly name = 'NotControlledError';
}

export async function observeDeployment(
  requests: KubernetesRequests,
  target: KubernetesName,
  call: CallContextV1,
): Promise<ObservedDeployment> {
  const pod = target.kind === 'pod' ? await requests.readPod(target, call) : undefined;
  const name = pod === undefined ? target : await findDeployment(requests, target.namespace, pod, call);
  const deployment = await requests.readDeployment(name, call);
  const [sets, autoscalers] = await Promise.all([
    requests.listReplicaSets(target.namespace, selectorOf(deployment), call),
    requests.listAutoscalers(target.namespace, call),
  ]);
  if (sets.metadata?.continue || autoscalers.metadata?.continue) {
    const message = 'the namespace holds more objects than are read';
    throw new ConnectorError({ code: 'too-large', connectorId: requests.executorId, message });
  }
  const current = textOf(deployment.metadata.annotations, REVISION);
  const revisions = await toRevisions(deployment, sets.items ?? []);
  const ownAutoscalers = (autoscalers.items ?? [])
    .filter(({ spec: { scaleTargetRef: to } }) => to.kind === 'Deployment' && to.name === name.name)
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      min: spec.minReplicas ?? 1,
      max: spec.maxReplicas,
    }));
  const managedBy = managerOf(deployment);
  return asObserved({
    target,
    deployment,
    ...(pod === undefined ? {} : { pod }),
    revisions: revisions.filter(({ revision }) => String(revision) !== current),
    current: revisions.find(({ revision }) => String(revision) === current),
    autoscalers: ownAutoscalers,
    ...(managedBy === undefined ? {} : { managedBy }),
    state: {
      uid: deployment.metadata.uid,
      generation: deployment.metadata.generation ?? 0,
      revision: current ?? '',
      replicas: replicasOf(deployment),
      paused: deployment.spec.paused === true,
      deleting: deployment.metadata.deletionTimestamp != null,
      template: await hashOf(withoutHash(deployment.spec.template)),
      autoscalers: ownAutoscalers,
      managedBy: managedBy ?? '',
      ...(pod === undefined ? {} : { pod: pod.metadata.uid, deployment: deployment.metadata.name }),
    },
  });
}

/** Kubernetes takes an absent number for one. */
export const replicasOf = ({ spec }: DeploymentObject): number => spec.replicas ?? 1;

async function findDeployment(
  requests: KubernetesRequests,
  namespace: string,
  pod: PodObject,
  call: CallContextV1,
): Promise<ObjectName> {
  const set = controllerOf(pod.metadata);
  if (set?.kind !== 'ReplicaSet') throw new NotControlledError('the pod belongs to no Deployment');
  const { metadata } = await requests.readReplicaSet({ namespace, name: set.name }, call);
  const owner = controllerOf(metadata);
  if (metadata.uid !== set.uid || owner?.kind !== 'Deployment') {
    throw new NotControlledError('the pod belongs to no Deployment');
  }
  return { namespace, name: owner.name };
}

async function toRevisions(
  { metadata }: DeploymentObject,
  sets: readonly ReplicaSetObject[],
): Promise<readonly DeploymentRevision[]> {
  // Labels alone match too much: another Deployment's may be equal.
  const own = sets.filter((set) => controllerOf(set.metadata)?.uid === metadata.uid);
  const revisions = await Promise.all(
    own.map(async (set) => {
      const template = withoutHash(set.spec.template);
      const revision = Number(textOf(set.metadata.annotations, REVISION) ?? Number.NaN);
      const { uid, creationTimestamp } = set.metadata;
      const createdMs = creationTimestamp == null ? undefined : Date.parse(creationTimestamp);
      return asObserved({ uid, revision, createdMs, template, templateHash: await hashOf(template) });
    }),
  );
  return revisions
    .filter(({ revision }) => Number.isSafeInteger(revision) && revision > 0)
    .sort((left, right) => right.revision - left.revision);
}

function selectorOf({ spec: { selector } }: DeploymentObject): string | undefined {
  const pairs = Object.entries(selector.matchLabels ?? {});
  if (pairs.length === 0 || (selector.matchExpressions?.length ?? 0) > 0) return undefined;
  return pairs.map(([key, value]) => `${key}=${value}`).join(',');
}

/**
 * https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/, https://fluxcd.io/flux/components/kustomize/kustomizations/
 *
 * By default Argo CD 2 tracks by a label that Helm sets as well: what it leaves in `managedFields` tells them apart.
 */
function managerOf({ metadata }: DeploymentObject): string | undefined {
  const { annotations, labels, managedFields } = metadata;
  const managers = (managedFields ?? []).map(({ manager }) => manager ?? '');
  if (
    textOf(annotations, 'argocd.argoproj.io/tracking-id') !== undefined ||
    textOf(labels, 'argocd.argoproj.io/instance') !== undefined ||
    managers.some((manager) => manager.startsWith('argocd-'))
  ) {
    return 'Argo CD';
  }
  const flux = ['kustomize.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/name'];
  if (flux.some((key) => textOf(labels, key) !== undefined)) return 'Flux';
  return controllerOf(metadata)?.kind;
}
