import type { MetricPoint, TimeWindow } from '@midwatch/core';
import type { Series, SeriesPart } from './series.js';

/** A series cut into what is compared. */
export interface SeriesPeriods {
  /** Position in the input of the signal that is judged. */
  readonly metric: number;
  readonly window: readonly MetricPoint[];
  readonly reference: readonly MetricPoint[];
  /** The baseline has no point of it: the reference is how the window began. */
  readonly isOwnReference: boolean;
  /** Of the part that reaches back furthest, to see the same hour of yesterday. */
  readonly history: readonly MetricPoint[];
}

/** The beginning of the window that must do as a reference where the baseline was not measured. */
const OWN_REFERENCE_SHARE = 1 / 3;

/** Undefined where there is nothing to compare: what was not measured did not change. */
export function toPeriods(
  series: Series,
  window: TimeWindow,
  baseline: TimeWindow,
): SeriesPeriods | undefined {
  const part = densest(series.parts, window);
  if (part === undefined) return undefined;
  const inWindow = within(part.points, window);
  // Window and baseline of one answer have the same step; of two answers only where they lie far apart.
  const own = within(part.points, baseline);
  const reference = own.length > 0 ? own : within(densest(series.parts, baseline)?.points ?? [], baseline);
  const base = { metric: part.metric, history: longest(series.parts)?.points ?? [] };
  if (reference.length > 0) return { ...base, window: inWindow, reference, isOwnReference: false };
  const split = Math.ceil(inWindow.length * OWN_REFERENCE_SHARE);
  if (split === inWindow.length) return undefined;
  return {
    ...base,
    window: inWindow.slice(split),
    reference: inWindow.slice(0, split),
    isOwnReference: true,
  };
}

function densest(parts: readonly SeriesPart[], period: TimeWindow): SeriesPart | undefined {
  let best: SeriesPart | undefined;
  let most = 0;
  for (const part of parts) {
    const count = within(part.points, period).length;
    if (count <= most) continue;
    most = count;
    best = part;
  }
  return best;
}

function longest(parts: readonly SeriesPart[]): SeriesPart | undefined {
  let best: SeriesPart | undefined;
  for (const part of parts) if (best === undefined || firstTime(part) < firstTime(best)) best = part;
  return best;
}

function firstTime(part: SeriesPart): number {
  return part.points[0]?.[0] ?? Number.POSITIVE_INFINITY;
}

export function within(points: readonly MetricPoint[], period: TimeWindow): readonly MetricPoint[] {
  return points.slice(indexOf(points, period.startMs), indexOf(points, period.endMs));
}

/** The index of the first point at or after `timeMs`. */
function indexOf(points: readonly MetricPoint[], timeMs: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.[0] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
