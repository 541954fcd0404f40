import type { MetricPoint, MetricSignal, TimeWindow } from '@midwatch/core';
import { median } from '../statistics/quantile.js';
import { type NoiseScale, noiseScaleOf } from './noise-scale.js';
import { createSeason, withoutSeason } from './season.js';
import { type Series, toSeries } from './series.js';
import { createFleetNoise, spreadOf } from './series-noise.js';
import { type SeriesPeriods, toPeriods } from './series-periods.js';
import { findShiftedSegment, type ShiftedSegment } from './shifted-segment.js';
import { toSparkline } from './sparkline.js';

export interface MetricShiftInput {
  /** Series of window and baseline in any order; longer ones tell what the same hour of yesterday was like. */
  readonly metrics: readonly MetricSignal[];
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
}

/** A series that left its ordinary level within the window. */
export interface MetricShift {
  /** Position of its signal in the input. */
  readonly metric: number;
  /** Of the values below: the signal's, but per second for a counter. */
  readonly unit: string;
  readonly direction: 'up' | 'down';
  /** Time of the first point off the ordinary level. */
  readonly onsetMs: number;
  /** The ordinary level: the baseline's median. */
  readonly before: number;
  /** The level after onset, as long as the shift lasted, and the extreme in its direction. */
  readonly after: number;
  readonly peak: number;
  /** The newest value of the window. */
  readonly last: number;
  /** The level held to the window's end. */
  readonly lasting: boolean;
  /** The baseline has no point of the series: the ordinary level is that of the window's first third. */
  readonly withinWindow: boolean;
  /** 0 to 1: how sure and how large. */
  readonly strength: number;
  /** Of baseline and window where they lie side by side, else of the window; at most 60. */
  readonly points: readonly MetricPoint[];
}

/** A window of fewer points, as by the minute, cannot be asked for two in a row. */
const FEW_POINTS = 6;
const MIN_SCORE = 10;
const MIN_SCORE_FEW = 6;
/** A shift that is three times as sure as it must be is as sure as can be. */
const SURE_SCORE = 30;
const PASSING_FACTOR = 0.7;
const WITHIN_WINDOW_FACTOR = 0.7;
/** Of the strength that says how far the level is; the rest is for there being a shift at all. */
const DISTANCE_SHARE = 0.8;

/**
 * Which series left their baseline, when, and how far, by the order of the input. The same series may come twice, finely
 * over window and baseline and coarsely over a day: the finer one is judged. Pure; linear in the points but for the
 * medians. Gaps, NaN and infinities count as nothing.
 */
export function findMetricShifts({ metrics, window, baseline }: MetricShiftInput): readonly MetricShift[] {
  const measured = toSeries(metrics).flatMap((series): MeasuredSeries[] => {
    const periods = toPeriods(series, window, baseline);
    if (periods === undefined) return [];
    const before = median(periods.reference.map(([, value]) => value));
    return [{ series, periods, before, scale: noiseScaleOf(series.role, series.unit, before) }];
  });
  const levelsByKind = new Map<string, number[][]>();
  for (const { series, periods, scale } of measured) {
    const levels = levelsByKind.get(kindOf(series)) ?? [];
    // A baseline may lie hours before the window: from one to the other is no step.
    const runs = periods.isOwnReference
      ? [[...periods.reference, ...periods.window]]
      : [periods.reference, periods.window];
    levels.push(...runs.map((points) => toLevels(points, scale)));
    levelsByKind.set(kindOf(series), levels);
  }
  const fleetNoise = createFleetNoise(levelsByKind);
  return measured
    .flatMap((one) => toShift(one, fleetNoise(kindOf(one.series)), window, baseline) ?? [])
    .sort((one, other) => one.metric - other.metric);
}

interface MeasuredSeries {
  readonly series: Series;
  readonly periods: SeriesPeriods;
  readonly before: number;
  readonly scale: NoiseScale;
}

function kindOf({ role, name, unit }: Series): string {
  return JSON.stringify([role ?? name, unit]);
}

function toLevels(points: readonly MetricPoint[], scale: NoiseScale): number[] {
  return points.map(([, value]) => scale.toLevel(value));
}

function toShift(
  { series, periods, before, scale }: MeasuredSeries,
  fleetNoise: number,
  window: TimeWindow,
  baseline: TimeWindow,
): MetricShift | undefined {
  const ordinary = toLevels(periods.reference, scale);
  const typical = median(ordinary);
  // Few points know their own middle badly.
  const doubt = Math.sqrt(1 + 1 / ordinary.length);
  const noise = Math.max(scale.floor, fleetNoise, spreadOf(ordinary)) * doubt;
  const season = createSeason(periods.history, window, baseline, scale);
  const deviations = periods.window.map(
    ([timeMs, value]) => withoutSeason(scale.toLevel(value) - typical, season(timeMs)) / noise,
  );
  const segment = findShiftedSegment(deviations);
  if (segment === undefined || !isShift(segment, deviations.length)) return undefined;

  const shifted = periods.window.slice(segment.start, segment.end);
  const values = shifted.map(([, value]) => value);
  const after = median(values);
  const lasting = segment.end === periods.window.length;
  const distance = median(deviations.slice(segment.start, segment.end).map(Math.abs)) * noise;
  return {
    metric: periods.metric,
    unit: series.unit,
    direction: segment.sign > 0 ? 'up' : 'down',
    onsetMs: shifted[0]?.[0] ?? window.startMs,
    before,
    after,
    peak: values.reduce((peak, value) => (value * segment.sign > peak * segment.sign ? value : peak), after),
    last: periods.window.at(-1)?.[1] ?? after,
    lasting,
    withinWindow: periods.isOwnReference,
    strength: strengthOf(segment.score, distance / scale.full, lasting, periods),
    points: toSparkline(periods, window, baseline),
  };
}

function strengthOf(score: number, distance: number, lasting: boolean, periods: SeriesPeriods): number {
  const sureness = 1 - Math.exp((-2 * score) / SURE_SCORE);
  const size = 1 - DISTANCE_SHARE + DISTANCE_SHARE * Math.min(1, distance);
  const known = periods.reference.length / (periods.reference.length + 1);
  return (
    sureness *
    size *
    known *
    (lasting ? 1 : PASSING_FACTOR) *
    (periods.isOwnReference ? WITHIN_WINDOW_FACTOR : 1)
  );
}

/** One point among many is a spike; among a few, or the newest, it may be all there is yet: then it must be far off. */
function isShift({ start, end, score }: ShiftedSegment, count: number): boolean {
  if (count < FEW_POINTS) return score >= MIN_SCORE_FEW;
  if (end - start > 1) return score >= MIN_SCORE;
  return end === count && score >= MIN_SCORE_FEW;
}
