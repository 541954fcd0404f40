import type { MetricPoint, MetricSignal, TimeWindow } from '@midwatch/core';
import { findLevelChange } from './level-change.js';
import { downsample, inWindow, toLevels } from './metric-points.js';
import { repeatsYesterday } from './seasonality.js';
import { toTypicalLevel } from './typical-level.js';

export interface MetricShiftInput {
  readonly metrics: readonly MetricSignal[];
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
}

/** One series that left its ordinary level within the window. */
export interface MetricShift {
  /** Position of its signal in the input. */
  readonly metric: number;
  readonly direction: 'up' | 'down';
  readonly onsetMs: number;
  /** The ordinary level: the baseline's median. */
  readonly before: number;
  /** The level after onset, and the extreme in the direction of the shift. */
  readonly after: number;
  readonly peak: number;
  /** The last value of the window. */
  readonly last: number;
  /** The level held to the window's end. */
  readonly lasting: boolean;
  /** 0 to 1. */
  readonly strength: number;
  /** At most 60, over baseline and window. */
  readonly points: readonly MetricPoint[];
}

const MAX_POINTS = 60;
/** Fewer say nothing about what is ordinary. */
const LEAST_BASELINE_POINTS = 3;
const LEAST_WINDOW_POINTS = 2;
/** The same rise at the same hour yesterday makes it a part of the day. */
const SEASONAL_FACTOR = 0.15;
const LEAST_STRENGTH = 0.05;

/**
 * Which series changed their level against the baseline, when, and how far. The same series may come twice, finely over
 * window and baseline and coarsely over a day: the finer one is judged, the other tells whether yesterday looked the same.
 * Needs time in proportion to the points, but for sorting. Gaps, NaN and infinities count as nothing.
 */
export function findMetricShifts({ metrics, window, baseline }: MetricShiftInput): readonly MetricShift[] {
  const shifts: MetricShift[] = [];
  for (const sameSeries of groupSeries(metrics).values()) {
    const levels = sameSeries.map((metric) => ({ metric, points: toLevels(metrics[metric]) }));
    const counted = levels.map((each) => ({ ...each, inside: inWindow(each.points, window) }));
    const finest = counted.reduce((one, other) => (other.inside.length > one.inside.length ? other : one));
    const signal = metrics[finest.metric];
    const ordinary = inWindow(finest.points, baseline);
    if (
      signal === undefined ||
      finest.inside.length < LEAST_WINDOW_POINTS ||
      ordinary.length < LEAST_BASELINE_POINTS
    )
      continue;

    const typical = toTypicalLevel(ordinary, signal);
    const change = findLevelChange(finest.inside, typical);
    if (change === undefined) continue;
    const history = levels.map((each) => each.points);
    const seasonal = history.some((points) => repeatsYesterday(points, change, typical, window));
    const strength = change.strength * (seasonal ? SEASONAL_FACTOR : 1);
    if (strength < LEAST_STRENGTH) continue;
    const { direction, onsetMs, after, peak, lasting } = change;
    shifts.push({
      metric: finest.metric,
      direction,
      onsetMs,
      before: typical.median,
      after,
      peak,
      last: finest.inside.at(-1)?.[1] ?? after,
      lasting,
      strength,
      points: downsample([...ordinary, ...finest.inside], MAX_POINTS),
    });
  }
  return shifts.sort((one, other) => one.metric - other.metric);
}

/** Positions of the signals that are one series. */
function groupSeries(metrics: readonly MetricSignal[]): ReadonlyMap<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { connectorId, name, role, service, type, attributes }] of metrics.entries()) {
    const labels = Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1));
    const key = JSON.stringify([connectorId, name, role ?? '', service ?? '', type, labels]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return groups;
}
