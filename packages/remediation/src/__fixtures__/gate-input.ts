import type { GateInput } from '../gates/gate-input.js';
import type { Plan } from '../plan.js';
import { nowMs } from './deploy-signals.js';

const DAY_MS = 86_400_000;

/** Everything as it must be for a plan on `api`. */
export function passingInput(plan: Plan): GateInput {
  const kind = plan.action.kind === 'scale-back' ? 'scale-up' : plan.action.kind;
  return {
    plan,
    service: 'api',
    nowMs,
    settings: { isOn: true, safeActions: [kind], approverRoles: ['approver'] },
    analysis: {
      verdict: 'cause-found',
      confidence: 'HIGH',
      advice: [{ action: kind, service: 'api', reason: 'it undoes the cut', evidence: ['D1'] }],
    },
    record: { right: 200, settled: 202, sinceMs: nowMs - 200 * DAY_MS, untilMs: nowMs },
    secondModel: { planId: plan.id, answer: 'no-veto' },
    actionsInLastDay: 0,
    freezeWindows: [{ startMs: nowMs + 1, endMs: nowMs + 2, reason: 'sale' }],
    otherIncidents: [],
    approvals: ['jo', 'kim'].map((person) => ({
      id: `ap-${person}`,
      hash: plan.id,
      state: 'approved',
      expiresAtMs: nowMs + 600_000,
      decidedBy: person,
      role: 'approver',
    })),
    whyAPerson: [],
    stateNow: plan.state,
    stopped: 'no',
  };
}
