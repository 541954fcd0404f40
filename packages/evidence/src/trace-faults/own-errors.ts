import { judgement } from '../judgement.js';
import type { Call, ReadTrace } from './call.js';
import type { LineReading } from './join-lines.js';
import type { OperationUnits } from './operation-units.js';
import { findShareOnset, type Occurrence, type ShareOnset } from './share-onset.js';
import { failureText, isFailingSpan } from './span-failure.js';

/** Requests of one operation that fail by themselves more often since some moment. */
export interface ErrorRise {
  readonly operation: OperationUnits;
  readonly onset: ShareOnset;
  readonly onsetMs: number;
  readonly affected: readonly Call[];
  /** What the failures say; untrusted. */
  readonly text: string | undefined;
}

const { minimumGain, minimumRise, usualShare } = judgement.errors;

/** Error lines that nearly every healthy request of an operation writes are its habit, not a failure: they are forgotten. */
export function forgetUsualErrors(operation: OperationUnits): void {
  const counts = new Map<number, number>();
  let total = 0;
  for (const unit of operation.units) {
    if (unit.period !== 'baseline') continue;
    total++;
    const errors = new Set<number>();
    for (const call of unit.calls) for (const error of call.errors) errors.add(error);
    for (const error of errors) counts.set(error, (counts.get(error) ?? 0) + 1);
  }
  const usual = new Set(
    [...counts].filter(([, count]) => count >= usualShare * total).map(([error]) => error),
  );
  if (usual.size === 0) return;
  for (const unit of operation.units) {
    for (const call of unit.calls) call.errors = call.errors.filter((error) => !usual.has(error));
  }
}

/**
 * Marks the deepest calls that failed. A failure whose every error line is known from the baseline of the fleet is the
 * noise of that fleet: it does not count, wherever it shows now, and excuses the callers above it.
 */
export function markOwnErrors(traces: readonly ReadTrace[], lines: LineReading): void {
  for (const trace of traces) {
    for (let at = trace.calls.length - 1; at >= 0; at--) {
      const call = trace.calls[at];
      if (call === undefined) continue;
      const counts = call.loggedNewError || (call.failed && !isKnownNoise(call, lines));
      call.ownError = counts && !call.failedBelow;
      const fails = call.failed || call.errors.length > 0 || call.failedBelow;
      if (call.parent !== undefined && fails) call.parent.failedBelow = true;
    }
  }
}

function isKnownNoise(call: Call, lines: LineReading): boolean {
  const errors = errorsOf(call);
  if (errors.length === 0) return false;
  for (const error of errors) if (lines.isNewError(error)) return false;
  return true;
}

/** Of a call without spans only its caller writes. */
function errorsOf(call: Call): readonly number[] {
  return call.isUnanswered ? (call.parent?.errors ?? []) : call.errors;
}

export function findErrorRise(operation: OperationUnits, lines: LineReading): ErrorRise | undefined {
  let baselineHits = 0;
  let baselineTotal = 0;
  const occurrences: Occurrence[] = [];
  const inWindow = operation.units.filter((unit) => unit.period === 'window');
  for (const unit of operation.units) {
    if (unit.period !== 'baseline') continue;
    baselineTotal++;
    baselineHits += ownErrorShare(unit.calls);
  }
  for (const [index, unit] of inWindow.entries()) {
    const share = ownErrorShare(unit.calls);
    if (share > 0) occurrences.push({ index, share });
  }
  if (occurrences.length === 0) return undefined;
  const onset = findShareOnset(baselineHits, baselineTotal, occurrences, inWindow.length);
  const before = onset.totalBefore === 0 ? 0 : onset.hitsBefore / onset.totalBefore;
  if (onset.gain < minimumGain || onset.hitsAfter / onset.totalAfter < before + minimumRise) return undefined;
  const affected = inWindow.slice(onset.split).flatMap((unit) => unit.calls.filter((call) => call.ownError));
  return {
    operation,
    onset,
    onsetMs: affected[0]?.trace.startMs ?? 0,
    affected,
    text: textOf(affected, lines),
  };
}

function ownErrorShare(calls: readonly Call[]): number {
  let failing = 0;
  for (const call of calls) if (call.ownError) failing++;
  return failing / calls.length;
}

/** The commonest new error line among the calls, else what a failing span says. */
function textOf(calls: readonly Call[], lines: LineReading): string | undefined {
  const counts = new Map<string, number>();
  for (const call of calls.slice(0, 200)) {
    const texts = new Set<string>();
    for (const error of errorsOf(call)) if (lines.isNewError(error)) texts.add(lines.textOfError(error));
    if (texts.size === 0) {
      for (const span of call.spans) {
        const text = isFailingSpan(span) ? failureText(span) : undefined;
        if (text !== undefined) texts.add(text);
      }
    }
    for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  let best: string | undefined;
  for (const [text, count] of counts) if (best === undefined || count > (counts.get(best) ?? 0)) best = text;
  return best;
}
