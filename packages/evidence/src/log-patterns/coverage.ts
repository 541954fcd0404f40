import { type LogLevel, logLevels, type TimeWindow } from '@midwatch/core';

/** What was really read of one period. Entries that name a service replace the general ones for it. */
export interface LogCoverage {
  readonly period: 'window' | 'baseline';
  /** Absent: all services. */
  readonly service?: string;
  /** The entry speaks of lines of this level and worse only; absent: of all lines. */
  readonly minLevel?: LogLevel;
  /** The parts of the period without a gap. */
  readonly covered: readonly TimeWindow[];
  /** Share of the lines in them that were read, when they were sampled evenly. @default 1 */
  readonly share?: number;
}

/** Parts of a period in which lines are counted apart, to see when a rate changed. */
export const BUCKETS = 24;

/** Which of the period's parts a time lies in, or -1. */
export function bucketOf(timestampMs: number, period: TimeWindow): number {
  if (!(timestampMs >= period.startMs) || timestampMs >= period.endMs) return -1;
  const bucket = Math.floor(((timestampMs - period.startMs) * BUCKETS) / (period.endMs - period.startMs));
  return Math.min(BUCKETS - 1, bucket);
}

/** The time at which a bucket begins. */
export function bucketStart(bucket: number, period: TimeWindow): number {
  return period.startMs + ((period.endMs - period.startMs) * bucket) / BUCKETS;
}

/** Milliseconds of each bucket that were read, and the share of them that was sampled. */
export interface Exposure {
  readonly coveredMs: Float64Array;
  /** `coveredMs` times the share that was read. */
  readonly exposureMs: Float64Array;
  readonly totalCoveredMs: number;
  /** Whether a time lies in a part that was read. */
  covers(timestampMs: number): boolean;
}

export type ExposureOf = (
  period: 'window' | 'baseline',
  service: string | undefined,
  level: LogLevel | undefined,
) => Exposure;

/** Answers for the same service and level are computed once. */
export function createExposures(
  coverage: readonly LogCoverage[] | undefined,
  periods: { readonly window: TimeWindow; readonly baseline: TimeWindow },
): ExposureOf {
  const named = new Set((coverage ?? []).map((entry) => entry.service));
  const cache = new Map<string, Exposure>();
  return (period, service, level) => {
    const owner = named.has(service) ? service : undefined;
    const key = `${period} ${level ?? ''} ${owner ?? ''}`;
    let exposure = cache.get(key);
    if (exposure === undefined) {
      const entries =
        coverage === undefined
          ? [{ covered: [periods[period]] }]
          : entriesFor(coverage, period, owner, level);
      exposure = toExposure(entries, periods[period]);
      cache.set(key, exposure);
    }
    return exposure;
  };
}

function entriesFor(
  coverage: readonly LogCoverage[],
  period: 'window' | 'baseline',
  service: string | undefined,
  level: LogLevel | undefined,
): readonly LogCoverage[] {
  const ofPeriod = coverage.filter((entry) => entry.period === period);
  const own = ofPeriod.filter((entry) => entry.service === service);
  const rank = level === undefined ? -1 : logLevels.indexOf(level);
  return (own.length > 0 ? own : ofPeriod.filter((entry) => entry.service === undefined)).filter(
    (entry) => entry.minLevel === undefined || rank >= logLevels.indexOf(entry.minLevel),
  );
}

function toExposure(
  entries: readonly Pick<LogCoverage, 'covered' | 'share'>[],
  period: TimeWindow,
): Exposure {
  const coveredMs = new Float64Array(BUCKETS);
  const exposureMs = new Float64Array(BUCKETS);
  const parts = entries.map((entry) => merge(entry.covered, period));
  entries.forEach((entry, index) => {
    const share = Math.min(1, Math.max(0, entry.share ?? 1));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const start = bucketStart(bucket, period);
      const end = bucketStart(bucket + 1, period);
      let covered = 0;
      for (const part of parts[index] ?? [])
        covered += Math.max(0, Math.min(end, part.endMs) - Math.max(start, part.startMs));
      coveredMs[bucket] = Math.max(coveredMs[bucket] ?? 0, covered);
      // Two queries that read the same lines do not read them twice: the better one counts.
      exposureMs[bucket] = Math.max(exposureMs[bucket] ?? 0, covered * share);
    }
  });
  const all = merge(parts.flat(), period);
  return {
    coveredMs,
    exposureMs,
    totalCoveredMs: all.reduce((sum, part) => sum + part.endMs - part.startMs, 0),
    covers: (timestampMs) => all.some((part) => timestampMs >= part.startMs && timestampMs < part.endMs),
  };
}

/** Disjoint, ascending, inside the period. */
function merge(windows: readonly TimeWindow[], period: TimeWindow): TimeWindow[] {
  const clipped = windows
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(startMs, period.startMs),
      endMs: Math.min(endMs, period.endMs),
    }))
    .filter(({ startMs, endMs }) => endMs > startMs)
    .sort((a, b) => a.startMs - b.startMs);
  const merged: TimeWindow[] = [];
  for (const window of clipped) {
    const last = merged.at(-1);
    if (last !== undefined && window.startMs <= last.endMs) {
      merged[merged.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, window.endMs) };
    } else merged.push(window);
  }
  return merged;
}
