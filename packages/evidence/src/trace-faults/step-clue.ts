import { judgement } from '../judgement.js';
import { formatTime, plural } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import { quoteTemplate } from '../wording/say-template.js';
import type { CodePlaces, LineReading } from './join-lines.js';
import type { StepChange } from './missing-steps.js';
import { toSpanStatistics } from './span-statistics.js';
import type { Step } from './step-tally.js';
import type { TraceClue } from './trace-clue.js';

const { branchDiscount, newPathShare } = judgement.steps;

/**
 * One clue per operation out of its step changes. An error line that ended while other steps began is recovery of the
 * baseline, which had failed there; it says nothing of the incident.
 */
export function toStepClue(
  changes: readonly StepChange[],
  lines: LineReading,
  places: CodePlaces,
): TraceClue | undefined {
  const isErrorLine = ({ step }: StepChange): boolean =>
    step.does === 'write' && lines.printsErrors(step.statement);
  const stopped = changes.filter((change) => change.direction === 'stopped' && !isErrorLine(change));
  const began = changes.filter((change) => change.direction === 'began' && !isErrorLine(change));
  const errorEnded = changes.some((change) => change.direction === 'stopped' && isErrorLine(change));
  if (errorEnded && began.length > 0) return undefined;
  if (stopped.length === 0) return newPathClue(began, lines, places);
  const best = Math.max(...stopped.map((change) => change.onset.gain));
  const main = stopped.filter((change) => change.onset.gain >= 0.9 * best);
  const primary = main.find((change) => change.step.does === 'call') ?? main[0];
  if (primary === undefined) return undefined;
  const calls = primary.step.does === 'call';
  const branch = Math.min(1, began.length / stopped.length);
  const { hitsBefore, totalBefore, hitsAfter, totalAfter } = primary.onset;
  const also = stopped.length > 1 ? `, and ${plural(stopped.length - 1, 'more step')} with it` : '';
  const instead = began.length > 0 ? `; ${plural(began.length, 'other step')} began instead` : '';
  return {
    ...commonOf(primary),
    fault: calls ? 'missing-callee' : 'missing-step',
    ...(calls ? { callee: primary.step.callee } : {}),
    gain: best * (1 - branchDiscount * branch),
    statement:
      `${nameOf(primary)} no longer ${describe(primary.step, lines, places)}${also}: ` +
      `${countOf(hitsBefore, totalBefore)} requests did before ${formatTime(primary.onsetMs)}, ` +
      `${countOf(hitsAfter, totalAfter)} since${instead}.`,
  };
}

function newPathClue(
  began: readonly StepChange[],
  lines: LineReading,
  places: CodePlaces,
): TraceClue | undefined {
  const calls = began.filter((change) => change.step.does === 'call');
  const primary = (calls.length > 0 ? calls : began).toSorted((a, b) => b.onset.gain - a.onset.gain)[0];
  if (primary === undefined) return undefined;
  const { hitsBefore, totalBefore, hitsAfter, totalAfter } = primary.onset;
  return {
    ...commonOf(primary),
    fault: 'new-path',
    ...(primary.step.does === 'call' ? { callee: primary.step.callee } : {}),
    gain: primary.onset.gain * newPathShare,
    statement:
      `${nameOf(primary)} since ${formatTime(primary.onsetMs)} ${describe(primary.step, lines, places)}: ` +
      `${countOf(hitsAfter, totalAfter)} requests do, ${countOf(hitsBefore, totalBefore)} did before.`,
  };
}

function commonOf(change: StepChange) {
  const { operation, onset, onsetMs, after } = change;
  const affected = after.flatMap((unit) => unit.calls);
  const isAfter = new Set(after.map((unit) => unit.trace));
  const timesOf = (wanted: (unit: (typeof operation.units)[number]) => boolean): number[] =>
    operation.units.filter(wanted).flatMap((unit) => unit.calls.map((call) => call.durationMs));
  return {
    service: operation.service,
    operation: operation.operation,
    blamed: operation.service,
    onsetMs,
    affected,
    ofFailures: affected.filter((call) => call.ownError).length * 2 >= affected.length,
    window: toSpanStatistics(
      timesOf((unit) => isAfter.has(unit.trace)),
      Math.round(onset.totalAfter - onset.hitsAfter),
    ),
    baseline: toSpanStatistics(
      timesOf((unit) => unit.period === 'baseline'),
      Math.round(onset.totalBefore - onset.hitsBefore),
    ),
  };
}

function nameOf(change: StepChange): string {
  return `${cut(change.operation.service, 80)} ${cut(change.operation.operation, 80)}`;
}

function countOf(hits: number, total: number): string {
  return `${Math.round(hits)} of ${total}`;
}

function describe(step: Step, lines: LineReading, places: CodePlaces): string {
  const times = step.times > 1 ? ` ${step.times} times` : '';
  if (step.does === 'call') return `calls ${cut(step.callee, 80)} ${cut(step.operation, 80)}${times}`;
  if (step.does === 'run') return `runs ${cut(step.operation, 80)}${times}`;
  const place = places[step.place];
  const at = place === undefined ? '' : ` at ${cut(place.name, 80)}`;
  return `writes ${quoteTemplate(lines.textOf(step.statement))}${at}${times}`;
}
