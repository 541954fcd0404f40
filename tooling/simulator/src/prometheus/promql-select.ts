import type { MetricStore } from '../metrics/metric-store.js';
import type { Series } from '../metrics/series.js';
import type { Matcher, Selector } from './promql-ast.js';
import { NAME } from './promql-value.js';

/** How long a last sample counts as current. */
const LOOKBACK_MS = 300_000;

/** Series that a selector names. */
export function selectSeries(store: MetricStore, selector: Selector): readonly Series[] {
  const named = selector.matchers.filter((matcher) => matcher.label === NAME);
  const others = selector.matchers.filter((matcher) => matcher.label !== NAME);
  const found: Series[] = [];
  const names = selector.name === undefined ? store.byName.keys() : [selector.name];
  for (const name of names) {
    if (!named.every((matcher) => matcher.matches(name))) continue;
    for (const series of store.byName.get(name) ?? []) if (isSelected(series, others)) found.push(series);
  }
  return found;
}

function isSelected(series: Series, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => matcher.matches(series.labels.get(matcher.label) ?? ''));
}

/** The tick whose sample is current at a moment; -1 when there is none. A target that went away is stale at once. */
export function currentTick(store: MetricStore, series: Series, atMs: number): number {
  const tick = Math.floor((atMs - store.startMs) / store.tickMs);
  const last = lastTick(store);
  if (tick < series.fromTick || tick >= series.toTick) return -1;
  if (tick <= last) return tick;
  return atMs - (store.startMs + last * store.tickMs) < LOOKBACK_MS ? last : -1;
}

/** First and last tick with a sample in (atMs - rangeMs, atMs]; the last is below the first when there is none. */
export function windowTicks(
  store: MetricStore,
  series: Series,
  atMs: number,
  rangeMs: number,
): [number, number] {
  const first = Math.floor((atMs - rangeMs - store.startMs) / store.tickMs) + 1;
  const last = Math.floor((atMs - store.startMs) / store.tickMs);
  return [Math.max(first, series.fromTick), Math.min(last, series.toTick - 1, lastTick(store))];
}

export function tickTime(store: MetricStore, tick: number): number {
  return store.startMs + tick * store.tickMs;
}

function lastTick(store: MetricStore): number {
  return (store.nowMs - store.startMs) / store.tickMs;
}
