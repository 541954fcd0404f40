import type { Evidence } from '@midwatch/core/incident';

export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** A baseline of yesterday would press the window together. */
const MAX_APART_MS = 2 * 3_600_000;

/** What the axis shows: the window, and the baseline where it lies near. */
export function rangeOf({ baseline, window }: Evidence): TimeRange {
  const isNear = baseline.endMs <= window.startMs && window.startMs - baseline.endMs <= MAX_APART_MS;
  return { startMs: isNear ? baseline.startMs : window.startMs, endMs: window.endMs };
}

/** 0 to 1 within the range; clamped beyond it. */
export function shareOf(ms: number, { endMs, startMs }: TimeRange): number {
  return Math.min(1, Math.max(0, (ms - startMs) / (endMs - startMs || 1)));
}
