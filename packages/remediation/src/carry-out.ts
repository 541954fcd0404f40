import type {
  CarriedOut,
  GateAnswer,
  Proposal,
  RecordedAction,
  RemediatorCall,
} from '@midwatch/core/incident';
import type { ApplyCall, Executor } from './executor.js';
import { countedApprovals } from './gates/approval-gates.js';
import { evaluateGates } from './gates/evaluate-gates.js';
import type { GateInput } from './gates/gate-input.js';
import { freeze, mostActions } from './gates/permission-gates.js';
import type { Outcome } from './plan.js';
import type { PurposefulPlan } from './proposal.js';
import { DAY_MS, type GateSources, readStopped } from './read-gate-input.js';
import type { createRefusalLog } from './refusal-log.js';
import { toExecutorCall } from './to-executor-call.js';

export interface CarryOutRequest {
  readonly plan: PurposefulPlan;
  readonly proposal: Proposal;
  readonly executor: Executor;
  readonly sources: GateSources;
  readonly logRefusal: ReturnType<typeof createRefusalLog>;
  /** Reads everything that the gates look at, now. */
  readonly readGates: () => Promise<GateInput>;
  readonly call: RemediatorCall;
}

const actor = 'midwatch';
/** A process that stood still for longer writes nothing any more, */
const WRITE_WITHIN_MS = 60_000;
/** and what no reading shows after this was not done: no request lives so long. */
const NOT_DONE_AFTER_MS = 10 * 60_000;

/**
 * Carries a plan out at most once: behind every gate, and with approvals used, budget counted and the target claimed before anything is
 * written. When it had begun before, as after a crash, it is only looked up.
 */
export async function carryOut(request: CarryOutRequest): Promise<CarriedOut> {
  const { plan, proposal, sources, readGates, call } = request;
  const { actions } = sources.store;
  const recorded = await actions.get(plan.id);
  if (recorded !== undefined) return resume(request, recorded);

  const input = await readGates();
  const { passed, answers } = evaluateGates(input);
  if (!passed) {
    const failed = answers.filter((answer) => !answer.passed).map(({ gate }) => gate);
    return refuseAtGates(request, `not passed: ${failed.join(', ')}`, answers);
  }
  const counted = countedApprovals(input);
  const used = counted.length < proposal.people ? [] : counted.slice(0, proposal.people);
  const approvals = used.map(({ id, decidedBy, role }) => ({ id, by: decidedBy, role }));
  const { incidentId } = plan.purpose;
  call.signal.throwIfAborted();
  const { nowMs } = input;
  const answer = await actions.begin({
    incidentId,
    proposal,
    approvalIds: used.map(({ id }) => id),
    maxBegun: mostActions(input),
    countSinceMs: nowMs - DAY_MS,
    nowMs,
    entry: entryOf(plan, 'begun', { title: proposal.title, gates: answers, approvals }),
  });
  if (answer === 'repeated') {
    const begun = await actions.get(plan.id);
    if (begun === undefined) throw new Error('the store has begun the action and does not know it');
    return resume(request, begun);
  }
  if (answer !== 'begun') return refuseAtGates(request, whyNotBegun[answer], answers);

  const outcome = await request.executor.apply(
    plan,
    { hash: plan.id, state: 'used', expiresAtMs: plan.purpose.expiresAtMs },
    applyCall(request, input),
  );
  return { ...(await note(request, outcome)), gates: answers };
}

const whyNotBegun = {
  'not-approved': 'not passed: approval, which was taken back, used or expired in the same moment',
  'over-budget': 'not passed: budget, which another action used up in the same moment',
  'target-busy': 'another action on the target has not ended, or nobody knows its outcome yet',
  'unknown-incident': 'there is no such incident',
};

/** Whoever stops actions, a freeze or the end of the proposal may have come since the gates were asked. */
function applyCall({ call, sources, plan }: CarryOutRequest, input: GateInput): ApplyCall {
  const { now, whyStopped } = sources;
  const startedAtMs = Date.now();
  const deadlineAtMs = Math.min(call.deadlineAtMs, startedAtMs + WRITE_WITHIN_MS);
  return {
    ...toExecutorCall({ ...call, deadlineAtMs }),
    nowMs: input.nowMs,
    async whyNot() {
      const stopped = await readStopped(whyStopped);
      if (stopped !== 'no') return stopped?.reason ?? 'the kill switch could not be read';
      const nowMs = now();
      const frozen = freeze({ freezeWindows: input.freezeWindows, nowMs });
      if (!frozen.passed) return frozen.reason;
      if (nowMs >= plan.purpose.expiresAtMs) return 'the proposal has expired';
      const isLate = Date.now() > startedAtMs + WRITE_WITHIN_MS || nowMs > input.nowMs + WRITE_WITHIN_MS;
      if (isLate) return 'too much time has passed since the gates were asked';
      return call.signal.aborted ? 'it was stopped by its caller' : undefined;
    },
  };
}

/** It had begun: what came of it is known, or is looked up, and never done again. */
async function resume(request: CarryOutRequest, recorded: RecordedAction): Promise<CarriedOut> {
  const { plan, executor, sources, call } = request;
  const { state, begunAtMs } = recorded;
  if (state === 'applied') return { outcome: 'applied', detail: 'it was applied before' };
  if (state === 'refused')
    return { outcome: 'refused', detail: 'it was refused before, and needs a new plan' };
  const found = await executor.lookUp(plan, toExecutorCall(call));
  call.signal.throwIfAborted();
  const isOver = sources.now() > begunAtMs + NOT_DONE_AFTER_MS;
  if (found.outcome === 'unknown' && found.wasRead && isOver) {
    const detail = 'no reading shows it long after it began: it was not done';
    return note(request, { outcome: 'refused', reason: 'not-done', detail });
  }
  return note(request, found);
}

/** Ends the action; when somebody else has, and found another outcome, both stand in the log. */
async function note(request: CarryOutRequest, outcome: Outcome): Promise<CarriedOut> {
  const { plan, sources } = request;
  const { actions } = sources.store;
  const nowMs = sources.now();
  const { outcome: state, ...detail } = outcome;
  const end = { planId: plan.id, outcome: state, nowMs, entry: entryOf(plan, state, detail) };
  if (!(await actions.end(end))) {
    const recorded = await actions.get(plan.id);
    if (recorded?.state !== state) await actions.log.append([entryOf(plan, `${state}-late`, detail)], nowMs);
  }
  return { outcome: state, detail: outcome.detail };
}

async function refuseAtGates(
  { plan, logRefusal, sources }: CarryOutRequest,
  detail: string,
  gates: readonly GateAnswer[],
): Promise<CarriedOut> {
  const { incidentId } = plan.purpose;
  await logRefusal({ incidentId, planId: plan.id, detail, gates, nowMs: sources.now() });
  return { outcome: 'gated', detail, gates };
}

function entryOf({ id, purpose: { incidentId } }: PurposefulPlan, action: string, detail: unknown) {
  return { incidentId, planId: id, actor, action, detail };
}
