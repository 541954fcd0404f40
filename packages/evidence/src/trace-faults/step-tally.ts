import type { Call } from './call.js';
import type { Unit } from './operation-units.js';
import type { Occurrence } from './share-onset.js';

/** What a request may do, once or a number of times: write a statement, run an operation of its own, call a service. */
export interface Step {
  readonly does: 'write' | 'run' | 'call';
  /** For lines, else -1. */
  readonly statement: number;
  /** The number of the place in the code, where a statement is known by it rather than by its words; else -1. */
  readonly place: number;
  /** The own operation, or the callee's. */
  readonly operation: string;
  readonly callee: string;
  /** At least so often in one request: a fault may skip one of two equal statements. */
  readonly times: number;
}

/** How often healthy requests took a step, and which requests of the window did. */
export interface StepTally {
  readonly step: Step;
  baseline: number;
  readonly occurrences: Occurrence[];
}

/** Says one step that a call took, by a name that is unique among its kind; `detail` is only read when it is new. */
export type Say<Detail> = (name: string | number, detail: Detail) => void;

const mostTimes = 3;

/**
 * Counts the steps of requests. Every step has a number, so that a request with a thousand spans costs a thousand look-ups and
 * no more; tallies come in the order in which steps were first seen.
 */
export function tallySteps<Detail>(
  units: readonly Unit[],
  readSteps: (call: Call, say: Say<Detail>) => void,
  toStep: (detail: Detail, call: Call) => Omit<Step, 'times'>,
): readonly StepTally[] {
  const numbers = new Map<string | number, number>();
  const tallies: StepTally[] = [];
  /** By number: how often the call at hand took the step, and how many calls of the unit took it so often. */
  const inCall: number[] = [];
  const inUnit: number[] = [];
  let taken: number[] = [];
  let current: Call | undefined;
  const say: Say<Detail> = (name, detail) => {
    let number = numbers.get(name);
    if (number === undefined && current !== undefined) {
      number = inCall.length;
      numbers.set(name, number);
      inCall.push(0);
      const base = toStep(detail, current);
      for (let times = 1; times <= mostTimes; times++) {
        inUnit.push(0);
        tallies.push({ step: { ...base, times }, baseline: 0, occurrences: [] });
      }
    }
    if (number === undefined) return;
    const count = inCall[number] ?? 0;
    if (count === 0) taken.push(number);
    inCall[number] = count + 1;
  };
  let windowIndex = 0;
  for (const unit of units) {
    const takenInUnit: number[] = [];
    for (const call of unit.calls) {
      current = call;
      readSteps(call, say);
      for (const number of taken) {
        const count = Math.min(inCall[number] ?? 0, mostTimes);
        inCall[number] = 0;
        for (let at = number * mostTimes; at < number * mostTimes + count; at++) {
          if (inUnit[at] === 0) takenInUnit.push(at);
          inUnit[at] = (inUnit[at] ?? 0) + 1;
        }
      }
      taken = [];
    }
    for (const at of takenInUnit) {
      const share = (inUnit[at] ?? 0) / unit.calls.length;
      inUnit[at] = 0;
      const tally = tallies[at];
      if (tally === undefined) continue;
      if (unit.period === 'baseline') tally.baseline += share;
      else tally.occurrences.push({ index: windowIndex, share });
    }
    if (unit.period === 'window') windowIndex++;
  }
  return tallies.filter((tally) => tally.baseline > 0 || tally.occurrences.length > 0);
}
