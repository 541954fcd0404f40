import type { CallContextV1, DeploySignal } from '@midwatch/core';
import { ConnectorError } from '@midwatch/core';
import {
  dryRunRefusal,
  type Executor,
  type ExecutorOptions,
  lookUpCall,
  refuseBefore,
  refuseChanged,
  refuseStopped,
  refuseUnread,
  refuseUnwritten,
  unread,
  unseen,
} from '../executor.js';
import { type Outcome, type Plan, type PlanAnswer, type Refused, refuse } from '../plan.js';
import { isObserved, type Target } from '../target.js';
import { textOf } from './kubernetes-objects.js';
import { createKubernetesRequests } from './kubernetes-requests.js';
import {
  NotControlledError,
  type ObservedDeployment,
  observeDeployment,
  PLAN_ANNOTATION,
} from './observe-deployment.js';
import {
  type KubernetesRequest,
  type PlanSettings,
  planAction,
  planScale,
  refuseState,
  type ScaleBounds,
} from './plan-action.js';
import { revisionBefore } from './revision-before.js';
import { type KubernetesAction, writeAction } from './write-action.js';

export interface KubernetesExecutorOptions extends ExecutorOptions {
  readonly scaleBounds?: ScaleBounds;
}

/** Rollback, restart and scale-up of Deployments, and the restart of one pod. */
export interface KubernetesExecutor extends Executor {
  /** Reads it as it is now. Rejects with a `ConnectorError`, or a `NotControlledError` for a pod that would not come back. */
  observe(target: Target<'deployment' | 'pod'>, call: CallContextV1): Promise<ObservedDeployment>;
  /** `deploys` are those since the revision that a rollback goes back to: changes of a schema are looked for in them. */
  plan(
    request: KubernetesRequest,
    observed: ObservedDeployment,
    deploys?: readonly DeploySignal[],
  ): Promise<PlanAnswer>;
}

type Found = { readonly observed: ObservedDeployment } | { readonly refused: Refused };

