import { type GateAnswer, personOf } from '@midwatch/core/incident';
import type { BlastRadius, Plan, Purpose } from '../plan.js';
import { toCanonicalJson } from '../plan-id.js';
import type { DecidedApproval, GateInput, ServiceSettings } from './gate-input.js';

/**
 * As many different people as the blast radius asks for, each with the role, have approved this very plan, and their approvals are
 * neither expired nor used. Only an explicit setting replaces it, for what can be undone, what one person could approve, and where
 * nothing asks for a person (`whyAPerson`).
 */
export function approval(input: GateInput): GateAnswer {
  const { plan, settings, nowMs, whyAPerson } = input;
  const { people, reasons } = plan.blastRadius;
  if (!(nowMs < (plan.purpose?.expiresAtMs ?? Number.POSITIVE_INFINITY))) {
    return { gate: 'approval', passed: false, reason: 'the proposal has expired' };
  }
  const isUndo = plan.purpose?.undoes !== undefined;
  const doubts = isUndo ? [] : (whyAPerson ?? ['its evidence is not known']);
  const mayBeAutomatic = needsNobody(plan, settings);
  if (mayBeAutomatic && doubts.length === 0) {
    const what = isUndo ? 'for an undo' : 'for what can be undone';
    return { gate: 'approval', passed: true, reason: `automatic ${what}` };
  }
  const counted = countedApprovals(input);
  const why = people === 2 ? ` (two, since ${reasons.join('; ')})` : '';
  const doubt = mayBeAutomatic ? `; not automatic: ${doubts.join('; ')}` : '';
  const reason = `approved by ${counted.length} of ${people} people${why}${doubt}`;
  return { gate: 'approval', passed: counted.length >= people, reason };
}

interface Judged extends Pick<Plan, 'reversible'> {
  readonly blastRadius: Pick<BlastRadius, 'people'>;
  readonly purpose?: Pick<Purpose, 'undoes'> | undefined;
}

/** An undo need not be undone itself: it restores the state before. */
export function needsNobody(plan: Judged, settings: ServiceSettings | undefined): boolean {
  if (plan.blastRadius.people !== 1) return false;
  if (plan.purpose?.undoes !== undefined) return settings?.undoesByItself === true;
  return settings?.isAutomatic === true && plan.reversible;
}

/** One for each person, in order. */
export function countedApprovals({
  approvals,
  plan,
  settings,
  nowMs,
}: GateInput): readonly DecidedApproval[] {
  const roles = settings?.approverRoles ?? [];
  const byPerson = new Map<string, DecidedApproval>();
  for (const one of approvals ?? []) {
    const { decidedBy, role, hash, state, expiresAtMs } = one;
    const counts =
      decidedBy !== undefined &&
      decidedBy !== '' &&
      role !== undefined &&
      roles.includes(role) &&
      hash === plan.id &&
      state === 'approved' &&
      nowMs < expiresAtMs;
    if (!counts) continue;
    const person = personOf(decidedBy);
    if (!byPerson.has(person)) byPerson.set(person, one);
  }
  return [...byPerson.values()];
}

/** The object is as it was when the plan was made. The executor looks again right before it writes. */
export function stateUnchanged({ plan, stateNow }: GateInput): GateAnswer {
  if (stateNow === undefined) {
    return { gate: 'state-unchanged', passed: false, reason: 'the state could not be read' };
  }
  const passed = toCanonicalJson(stateNow) === toCanonicalJson(plan.state);
  return {
    gate: 'state-unchanged',
    passed,
    reason: passed ? 'as it was when the plan was made' : 'changed since the plan was made',
  };
}
