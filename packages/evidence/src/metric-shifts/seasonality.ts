import type { MetricPoint, TimeWindow } from '@midwatch/core';
import { median as medianOf } from '../statistics/quantile.js';
import type { LevelChange } from './level-change.js';
import { inWindow } from './metric-points.js';
import type { TypicalLevel } from './typical-level.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Two points of a coarse history are enough to tell a level. */
const LEAST_POINTS = 2;

/** Whether the same hours of yesterday stood at the new level: then it belongs to the day and not to the incident. */
export function repeatsYesterday(
  points: readonly MetricPoint[],
  { onsetMs, after }: LevelChange,
  { median, upward, downward }: TypicalLevel,
  { endMs }: TimeWindow,
): boolean {
  const yesterday = inWindow(points, { startMs: onsetMs - DAY_MS, endMs: endMs - DAY_MS });
  if (yesterday.length < LEAST_POINTS) return false;
  const level = medianOf(yesterday.map(([, value]) => value));
  // Half of the way from the ordinary to the new level is nearer to the new one.
  const halfway = (after - median) / 2;
  return after >= median
    ? level - median > Math.max(halfway, upward)
    : median - level > Math.max(-halfway, downward);
}