/** Writes nothing but by `apply`. It is given its own credentials: `access/kubernetes-role.yaml` says which rights they need. */
export function createKubernetesExecutor(options: KubernetesExecutorOptions): KubernetesExecutor {
  const id = options.id ?? 'kubernetes';
  const requests = createKubernetesRequests(options, id);
  const { redact, scaleBounds: bounds = {}, dryRun = false } = options;
  const settings: PlanSettings = { executorId: id, redact, bounds };

  async function read(target: KubernetesAction['target'], call: CallContextV1): Promise<Found> {
    try {
      return { observed: await observeDeployment(requests, target, call) };
    } catch (error) {
      if (error instanceof NotControlledError) return { refused: refuse('not-controlled', error.message) };
      return { refused: refuseUnread(error) };
    }
  }

  async function lookUp(plan: Plan, call: CallContextV1): Promise<Outcome> {
    const action = requireOwn(plan);
    try {
      if (action.target.kind === 'pod') {
        const gone = await isGone(action.target, plan, call);
        if (gone) return { outcome: 'applied', wrote: false, detail: 'the pod is gone' };
      } else {
        const { metadata } = await requests.readDeployment(action.target, call);
        if (isMarked(metadata, plan)) {
          return { outcome: 'applied', wrote: false, detail: 'the write of this plan was found' };
        }
      }
      return unseen;
    } catch (error) {
      return unread(error);
    }
  }

  async function isGone(
    target: Extract<KubernetesAction['target'], { kind: 'pod' }>,
    plan: Plan,
    call: CallContextV1,
  ): Promise<boolean> {
    try {
      const { metadata } = await requests.readPod(target, call);
      return metadata.uid !== plan.state['pod'] || metadata.deletionTimestamp != null;
    } catch (error) {
      if (ConnectorError.is(error) && error.status === 404) return true;
      throw error;
    }
  }

  return {
    id,
    handles: ['deployment', 'pod'],
    isDryRun: dryRun,
    async planFor({ kind, target, deploy, deploys }, call) {
      if (target.kind === 'application') throw new TypeError('the target is not of Kubernetes');
      if (!isObserved(target)) throw new TypeError('only targetsOf() gives targets');
      const found = await read(target, call);
      if ('refused' in found) return found.refused;
      const { observed } = found;
      if (kind !== 'rollback') return planAction({ kind }, observed, [], settings);
      const to = revisionBefore(deploy, observed);
      if ('refused' in to) return to.refused;
      return planAction({ kind, to: to.revision }, observed, deploys, settings);
    },
    async readState(plan, call) {
      return stateFor(plan, await observeDeployment(requests, requireOwn(plan).target, call));
    },
    observe(target, call) {
      if (!isObserved(target)) return Promise.reject(new TypeError('only targetsOf() gives targets'));
      return observeDeployment(requests, target, call);
    },
    plan: (request, observed, deploys = []) => planAction(request, observed, deploys, settings),
    lookUp,

    async apply(plan, approval, call) {
      const before = await refuseBefore(plan, approval, id, call.nowMs);
      if (before !== undefined) return before;
      const action = requireOwn(plan);
      // A crash may have come between the write and the note of it.
      const earlier = dryRun ? undefined : await lookUp(plan, call);
      if (earlier?.outcome === 'applied') return earlier;
      const found = await read(action.target, call);
      if ('refused' in found) return found.refused;
      const { observed } = found;
      const refused =
        refuseChanged(plan, stateFor(plan, observed)) ??
        refuseState(action.kind, observed) ??
        (await refuseStopped(call));
      if (refused !== undefined) return refused;
      try {
        await writeAction(requests, { plan, action, observed, nowMs: call.nowMs }, call);
      } catch (error) {
        const refused = refuseUnwritten(error);
        if (refused !== undefined) return namedRefusal(refused, error, action);
        return dryRun ? refuse('rejected', 'the dry run was not answered') : lookUp(plan, lookUpCall(call));
      }
      return dryRun ? dryRunRefusal : { outcome: 'applied', wrote: true, detail: 'the API took it' };
    },

    async planUndo(plan, call) {
      const action = requireOwn(plan);
      const found = await read(action.target, call);
      if ('refused' in found) return found.refused;
      const { observed } = found;
      if (!plan.reversible) return refuse('no-change', 'there is nothing that undoes it');
      if (!isMarked(observed.deployment.metadata, plan)) {
        return refuse('changed', 'it was never applied, or another plan was since');
      }
      if (action.kind === 'scale-up') {
        const refused = refuseState('scale-back', observed);
        if (refused !== undefined) return refused;
        const replicas = Number(plan.state['replicas']);
        if (observed.state['replicas'] !== action.replicas)
          return refuse('changed', 'somebody scaled it since');
        return planScale({ kind: 'scale-back', target: action.target, replicas }, observed, id);
      }
      if (observed.state['template'] !== plan.state['to'])
        return refuse('changed', 'somebody rolled it out since');
      const to = observed.revisions.find(({ uid }) => uid === plan.state['from']);
      if (to === undefined) return refuse('no-such-revision', 'the revision before is not kept any more');
      return planAction({ kind: 'rollback', to }, observed, [], { ...settings, isUndo: true });
    },
  };
}

function requireOwn({ action }: Plan): KubernetesAction {
  if (action.target.kind === 'application') throw new TypeError('the plan is not for Kubernetes');
  return action as KubernetesAction;
}

function isMarked(metadata: ObservedDeployment['deployment']['metadata'], plan: Plan): boolean {
  return textOf(metadata.annotations, PLAN_ANNOTATION) === plan.id;
}

/** The state that the plan would be bound to if it were made now. */
function stateFor({ action }: Plan, { state, revisions, current }: ObservedDeployment): Plan['state'] {
  if (!('toUid' in action)) return state;
  const to = revisions.find(({ uid }) => uid === action.toUid);
  return { ...state, to: to?.templateHash ?? '', from: current?.uid ?? '' };
}

function namedRefusal(refused: Refused, error: unknown, { kind, target }: KubernetesAction): Refused {
  if (!ConnectorError.is(error)) return refused;
  if (error.status === 429 && target.kind === 'pod') {
    return refuse('disruption-budget', 'its disruption budget allows no eviction now');
  }
  // A failed `test` of a JSON patch.
  if (error.status === 422 && kind === 'rollback') {
    return refuse(
      'conflict',
      'somebody changed it in the same moment, or the template is not valid any more',
    );
  }
  return refused;
}
