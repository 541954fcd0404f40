import type { MetricPoint, MetricSignal } from '../connector/v1/signal.js';
import { type DistributionPoint, toIntervals, toQuantile } from './distribution.js';
import { compareNanoseconds, nanosecondsToMs } from './nanoseconds.js';

/** The points of one OTLP series as they came, in any order. */
export type RawSeries =
  | { readonly type: 'gauge'; readonly points: MetricPoint[] }
  | { readonly type: 'sum'; readonly monotonic: boolean; readonly points: MetricPoint[] }
  /** By nanosecond: a point that came twice counts once, two within one millisecond count both. */
  | { readonly type: 'deltas'; readonly monotonic: boolean; readonly valueByTime: Map<string, number> }
  | { readonly type: 'histogram'; readonly cumulative: boolean; readonly points: DistributionPoint[] }
  | { readonly type: 'summary'; readonly points: SummaryPoint[] };

export interface SummaryPoint {
  readonly timeMs: number;
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
}

/** A series as signals have it, yet without identity. */
export interface PlainSeries extends Pick<MetricSignal, 'name' | 'unit' | 'type'> {
  readonly points: readonly MetricPoint[];
}

const quantiles = [0.5, 0.95, 0.99] as const;

/**
 * What people chart of one OTLP series: a gauge and a sum as they are (deltas added up), and of a distribution how many came in a second
 * (`.rate`), how much they add up to in a second (`.sum.rate`), and the quantiles (`.p50`, `.p95`, `.p99`).
 */
export function toPlainSeries(name: string, unit: string, raw: RawSeries): PlainSeries[] {
  switch (raw.type) {
    case 'gauge':
      return [
        { name, unit, type: /\.p\d\d$/.test(name) ? 'quantile' : 'gauge', points: inOrder(raw.points) },
      ];
    case 'sum':
      return [{ name, unit, type: raw.monotonic ? 'counter' : 'gauge', points: inOrder(raw.points) }];
    case 'deltas':
      return [{ name, unit, type: raw.monotonic ? 'counter' : 'gauge', points: addedUp(raw.valueByTime) }];
    case 'histogram':
      return distributionSeries(name, unit, raw.points, raw.cumulative);
    case 'summary':
      return summarySeries(name, unit, raw.points);
  }
}

function distributionSeries(
  name: string,
  unit: string,
  points: readonly DistributionPoint[],
  cumulative: boolean,
): PlainSeries[] {
  const intervals = toIntervals(points, cumulative);
  const quantilePoints = (quantile: number): MetricPoint[] =>
    intervals.flatMap((interval) => {
      const value = toQuantile(interval, quantile);
      return value === undefined ? [] : [[interval.timeMs, value] as const];
    });
  return [
    ...rateSeries(name, unit, intervals),
    ...quantiles.map(
      (quantile): PlainSeries => ({
        name: quantileName(name, quantile),
        unit,
        type: 'quantile',
        points: quantilePoints(quantile),
      }),
    ),
  ];
}

/** Summaries bring their quantiles ready; their count and sum are cumulative. */
function summarySeries(name: string, unit: string, points: readonly SummaryPoint[]): PlainSeries[] {
  const ordered = points.toSorted((left, right) => left.timeMs - right.timeMs);
  const asDistribution = ordered.map(
    (point): DistributionPoint => ({
      ...point,
      startMs: 0,
      layout: { type: 'explicit', bounds: [] },
      buckets: new Map(),
    }),
  );
  const byQuantile = new Map<number, MetricPoint[]>();
  for (const { timeMs, quantiles: values } of ordered) {
    for (const [quantile, value] of values) {
      const series = byQuantile.get(quantile);
      if (series === undefined) byQuantile.set(quantile, [[timeMs, value]]);
      else series.push([timeMs, value]);
    }
  }
  return [
    ...rateSeries(name, unit, toIntervals(asDistribution, true)),
    ...[...byQuantile].map(
      ([quantile, series]): PlainSeries => ({
        name: quantileName(name, quantile),
        unit,
        type: 'quantile',
        points: inOrder(series),
      }),
    ),
  ];
}

interface Interval {
  readonly timeMs: number;
  readonly seconds: number;
  readonly count: number;
  readonly sum: number | undefined;
}

function rateSeries(name: string, unit: string, intervals: readonly Interval[]): PlainSeries[] {
  const counts = intervals.map(({ timeMs, count, seconds }) => [timeMs, count / seconds] as const);
  const sums = intervals.flatMap(({ timeMs, sum, seconds }) =>
    sum === undefined ? [] : [[timeMs, sum / seconds] as const],
  );
  return [
    { name: `${name}.rate`, unit: '1/s', type: 'gauge', points: counts },
    { name: `${name}.sum.rate`, unit: `${unit}/s`, type: 'gauge', points: sums },
  ];
}

/** `0.5` is `.p50`, `0.999` is `.p99.9`. */
function quantileName(name: string, quantile: number): string {
  return `${name}.p${Number((quantile * 100).toFixed(4))}`;
}

/** Ascending, one point a millisecond: the one that came last. */
function inOrder(points: readonly MetricPoint[]): MetricPoint[] {
  const ordered = points.toSorted(([left], [right]) => left - right);
  return ordered.filter(([ms], index) => ordered[index + 1]?.[0] !== ms);
}

/** Deltas as the cumulative value that a counter has; what was before the first of them is not known. */
function addedUp(valueByTime: ReadonlyMap<string, number>): MetricPoint[] {
  let total = 0;
  const totals = [...valueByTime]
    .sort(([left], [right]) => compareNanoseconds(left, right))
    .map(([timeNs, value]): MetricPoint => {
      total += value;
      return [nanosecondsToMs(timeNs), total];
    });
  return inOrder(totals);
}
