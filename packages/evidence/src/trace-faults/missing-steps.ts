import { judgement } from '../judgement.js';
import type { Call } from './call.js';
import type { OperationUnits, Unit } from './operation-units.js';
import { findShareOnset, type ShareOnset } from './share-onset.js';
import { type Say, type Step, tallySteps } from './step-tally.js';

/** A step that nearly every healthy request took and, since some moment, none does; or the reverse. */
export interface StepChange {
  readonly operation: OperationUnits;
  readonly step: Step;
  readonly onset: ShareOnset;
  readonly direction: 'stopped' | 'began';
  readonly onsetMs: number;
  /** The units of the window after the onset that went well. */
  readonly after: readonly Unit[];
}

const { always, nearlyAlways, minimumAfter, minimumBefore, minimumGain } = judgement.steps;

/**
 * Per request of one operation: which steps stopped or began for good. Requests that failed with the fleet's usual noise, or
 * for want of a callee, may end anywhere and are left out; statements count only where all lines of the request were read.
 */
export function findStepChanges(
  operation: OperationUnits,
  linesAreWhole: (unit: Unit) => boolean,
): readonly StepChange[] {
  const units = operation.units.flatMap((unit) => {
    const calls = unit.calls.filter(isComparable);
    return calls.length === 0 ? [] : [calls.length === unit.calls.length ? unit : { ...unit, calls }];
  });
  const whole = units.filter(linesAreWhole);
  const silenced = changesAmong(operation, whole, statements);
  const placed = changesAmong(operation, whole, places);
  return [
    ...changesAmong(operation, units, structure),
    ...silenced,
    ...withoutMovedCode(placed, new Set(silenced.map((change) => change.step.statement))),
  ];
}

function isComparable(call: Call): boolean {
  if (call.isUnanswered) return false;
  return call.ownError || (!call.failed && !call.failedBelow && call.errors.length === 0);
}

/**
 * A new version moves statements to other lines of the code: when about as many places began as stopped, none is missing.
 * Words that are known to have stopped at all their places need no place.
 */
function withoutMovedCode(placed: readonly StepChange[], known: ReadonlySet<number>): readonly StepChange[] {
  const stopped = placed.filter((change) => change.direction === 'stopped');
  const once = (changes: readonly StepChange[]): number =>
    changes.filter((change) => change.step.times === 1).length;
  const began = once(placed) - once(stopped);
  if (began > 0 && began * 2 >= once(stopped)) return [];
  return stopped.filter((change) => !known.has(change.step.statement));
}

const nothing = { statement: -1, place: -1, operation: '', callee: '' } as const;

/** How one kind of steps is read from a call, and what a step of that kind is. */
interface StepKind<Detail> {
  readonly read: (call: Call, say: Say<Detail>) => void;
  readonly toStep: (detail: Detail, call: Call) => Omit<Step, 'times'>;
}

const structure: StepKind<Call | string> = {
  read(call, say) {
    for (let at = 1; at < call.spans.length; at++) {
      const operation = call.spans[at]?.operation ?? '';
      say(operation, operation);
    }
    for (const callee of call.callees) say(`${callee.service}\0${callee.operation}`, callee);
  },
  toStep: (detail) =>
    typeof detail === 'string'
      ? { ...nothing, does: 'run', operation: detail }
      : { ...nothing, does: 'call', operation: detail.operation, callee: detail.service },
};

const statements: StepKind<number> = {
  read(call, say) {
    for (const statement of call.statements) say(statement, statement);
  },
  toStep: (statement) => ({ ...nothing, does: 'write', statement }),
};

const places: StepKind<number> = {
  read(call, say) {
    for (let at = 0; at < call.places.length; at++) {
      const place = call.places[at] ?? -1;
      if (place >= 0) say(place, at);
    }
  },
  toStep: (at, call) => ({
    ...nothing,
    does: 'write',
    statement: call.statements[at] ?? -1,
    place: call.places[at] ?? -1,
  }),
};

function changesAmong<Detail>(
  operation: OperationUnits,
  units: readonly Unit[],
  { read, toStep }: StepKind<Detail>,
): readonly StepChange[] {
  const inWindow = units.filter((unit) => unit.period === 'window');
  const baselineTotal = units.length - inWindow.length;
  if (inWindow.length < minimumAfter) return [];
  const changes: StepChange[] = [];
  for (const { step, baseline, occurrences } of tallySteps(units, read, toStep)) {
    // Neither nearly always nor nearly never taken: no moment can make it a fault.
    const share = baseline / baselineTotal;
    if (baselineTotal > 0 && share < always && share > 1 - always) continue;
    const onset = findShareOnset(baseline, baselineTotal, occurrences, inWindow.length);
    const direction = directionOf(onset, baseline, baselineTotal);
    if (direction === undefined) continue;
    const onsetMs = inWindow[onset.split]?.trace.startMs ?? 0;
    changes.push({ operation, step, onset, direction, onsetMs, after: inWindow.slice(onset.split) });
  }
  return changes;
}

function directionOf(
  onset: ShareOnset,
  baselineHits: number,
  baselineTotal: number,
): 'stopped' | 'began' | undefined {
  const { hitsBefore, totalBefore, hitsAfter, totalAfter, gain } = onset;
  if (totalBefore < minimumBefore || totalAfter < minimumAfter || gain < minimumGain) return undefined;
  const inBaseline = baselineTotal === 0 ? hitsBefore / totalBefore : baselineHits / baselineTotal;
  const before = hitsBefore / totalBefore;
  const after = hitsAfter / totalAfter;
  if (inBaseline >= always && before >= nearlyAlways && after <= 1 - nearlyAlways) return 'stopped';
  if (inBaseline <= 1 - always && before <= 1 - nearlyAlways && after >= nearlyAlways) return 'began';
  return undefined;
}
