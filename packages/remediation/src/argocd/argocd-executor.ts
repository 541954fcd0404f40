import type { CallContextV1, DeploySignal } from '@midwatch/core';
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
import { type Action, type Outcome, type Plan, type PlanAnswer, refuse } from '../plan.js';
import { toCanonicalJson } from '../plan-id.js';
import { isObserved, type Target } from '../target.js';
import {
  type Application,
  hashOfSource,
  type Revisions,
  realSyncOf,
  revisionsOf,
} from './argocd-application.js';
import { createArgoCdRequests } from './argocd-requests.js';
import {
  type ArgoCdRequest,
  type ObservedApplication,
  planRollback,
  refuseState,
  stateFor,
  toObserved,
} from './plan-rollback.js';

export type ArgoCdExecutorOptions = ExecutorOptions;

/** Rollback of an application to an entry of its history. */
export interface ArgoCdExecutor extends Executor {
  /** Reads it as it is now. Rejects with a `ConnectorError`. */
  observe(target: Target<'application'>, call: CallContextV1): Promise<ObservedApplication>;
  /** `deploys` are those since the entry that is gone back to: changes of a schema are looked for in them. */
  plan(
    request: ArgoCdRequest,
    observed: ObservedApplication,
    deploys?: readonly DeploySignal[],
  ): Promise<PlanAnswer>;
}

type ApplicationAction = Extract<Action, { readonly toHistoryId: number }>;

/**
 * Writes nothing but by `apply`. With automated sync on it refuses. Argo CD takes no precondition with a rollback: between the last
 * reading and the write, its own refusal of a second operation is all that guards.
 */
export function createArgoCdExecutor(options: ArgoCdExecutorOptions): ArgoCdExecutor {
  const id = options.id ?? 'argocd';
  const requests = createArgoCdRequests(options, id);
  const { redact, dryRun = false } = options;
  const settings = { executorId: id, redact };

  async function lookUp(plan: Plan, call: CallContextV1): Promise<Outcome> {
    const { target } = requireOwn(plan);
    try {
      const application = await requests.read(target, call);
      if (await shows(application, plan)) {
        return { outcome: 'applied', wrote: false, detail: 'Argo CD shows a sync to that revision since' };
      }
      return unseen;
    } catch (error) {
      return unread(error);
    }
  }

  return {
    id,
    handles: ['application'],
    isDryRun: dryRun,
    async planFor({ kind, target, deploy, deploys }, call) {
      if (target.kind !== 'application' || kind !== 'rollback')
        throw new TypeError('Argo CD only rolls back');
      if (!isObserved(target)) throw new TypeError('only targetsOf() gives targets');
      try {
        const observed = await toObserved(target, await requests.read(target, call));
        const to = observed.revisions.find(({ entry }) => String(entry.id) === deploy?.rollback?.toRevision);
        if (to === undefined) return refuse('no-such-revision', 'its history has no such entry any more');
        return await planRollback({ kind, to }, observed, deploys, settings);
      } catch (error) {
        return refuseUnread(error);
      }
    },
    async readState(plan, call) {
      const { target, toHistoryId } = requireOwn(plan);
      return stateFor(await toObserved(target, await requests.read(target, call)), toHistoryId);
    },
    async observe(target, call) {
      if (!isObserved(target)) throw new TypeError('only targetsOf() gives targets');
      return toObserved(target, await requests.read(target, call));
    },
    plan: (request, observed, deploys = []) => planRollback(request, observed, deploys, settings),
    lookUp,

    async apply(plan, approval, call) {
      const before = await refuseBefore(plan, approval, id, call.nowMs);
      if (before !== undefined) return before;
      const { target, toHistoryId: historyId } = requireOwn(plan);
      let application: Application;
      try {
        application = await requests.read(target, call);
      } catch (error) {
        return refuseUnread(error);
      }
      // A crash may have come between the write and the note of it.
      if (!dryRun && (await shows(application, plan))) {
        return { outcome: 'applied', wrote: false, detail: 'Argo CD shows a sync to that revision since' };
      }
      const observed = await toObserved(target, application);
      const forbidden =
        refuseChanged(plan, await stateFor(observed, historyId)) ??
        refuseState(observed) ??
        (await refuseStopped(call));
      if (forbidden !== undefined) return forbidden;
      try {
        const project = application.spec.project ?? undefined;
        const answer = await requests.rollback(target, { historyId, project }, call);
        if (dryRun) return dryRunRefusal;
        if (await shows(answer, plan))
          return { outcome: 'applied', wrote: true, detail: 'Argo CD began the sync' };
      } catch (error) {
        const refused = refuseUnwritten(error);
        if (refused !== undefined) return refused;
        if (dryRun) return refuse('rejected', 'the dry run was not answered');
      }
      return lookUp(plan, lookUpCall(call));
    },

    async planUndo(plan, call) {
      const { target } = requireOwn(plan);
      if (!plan.reversible) return refuse('no-change', 'there is nothing that undoes it');
      try {
        const observed = await toObserved(target, await requests.read(target, call));
        const [newest] = observed.revisions;
        const isOurs = newest !== undefined && newest.entry.id > Number(plan.state['newest']);
        if (!isOurs || !(await isToTarget(newest.entry, plan))) {
          return refuse('changed', 'its sync has not succeeded, or there was another since');
        }
        const to = observed.revisions.find(({ entry }) => entry.id === plan.state['newest']);
        if (to === undefined) return refuse('no-such-revision', 'the history does not hold what was before');
        return await planRollback({ kind: 'rollback', to }, observed, [], { ...settings, isUndo: true });
      } catch (error) {
        return refuseUnread(error);
      }
    },
  };
}

function requireOwn({ action }: Plan): ApplicationAction {
  if (!('toHistoryId' in action)) throw new TypeError('the plan is not for Argo CD');
  return action;
}

async function isToTarget(sync: Revisions | undefined, { state }: Plan): Promise<boolean> {
  if (sync === undefined) return false;
  if (toCanonicalJson(revisionsOf(sync)) !== toCanonicalJson(state['to'])) return false;
  return (await hashOfSource(sync)) === state['toSource'];
}

/** Whether it is asked for, under way or done since the plan was made. */
async function shows({ operation, status }: Application, plan: Plan): Promise<boolean> {
  const { operationState, history } = status ?? {};
  const isNewer = (operationState?.startedAt ?? '') !== plan.state['startedAt'];
  const candidates: readonly (Revisions | undefined)[] = [
    realSyncOf(operation),
    isNewer ? realSyncOf(operationState?.operation) : undefined,
    ...(history ?? []).filter((entry) => entry.id > Number(plan.state['newest'])),
  ];
  const found = await Promise.all(candidates.map((sync) => isToTarget(sync, plan)));
  return found.includes(true);
}
