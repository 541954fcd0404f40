import type { TimeWindow } from '@midwatch/core';
import type { Evidence, LogPatternFinding, LogRate } from '@midwatch/core/incident';
import { shareOf, type TimeRange } from './time-range.js';

/** A part of the axis: where it lies from 0 to 1, and how often a line was written in it. */
export interface RatePart {
  readonly left: number;
  readonly right: number;
  readonly startMs: number;
  /** `null` where it was not read. */
  readonly perMinute: number | null;
}

/** How the rate of a pattern went, on the axis; empty in what an earlier version has kept. */
export function ratePartsOf(
  { baseline, window }: Pick<LogPatternFinding, 'baseline' | 'window'>,
  evidence: Pick<Evidence, 'baseline' | 'window'>,
  range: TimeRange,
): readonly RatePart[] {
  return [...partsIn(baseline, evidence.baseline, range), ...partsIn(window, evidence.window, range)];
}

function partsIn(
  { ratesPerMinute = [] }: LogRate,
  { endMs, startMs }: TimeWindow,
  range: TimeRange,
): readonly RatePart[] {
  // A baseline of yesterday lies beyond the axis.
  if (endMs <= range.startMs) return [];
  const timeAt = (index: number) => startMs + ((endMs - startMs) * index) / ratesPerMinute.length;
  return ratesPerMinute.map((perMinute, index) => ({
    left: shareOf(timeAt(index), range),
    right: shareOf(timeAt(index + 1), range),
    startMs: timeAt(index),
    perMinute,
  }));
}

/** The part in which it was written most. */
export function peakOf(parts: readonly RatePart[]): RatePart | undefined {
  let peak: RatePart | undefined;
  for (const part of parts) if ((part.perMinute ?? 0) > (peak?.perMinute ?? 0)) peak = part;
  return peak;
}
