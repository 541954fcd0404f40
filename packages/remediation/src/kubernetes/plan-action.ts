import type { DeploySignal } from '@midwatch/core';
import type { Redactor } from '@midwatch/core/incident';
import {
  type Action,
  type BlastRadius,
  type Plan,
  type PlanAnswer,
  type Refused,
  refuse,
  toPlan,
} from '../plan.js';
import { findSchemaMigrations } from '../schema-migrations.js';
import { isObserved } from '../target.js';
import { type ConfigurationChange, diffValues } from '../template-diff.js';
import { withoutHash } from './kubernetes-objects.js';
import { type DeploymentRevision, type ObservedDeployment, replicasOf } from './observe-deployment.js';

/** How far a scale-up may go. */
export interface ScaleBounds {
  /** @default 20 */
  readonly maxReplicas?: number | undefined;
  /** Of what there is now, rounded up. @default 1.5 */
  readonly factor?: number | undefined;
}

/** What is to be planned: no name and no number in it comes from outside. */
export type KubernetesRequest =
  | { readonly kind: 'rollback'; readonly to: DeploymentRevision }
  | { readonly kind: 'restart' }
  | { readonly kind: 'scale-up' };

export interface PlanSettings {
  readonly executorId: string;
  readonly redact: Redactor | 'none';
  readonly bounds: ScaleBounds;
  /** It puts back what ran before an action of Midwatch's own: no change of a schema lies between. */
  readonly isUndo?: boolean;
}

const MANY_PODS = 20;
const nothingBack: Pick<Plan, 'revisionsSince' | 'schemaMigrationsSeen'> = {
  revisionsSince: 0,
  schemaMigrationsSeen: { state: 'none' },
};

export async function planAction(
  request: KubernetesRequest,
  observed: ObservedDeployment,
  deploys: readonly DeploySignal[],
  settings: PlanSettings,
): Promise<PlanAnswer> {
  if (!isObserved(observed) || (request.kind === 'rollback' && !isObserved(request.to))) {
    throw new TypeError('plan only what observe() gave');
  }
  const refused = refuseState(request.kind, observed);
  if (refused !== undefined) return refused;
  if (request.kind === 'rollback') return planRollback(request.to, observed, deploys, settings);
  if (request.kind === 'restart') return planRestart(observed, settings);
  return planScaleUp(observed, settings);
}

/** What holds for every action on it. */
export function refuseState(kind: Action['kind'], observed: ObservedDeployment): Refused | undefined {
  const { deployment, target, managedBy, autoscalers } = observed;
  if (deployment.metadata.deletionTimestamp != null) return refuse('deleting', 'it is being deleted');
  if (kind !== 'restart' && target.kind === 'pod')
    return refuse('not-controlled', 'a pod can only be restarted');
  if (target.kind === 'pod') return undefined;
  if (deployment.spec.paused === true) return refuse('paused', 'its rollouts are paused by somebody');
  if (kind === 'restart') return undefined;
  if (managedBy !== undefined) {
    return refuse('managed-elsewhere', `${managedBy} would undo it: it has to be done there`);
  }
  const [autoscaler] = autoscalers;
  if (kind === 'rollback' || autoscaler === undefined) return undefined;
  const { name, min, max } = autoscaler;
  return refuse(
    'autoscaled',
    `the autoscaler ${name} (${min} to ${max}) sets the number of pods; its bounds are configuration, which is a person's`,
  );
}

