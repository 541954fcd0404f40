import { median } from '../statistics/quantile.js';
import { formatDuration } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import type { Call } from './call.js';
import type { OperationUnits } from './operation-units.js';

/** A caller that stops waiting is shorter than what it asked for by more than clocks are off. */
const givenUpShare = 0.9;

/** That failing calls gave up waiting for somebody, or were given up themselves; and that they are asked again. */
export function sayAsking(operation: OperationUnits, affected: readonly Call[]): string {
  return `${sayGivenUp(affected)}${sayRepeats(operation, affected)}`;
}

function sayGivenUp(affected: readonly Call[]): string {
  const unanswered = affected.filter(({ isUnanswered }) => isUnanswered);
  if (unanswered.length * 2 > affected.length) {
    return `, given up after ${formatDuration(median(unanswered.map(({ durationMs }) => durationMs)))}`;
  }
  const left = affected.flatMap(({ callees }) => callees.filter(isLeft).slice(0, 1));
  const [first] = left;
  if (first === undefined || left.length * 2 <= affected.length) return '';
  return `, ${cut(first.service, 80)} given up after ${formatDuration(median(left.map(waitedMs)))}`;
}

function isLeft(call: Call): boolean {
  return call.waitMs !== undefined && waitedMs(call) < givenUpShare * call.durationMs;
}

function waitedMs({ durationMs, waitMs = 0 }: Call): number {
  return durationMs + waitMs;
}

function sayRepeats({ units }: OperationUnits, affected: readonly Call[]): string {
  const before = timesAsked(units.flatMap(({ period, calls }) => (period === 'baseline' ? calls : [])));
  const since = timesAsked(affected);
  return since >= 2 * before
    ? `, asked ${Math.round(since)} times a request instead of ${Math.round(before)}`
    : '';
}

/** How often one call asks for it, in the middle; NaN when nobody is seen to. */
function timesAsked(calls: readonly Call[]): number {
  const times = new Map<Call, number>();
  for (const { parent } of calls) if (parent !== undefined) times.set(parent, (times.get(parent) ?? 0) + 1);
  return median(times.values());
}
