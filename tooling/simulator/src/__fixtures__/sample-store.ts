import type { MetricStore } from '../metrics/metric-store.js';
import { type Series, toLabels } from '../metrics/series.js';

/** `name{label="value"} v0 v1 v2 ...`, a sample every 15 s from the epoch; `_` ends the series, `x` begins it later. */
export function sampleStore(lines: readonly string[]): MetricStore {
  const byName = new Map<string, Series[]>();
  let ticks = 0;
  for (const line of lines) {
    const series = parseSeries(line);
    byName.set(series.name, [...(byName.get(series.name) ?? []), series]);
    ticks = Math.max(ticks, series.toTick - 1);
  }
  return { startMs: 0, tickMs: 15_000, nowMs: ticks * 15_000, families: [], byName };
}

function parseSeries(line: string): Series {
  const [, name = '', labelText = '', valueText = ''] = /^(\w+)(?:\{(.*)\})? (.+)$/.exec(line) ?? [];
  const labels = [...labelText.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]);
  const words = valueText.split(' ');
  const fromTick = words.findIndex((word) => word !== 'x');
  const values = words.map((word) => (word === 'Inf' ? Number.POSITIVE_INFINITY : Number(word)));
  const end = words.indexOf('_');
  const toTick = end === -1 ? words.length : end;
  const resets = values.flatMap((value, tick) => (tick > fromTick && tick < toTick && value < (values[tick - 1] ?? 0) ? [tick] : []));
  return {
    name,
    labels: toLabels(Object.fromEntries(labels)),
    fromTick,
    toTick,
    resets,
    valueAt: (tick) => values[tick] ?? Number.NaN,
  };
}
