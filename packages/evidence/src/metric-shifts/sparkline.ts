import type { MetricPoint, TimeWindow } from '@midwatch/core';
import { median } from '../statistics/quantile.js';
import type { SeriesPeriods } from './series-periods.js';

const MAX_POINTS = 60;

/**
 * At most 60 points for a small drawing: of baseline and window where less than a window's length lies between them,
 * else of the window alone. Of the points that share a place the one furthest from the baseline stays, so that a peak
 * cannot be thinned away.
 */
export function toSparkline(
  { window: inWindow, reference, isOwnReference }: SeriesPeriods,
  window: TimeWindow,
  baseline: TimeWindow,
): readonly MetricPoint[] {
  const gapMs = window.startMs - baseline.endMs;
  const isBeside = isOwnReference || (gapMs >= 0 && gapMs < window.endMs - window.startMs);
  const points = isBeside ? [...reference, ...inWindow] : inWindow;
  if (points.length <= MAX_POINTS) return points;
  const typical = median(reference.map(([, value]) => value));
  const kept: MetricPoint[] = [];
  for (let place = 0; place < MAX_POINTS; place++) {
    const from = Math.floor((place * points.length) / MAX_POINTS);
    const to = Math.floor(((place + 1) * points.length) / MAX_POINTS);
    let best = points[from];
    for (let index = from + 1; index < to; index++) {
      const point = points[index];
      if (point === undefined || best === undefined) continue;
      if (Math.abs(point[1] - typical) > Math.abs(best[1] - typical)) best = point;
    }
    if (best !== undefined) kept.push(best);
  }
  return kept;
}
