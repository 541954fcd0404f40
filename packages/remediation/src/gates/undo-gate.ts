import type { GateAnswer } from '@midwatch/core/incident';
import { targetOf } from '../proposal.js';
import type { GateInput } from './gate-input.js';

/** What a gate that is about the advice says of an undo: it restores the state before an action. `undefined` for what is none. */
export function answerForUndo(gate: string, input: GateInput): GateAnswer | undefined {
  if (input.plan.purpose?.undoes === undefined) return undefined;
  const problem = whyNoUndo(input);
  const reason =
    problem === undefined
      ? 'not asked: it restores the state before an action'
      : `it undoes nothing: ${problem}`;
  return { gate, passed: problem === undefined, reason };
}

function whyNoUndo({ plan, undone, service }: GateInput): string | undefined {
  if (undone === undefined || undone.planId !== plan.purpose?.undoes) return 'the action is not known';
  if (undone.state !== 'applied') return `the action is ${undone.state}`;
  if (undone.target !== targetOf(plan) || undone.service !== service)
    return 'the action was on another target';
  return undone.isUndone ? 'the action was undone before' : undefined;
}
