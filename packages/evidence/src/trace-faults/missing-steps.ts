import type { Call } from './call.js';
import type { LineReading } from './join-lines.js';
import type { OperationUnits, Unit } from './operation-units.js';
import { findShareOnset, type Occurrence, type ShareOnset } from './share-onset.js';

/** What a request may do, once or a number of times: write a statement, run an operation of its own, call a service. */
export interface Step {
  readonly does: 'write' | 'run' | 'call';
  /** For lines, else -1. */
  readonly statement: number;
  /** The own operation, or the callee's. */
  readonly operation: string;
  readonly callee: string;
  /** The place in the code, where a statement is known by it rather than by its words; else empty. */
  readonly place: string;
  /** At least so often in one request: a fault may skip one of two equal statements. */
  readonly times: number;
}

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

/** What "always" and "never" mean; between them lies a mix of requests, which is no fault. */
const always = 0.95;
const nearlyAlways = 0.9;
const minimumAfter = 3;
const minimumBefore = 2;
const minimumGain = 2.5;

const mostTimes = 3;

interface Tally {
  readonly step: Step;
  baseline: number;
  readonly occurrences: Occurrence[];
}

/**
 * Per request of one operation: which steps stopped or began for good. Requests that failed with the fleet's usual noise
 * are left out; statements count only where all lines of the request were read.
 */
export function findStepChanges(
  operation: OperationUnits,
  lines: LineReading,
  linesAreWhole: (unit: Unit) => boolean,
): readonly StepChange[] {
  // A request that failed for want of a callee, or with the fleet's usual noise, may end anywhere.
  const comparable = (call: Call): boolean =>
    call.ownError || (!call.failed && !call.failedBelow && call.errors.size === 0);
  const units = operation.units
    .map((unit) => ({ ...unit, calls: unit.calls.filter(comparable) }))
    .filter((unit) => unit.calls.length > 0);
  const whole = units.filter(linesAreWhole);
  const statements = changesAmong(operation, whole, addStatements);
  const placed = changesAmong(operation, whole, addPlacedStatements);
  return [
    ...changesAmong(operation, units, addStructure),
    ...statements,
    ...withoutMovedCode(placed, new Set(statements.map((change) => change.step.statement))),
  ];
}

/**
 * A new version moves statements to other lines of the code: when about as many places began as stopped, none is missing.
 * Words that are known to have stopped at all their places need no place.
 */
function withoutMovedCode(placed: readonly StepChange[], known: ReadonlySet<number>): readonly StepChange[] {
  const stopped = placed.filter((change) => change.direction === 'stopped');
  if ((placed.length - stopped.length) * 2 >= stopped.length) return [];
  return stopped.filter((change) => !known.has(change.step.statement));
}

/** How often one call took each step, by a name that is unique among steps. */
type StepCounts = Map<string | number, { readonly step: Omit<Step, 'times'>; count: number }>;

function addStructure(counts: StepCounts, call: Call): void {
  for (const { span } of call.spans) {
    if (span === call.entry) continue;
    addStep(counts, `r${span.operation}`, 1, { ...nothing, does: 'run', operation: span.operation });
  }
  for (const { service, operation } of call.callees) {
    addStep(counts, `c${service}\0${operation}`, 1, { ...nothing, does: 'call', operation, callee: service });
  }
}

function addStatements(counts: StepCounts, call: Call): void {
  for (const [statement, count] of call.statements) {
    addStep(counts, statement, count, { ...nothing, does: 'write', statement });
  }
}

function addPlacedStatements(counts: StepCounts, call: Call): void {
  for (const [place, { statement, count }] of call.placedStatements) {
    addStep(counts, place, count, { ...nothing, does: 'write', statement, place });
  }
}

const nothing = { statement: -1, place: '', operation: '', callee: '' } as const;

function addStep(counts: StepCounts, name: string | number, by: number, step: Omit<Step, 'times'>): void {
  const known = counts.get(name);
  if (known === undefined) counts.set(name, { step, count: by });
  else known.count += by;
}

function changesAmong(
  operation: OperationUnits,
  units: readonly Unit[],
  addSteps: (counts: StepCounts, call: Call) => void,
): readonly StepChange[] {
  const inWindow = units.filter((unit) => unit.period === 'window');
  const baselineTotal = units.length - inWindow.length;
  if (inWindow.length < minimumAfter) return [];
  const changes: StepChange[] = [];
  for (const tally of tallySteps(units, addSteps)) {
    const onset = findShareOnset(tally.baseline, baselineTotal, tally.occurrences, inWindow.length);
    const direction = directionOf(onset, tally.baseline, baselineTotal);
    if (direction === undefined) continue;
    const onsetMs = inWindow[onset.split]?.trace.startMs ?? 0;
    changes.push({
      operation,
      step: tally.step,
      onset,
      direction,
      onsetMs,
      after: inWindow.slice(onset.split),
    });
  }
  return changes;
}

/** In the order in which the steps were first seen. */
function tallySteps(
  units: readonly Unit[],
  addSteps: (counts: StepCounts, call: Call) => void,
): Iterable<Tally> {
  const tallies = new Map<string, Tally>();
  let windowIndex = 0;
  for (const unit of units) {
    const taken = new Map<string, { step: Step; calls: number }>();
    for (const call of unit.calls) {
      const counts: StepCounts = new Map();
      addSteps(counts, call);
      for (const [name, { step, count }] of counts) {
        for (let times = 1; times <= Math.min(count, mostTimes); times++) {
          const known = taken.get(`${times}${name}`);
          if (known === undefined) taken.set(`${times}${name}`, { step: { ...step, times }, calls: 1 });
          else known.calls++;
        }
      }
    }
    for (const [name, { step, calls }] of taken) {
      let tally = tallies.get(name);
      if (tally === undefined) {
        tally = { step, baseline: 0, occurrences: [] };
        tallies.set(name, tally);
      }
      const share = calls / unit.calls.length;
      if (unit.period === 'baseline') tally.baseline += share;
      else tally.occurrences.push({ index: windowIndex, share });
    }
    if (unit.period === 'window') windowIndex++;
  }
  return tallies.values();
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
