import type { MetricPoint, TimeWindow } from '@midwatch/core';
import { median } from '../statistics/quantile.js';
import type { NoiseScale } from './noise-scale.js';
import { within } from './series-periods.js';

const DAY_MS = 86_400_000;

/** Yesterday's values around a time of day: single ones are noise. */
const AROUND_MS = 15 * 60_000;
const MIN_POINTS = 3;
/** A baseline this old is itself of another day. */
const MAX_BASELINE_AGE_MS = 12 * 3_600_000;

/**
 * How much further from the baseline a series was at the same time yesterday: what a day brings by itself. Zero where
 * the series does not reach back, or the baseline is of another time of day.
 */
export function createSeason(
  history: readonly MetricPoint[],
  window: TimeWindow,
  baseline: TimeWindow,
  scale: NoiseScale,
): (timeMs: number) => number {
  const none = () => 0;
  if (Math.abs(window.startMs - baseline.endMs) > MAX_BASELINE_AGE_MS) return none;
  const before = levelAround(history, baseline.startMs - DAY_MS, baseline.endMs - DAY_MS, scale);
  if (before === undefined) return none;
  const cache = new Map<number, number>();
  return (timeMs) => {
    // In steps, so that a window costs a few medians and not one for each point.
    const step = Math.round(timeMs / AROUND_MS);
    let shift = cache.get(step);
    if (shift === undefined) {
      const middleMs = step * AROUND_MS - DAY_MS;
      const level = levelAround(history, middleMs - AROUND_MS, middleMs + AROUND_MS, scale);
      shift = level === undefined ? 0 : level - before;
      cache.set(step, shift);
    }
    return shift;
  };
}

function levelAround(
  history: readonly MetricPoint[],
  startMs: number,
  endMs: number,
  scale: NoiseScale,
): number | undefined {
  const points = within(history, { startMs, endMs });
  return points.length < MIN_POINTS ? undefined : median(points.map(([, value]) => scale.toLevel(value)));
}

/** What remains of a deviation when the day's own course is taken out; it never makes one larger. */
export function withoutSeason(deviation: number, season: number): number {
  if (season === 0 || Math.sign(season) !== Math.sign(deviation)) return deviation;
  return Math.abs(season) >= Math.abs(deviation) ? 0 : deviation - season;
}
