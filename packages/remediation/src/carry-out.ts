import type { Store } from '@midwatch/core/incident';
import type { ApplyCall, Executor, UsedApproval } from './executor.js';
import { countedApprovals } from './gates/approval-gates.js';
import { evaluateGates, type GateAnswers } from './gates/evaluate-gates.js';
import type { GateInput } from './gates/gate-input.js';
import type { Outcome, Plan } from './plan.js';

/** What a store must do: `applyOnce` claims the plan, whatever becomes of the process afterwards. */
export type ActionStore = Pick<Store, 'applyOnce' | 'isApplied'> & {
  readonly approvals: Pick<Store['approvals'], 'use'>;
};

export interface CarryOutRequest {
  readonly plan: Plan;
  readonly incidentId: string;
  readonly executor: Executor;
  readonly store: ActionStore;
  /** Reads everything that the gates look at, now. */
  readonly readGates: () => Promise<GateInput>;
  readonly call: ApplyCall;
}

/** `gated`: a gate was not passed, or an approval could not be used; nothing was written. */
export type CarriedOut =
  | { readonly outcome: 'gated'; readonly detail: string; readonly gates?: GateAnswers }
  | (Outcome & { readonly gates?: GateAnswers });

const actor = 'midwatch';

/**
 * Carries a plan out at most once: behind every gate, with its approvals used and the plan claimed before anything is written. When
 * it was claimed before, as after a crash, it is only looked up. Everything is in the incident's audit entries.
 */
export async function carryOut(request: CarryOutRequest): Promise<CarriedOut> {
  const { plan, incidentId, executor, store, readGates, call } = request;
  const actionKey = `action ${plan.id}`;
  if (await store.isApplied({ incidentId, actionKey })) return executor.lookUp(plan, call);

  const input = await readGates();
  const gates = evaluateGates({ ...input, plan, nowMs: call.nowMs });
  if (!gates.passed) {
    const failed = gates.answers.filter(({ passed }) => !passed).map(({ gate }) => gate);
    return { outcome: 'gated', detail: `not passed: ${failed.join(', ')}`, gates };
  }
  const counted = countedApprovals({ ...input, plan, nowMs: call.nowMs });
  const needed = plan.blastRadius.people;
  const isAutomatic = counted.length < needed;
  const used = isAutomatic ? [] : counted.slice(0, needed);
  for (const { id } of used) {
    const answer = await store.approvals.use({ id, hash: plan.id, nowMs: call.nowMs });
    if (answer !== 'done') return { outcome: 'gated', detail: `the approval ${id}: ${answer}`, gates };
  }
  const detail = { plan, gates: gates.answers, approvals: used.map(({ id }) => id) };
  const audit = [{ actor, action: 'action-begun', detail }];
  const claim = await store.applyOnce({ incidentId, actionKey, nowMs: call.nowMs, effects: { audit } });
  if (claim === 'unknown') return { outcome: 'gated', detail: 'there is no such incident', gates };
  if (claim === 'repeated') return { ...(await executor.lookUp(plan, call)), gates };

  const expiresAtMs = Math.min(...used.map((one) => one.expiresAtMs), Number.MAX_SAFE_INTEGER);
  const approval: UsedApproval = { hash: plan.id, state: 'used', expiresAtMs };
  return { ...(await executor.apply(plan, approval, call)), gates };
}
