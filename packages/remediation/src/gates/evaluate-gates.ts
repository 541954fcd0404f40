import type { GateAnswer } from '@midwatch/core/incident';
import { approval, stateUnchanged } from './approval-gates.js';
import { advised, highConfidence, provenRecord, secondModel } from './evidence-gates.js';
import type { GateInput } from './gate-input.js';
import { budget, freeze, killSwitch, noOtherIncident, safeList, switchedOn } from './permission-gates.js';

/** All gates, in the order of their answers. */
export const gates = [
  switchedOn,
  killSwitch,
  highConfidence,
  advised,
  safeList,
  provenRecord,
  secondModel,
  budget,
  freeze,
  noOtherIncident,
  approval,
  stateUnchanged,
] as const satisfies readonly ((input: GateInput) => GateAnswer)[];

export interface GateAnswers {
  /** Only when every gate is. */
  readonly passed: boolean;
  /** Of every gate, always in the same order, whatever the others say. */
  readonly answers: readonly GateAnswer[];
}

/** Asks every gate; one that fails is not passed. */
export function evaluateGates(input: GateInput): GateAnswers {
  const answers = gates.map((gate) => {
    try {
      return gate(input);
    } catch {
      return { gate: gate.name, passed: false, reason: 'the gate failed' };
    }
  });
  return { passed: answers.every(({ passed }) => passed), answers };
}