function planRollback(
  to: DeploymentRevision,
  observed: ObservedDeployment,
  deploys: readonly DeploySignal[],
  { executorId, redact, isUndo = false }: PlanSettings,
): Promise<PlanAnswer> | PlanAnswer {
  const { deployment, target, revisions, current, state } = observed;
  if (target.kind === 'pod') return refuse('not-controlled', 'a pod can only be restarted');
  if (!revisions.includes(to)) return refuse('no-such-revision', 'it has no such earlier revision');
  if (to.templateHash === state['template']) return refuse('no-change', 'that revision is what runs now');
  if (current === undefined) return refuse('in-progress', 'its latest rollout has made no ReplicaSet yet');
  const pods = replicasOf(deployment);
  const diff = diffValues(withoutHash(deployment.spec.template), to.template, redact);
  const revisionsSince = [...revisions, current].filter(({ revision }) => revision > to.revision).length;
  const schemaMigrationsSeen = isUndo
    ? nothingBack.schemaMigrationsSeen
    : findSchemaMigrations(
        diff.map(({ path }) => path),
        deploys,
      );
  const reasons = [
    revisionsSince > 1 && `it takes back ${revisionsSince} revisions`,
    schemaMigrationsSeen.state === 'seen' && 'it takes back code that came with changes of a schema',
    schemaMigrationsSeen.state === 'not-looked' && 'nobody could look for changes of a schema',
  ];
  return toPlan({
    executorId,
    action: { kind: 'rollback', target, toUid: to.uid, toRevision: String(to.revision) },
    state: { ...state, to: to.templateHash, from: current.uid },
    steps: [
      `Put the pod template of revision ${to.revision} back into ${nameOf(observed)}, unless it was changed meanwhile`,
      `Kubernetes replaces its ${pods} pods by its own strategy`,
    ],
    diff,
    reversible: true,
    blastRadius: toBlastRadius(observed, pods, reasons),
    revisionsSince,
    schemaMigrationsSeen,
  });
}

function planRestart(observed: ObservedDeployment, { executorId }: PlanSettings): Promise<PlanAnswer> {
  const { target, deployment, state } = observed;
  const pods = target.kind === 'pod' ? 1 : replicasOf(deployment);
  return toPlan({
    executorId,
    action: { kind: 'restart', target },
    state,
    steps:
      target.kind === 'pod'
        ? [
            `Evict the pod ${target.name}, as far as its disruption budget allows`,
            `${nameOf(observed)} starts another`,
          ]
        : [
            `Mark the pod template of ${nameOf(observed)} as restarted, unless it was changed meanwhile`,
            `Kubernetes replaces its ${pods} pods by its own strategy`,
          ],
    diff: [],
    // What pods held in memory does not come back.
    reversible: false,
    blastRadius: toBlastRadius(observed, pods, []),
    ...nothingBack,
  });
}

function planScaleUp(
  observed: ObservedDeployment,
  { executorId, bounds }: PlanSettings,
): Promise<PlanAnswer> | PlanAnswer {
  const { target, deployment } = observed;
  if (target.kind === 'pod') return refuse('not-controlled', 'a pod can only be restarted');
  const { maxReplicas = 20, factor = 1.5 } = bounds;
  const before = replicasOf(deployment);
  // At zero somebody has switched it off.
  if (before === 0) return refuse('out-of-bounds', 'it is scaled to nothing');
  const replicas = Math.min(Math.max(Math.ceil(before * factor), before + 1), maxReplicas);
  if (replicas <= before)
    return refuse('out-of-bounds', `it has ${before} pods, and at most ${maxReplicas} are allowed`);
  return planScale({ kind: 'scale-up', target, replicas }, observed, executorId);
}

/** Also for the way back. */
export function planScale(
  action: Extract<Action, { replicas: number }>,
  observed: ObservedDeployment,
  executorId: string,
): Promise<PlanAnswer> {
  const before = replicasOf(observed.deployment);
  const change: ConfigurationChange = {
    path: 'spec.replicas',
    before: String(before),
    after: String(action.replicas),
  };
  return toPlan({
    executorId,
    action,
    state: observed.state,
    steps: [`Set the replicas of ${nameOf(observed)} from ${before} to ${action.replicas}`],
    diff: [change],
    reversible: action.kind === 'scale-up',
    blastRadius: toBlastRadius(observed, 0, []),
    ...nothingBack,
  });
}

function toBlastRadius(
  { deployment, target }: ObservedDeployment,
  replacedPods: number,
  found: readonly (string | false)[],
): BlastRadius {
  const pods = replicasOf(deployment);
  const recreates = deployment.spec.strategy?.type === 'Recreate' && target.kind === 'deployment';
  const interrupts = replacedPods > 0 && (recreates || (target.kind === 'pod' && pods <= 1));
  const reasons = [
    ...found,
    interrupts && 'nothing serves while it happens',
    replacedPods > MANY_PODS && `it replaces ${replacedPods} pods`,
  ].filter((reason) => reason !== false);
  return { pods, replacedPods, objects: 1, interrupts, people: reasons.length > 0 ? 2 : 1, reasons };
}

const nameOf = ({ target, deployment }: ObservedDeployment) =>
  `deployment/${deployment.metadata.name} in ${target.namespace}`;
