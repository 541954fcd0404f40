import type { MetricStore } from '../metrics/metric-store.js';
import type { Series } from '../metrics/series.js';
import { quantileOf } from './promql-quantile.js';
import { tickTime, windowTicks } from './promql-select.js';

/** Reads one value from the samples of a series in (atMs - rangeMs, atMs]; undefined when there are too few. */
export type WindowReader = (
  store: MetricStore,
  series: Series,
  atMs: number,
  rangeMs: number,
  parameter: number,
) => number | undefined;

/** The functions over a range. `rate` and its kin extrapolate to the window's borders as Prometheus does. */
export const WINDOW_READERS: ReadonlyMap<string, WindowReader> = new Map<string, WindowReader>([
  ['rate', (store, series, atMs, rangeMs) => extrapolated(store, series, atMs, rangeMs, true, true)],
  ['increase', (store, series, atMs, rangeMs) => extrapolated(store, series, atMs, rangeMs, true, false)],
  ['delta', (store, series, atMs, rangeMs) => extrapolated(store, series, atMs, rangeMs, false, false)],
  ['irate', (store, series, atMs, rangeMs) => lastStep(store, series, atMs, rangeMs, true)],
  ['idelta', (store, series, atMs, rangeMs) => lastStep(store, series, atMs, rangeMs, false)],
  ['deriv', slope],
  ['avg_over_time', overValues((values) => sumOf(values) / values.length)],
  ['min_over_time', overValues((values) => Math.min(...values))],
  ['max_over_time', overValues((values) => Math.max(...values))],
  ['sum_over_time', overValues(sumOf)],
  ['count_over_time', overValues((values) => values.length)],
  ['last_over_time', overValues((values) => values.at(-1) ?? Number.NaN)],
  ['present_over_time', overValues(() => 1)],
  ['stddev_over_time', overValues((values) => Math.sqrt(variance(values)))],
  ['quantile_over_time', overValues((values, quantile) => quantileOf(quantile, values))],
  ['changes', overValues((values) => countSteps(values, (before, after) => before !== after))],
  ['resets', overValues((values) => countSteps(values, (before, after) => after < before))],
]);

/** Growth of a counter from the first to the last tick, put together again over its resets. */
function growth(series: Series, first: number, last: number): number {
  let grown = series.valueAt(last) - series.valueAt(first);
  for (const reset of series.resets) if (reset > first && reset <= last) grown += series.valueAt(reset - 1);
  return grown;
}

function extrapolated(
  store: MetricStore,
  series: Series,
  atMs: number,
  rangeMs: number,
  isCounter: boolean,
  perSecond: boolean,
): number | undefined {
  const [first, last] = windowTicks(store, series, atMs, rangeMs);
  if (last - first < 1) return undefined;
  const change = isCounter ? growth(series, first, last) : series.valueAt(last) - series.valueAt(first);
  const sampled = tickTime(store, last) - tickTime(store, first);
  const between = sampled / (last - first);
  let toStart = tickTime(store, first) - (atMs - rangeMs);
  let toEnd = atMs - tickTime(store, last);
  // Beyond a gap of about one scrape the series is taken to begin or end half a scrape away.
  if (toStart >= between * 1.1) toStart = between / 2;
  if (isCounter && change > 0) toStart = Math.min(toStart, sampled * (series.valueAt(first) / change));
  if (toEnd >= between * 1.1) toEnd = between / 2;
  const whole = change * ((sampled + toStart + toEnd) / sampled);
  return perSecond ? whole / (rangeMs / 1000) : whole;
}

function lastStep(
  store: MetricStore,
  series: Series,
  atMs: number,
  rangeMs: number,
  isRate: boolean,
): number | undefined {
  const [first, last] = windowTicks(store, series, atMs, rangeMs);
  if (last - first < 1) return undefined;
  const [before, after] = [series.valueAt(last - 1), series.valueAt(last)];
  if (!isRate) return after - before;
  return (after < before ? after : after - before) / (store.tickMs / 1000);
}

function slope(store: MetricStore, series: Series, atMs: number, rangeMs: number): number | undefined {
  const [first, last] = windowTicks(store, series, atMs, rangeMs);
  const count = last - first + 1;
  if (count < 2) return undefined;
  const seconds = store.tickMs / 1000;
  const middle = (first + last) / 2;
  let [products, squares] = [0, 0];
  for (let tick = first; tick <= last; tick += 1) {
    products += (tick - middle) * series.valueAt(tick);
    squares += (tick - middle) ** 2;
  }
  return products / squares / seconds;
}

function overValues(read: (values: readonly number[], parameter: number) => number): WindowReader {
  return (store, series, atMs, rangeMs, parameter) => {
    const [first, last] = windowTicks(store, series, atMs, rangeMs);
    if (last < first) return undefined;
    const values: number[] = [];
    for (let tick = first; tick <= last; tick += 1) values.push(series.valueAt(tick));
    return read(values, parameter);
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function variance(values: readonly number[]): number {
  const mean = sumOf(values) / values.length;
  return sumOf(values.map((value) => (value - mean) ** 2)) / values.length;
}

function countSteps(values: readonly number[], counts: (before: number, after: number) => boolean): number {
  return values.slice(1).filter((value, index) => counts(values[index] ?? Number.NaN, value)).length;
}
