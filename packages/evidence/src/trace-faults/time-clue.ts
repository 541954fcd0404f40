import { judgement } from '../judgement.js';
import { formatDuration, formatTime, plural } from '../wording/numbers.js';
import { cut, list } from '../wording/quote.js';
import type { Call } from './call.js';
import { toSpanStatistics } from './span-statistics.js';
import { type MeasureUnit, perCall, type TimeShift } from './time-shifts.js';
import type { TraceClue } from './trace-clue.js';
import type { Edge, WaitFault } from './wait-blame.js';

/** One operation of one service; its self time is measured. */
export interface SelfTimeKey {
  readonly service: string;
  readonly operation: string;
}

const { mostGain } = judgement.times;

export function toSelfTimeClue(shift: TimeShift<SelfTimeKey>): TraceClue {
  const { service, operation } = shift.key;
  return {
    fault: 'slow-self-time',
    service,
    operation,
    blamed: service,
    ofFailures: false,
    gain: Math.min(mostGain, shift.weight),
    onsetMs: onsetOf(shift),
    affected: slowCalls([shift]),
    statement: `${cut(service, 80)} ${cut(operation, 80)} itself takes ${formatDuration(shift.afterMs)} per call ${sinceWords(shift)}, ${formatDuration(shift.typicalMs)} in the baseline (${plural(shift.after.length, 'request')}).`,
    window: statisticsOf(shift.after, threshold(shift)),
    baseline: statisticsOf(inBaseline(shift), threshold(shift)),
  };
}

export function toWaitClue(fault: WaitFault): TraceClue {
  const shifts = fault.shifts.toSorted((a, b) => b.weight - a.weight);
  const strongest = shifts[0] as TimeShift<Edge>;
  const others = [
    ...new Set(shifts.map(({ key }) => (fault.fault === 'network-wait' ? key.caller : key.callee))),
  ];
  const gain = shifts.reduce((sum, shift) => sum + shift.weight, 0);
  const ofAll = `${shifts.length} of ${fault.edges}`;
  const wait = `${formatDuration(strongest.afterMs)} longer than the work itself ${sinceWords(strongest)}, ${formatDuration(strongest.typicalMs)} in the baseline`;
  const statement =
    fault.fault === 'network-wait'
      ? `Calls to ${cut(fault.blamed, 80)} take ${wait}, for ${ofAll} callers: ${list(others)}.`
      : `Calls from ${cut(fault.blamed, 80)} take ${wait}, to ${ofAll} callees: ${list(others)}.`;
  return {
    fault: fault.fault,
    service: fault.blamed,
    callee: fault.fault === 'network-wait' ? fault.blamed : (others[0] ?? ''),
    blamed: fault.blamed,
    ofFailures: false,
    gain: Math.min(mostGain, gain),
    onsetMs: onsetOf(strongest),
    affected: slowCalls(shifts),
    statement,
    window: statisticsOf(strongest.after, threshold(strongest)),
    baseline: statisticsOf(inBaseline(strongest), threshold(strongest)),
  };
}

function onsetOf<Key>(shift: TimeShift<Key>): number | undefined {
  return shift.drifts ? undefined : shift.onsetMs;
}

function sinceWords<Key>(shift: TimeShift<Key>): string {
  return shift.drifts ? 'in the whole window' : `since ${formatTime(shift.onsetMs)}`;
}

function inBaseline<Key>(shift: TimeShift<Key>): readonly MeasureUnit[] {
  return shift.before.filter((unit) => unit.trace.period === 'baseline');
}

function threshold<Key>(shift: TimeShift<Key>): number {
  return shift.typicalMs + (shift.afterMs - shift.typicalMs) / 2;
}

function statisticsOf(units: readonly MeasureUnit[], thresholdMs: number) {
  const times = units.map(perCall);
  return toSpanStatistics(times, times.filter((ms) => ms > thresholdMs).length);
}

function slowCalls<Key>(shifts: readonly TimeShift<Key>[]): readonly Call[] {
  return shifts
    .flatMap((shift) =>
      shift.after.filter((unit) => perCall(unit) > threshold(shift)).flatMap((unit) => unit.calls),
    )
    .toSorted((a, b) => a.trace.startMs - b.trace.startMs || a.offsetMs - b.offsetMs);
}
