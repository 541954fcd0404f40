import type { MetricPoint, MetricRole, MetricSignal } from '@midwatch/core';

/** One series, however many queries brought parts of it. */
export interface Series {
  readonly name: string;
  readonly role?: MetricRole;
  readonly unit: string;
  /** One for each signal: the answers of different queries have different steps and must not be mixed. */
  readonly parts: readonly SeriesPart[];
}

export interface SeriesPart {
  /** Position of its signal in the input. */
  readonly metric: number;
  /** Ascending, finite, one for each time. */
  readonly points: readonly MetricPoint[];
}

/** Joins the signals of the same series, and turns counters into rates per second. */
export function toSeries(metrics: readonly MetricSignal[]): readonly Series[] {
  const byKey = new Map<string, { readonly signal: MetricSignal; readonly parts: SeriesPart[] }>();
  for (const [metric, signal] of metrics.entries()) {
    const part = { metric, points: cleanPoints(signal) };
    if (part.points.length === 0) continue;
    const key = seriesKey(signal);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { signal, parts: [part] });
    else known.parts.push(part);
  }
  return [...byKey.values()].map(({ signal, parts }) => ({
    name: signal.name,
    ...(signal.role === undefined ? {} : { role: signal.role }),
    unit: isCumulative(signal) ? `${signal.unit}/s` : signal.unit,
    parts,
  }));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * The same for all answers about one series. What measures a role may come under another name where several services were
 * asked for at once, so that the name tells series apart only where the role does not.
 */
export function seriesKey(signal: MetricSignal): string {
  const attributes = Object.entries(signal.attributes).sort(([one], [other]) => compare(one, other));
  const { connectorId, service, name, role, type, unit } = signal;
  const measured = role === undefined || role === 'saturation.other' ? name : role;
  return JSON.stringify([connectorId, service ?? null, measured, unit, type, attributes]);
}

/** A counter of restarts is small and counted whole: its level tells more than its rate. */
function isCumulative(signal: MetricSignal): boolean {
  return signal.type === 'counter' && signal.role !== 'restarts';
}

function cleanPoints(signal: MetricSignal): readonly MetricPoint[] {
  const points = ordered(
    signal.points.filter(([time, value]) => Number.isFinite(time) && Number.isFinite(value)),
  );
  return isCumulative(signal) ? toRates(points) : points;
}

/** Ascending; of several values for one time the largest counts. */
function ordered(points: readonly MetricPoint[]): readonly MetricPoint[] {
  const isAscending = points.every((point, index) => index === 0 || (points[index - 1]?.[0] ?? 0) < point[0]);
  if (isAscending) return points;
  const sorted = [...points].sort(([one, first], [other, second]) => one - other || first - second);
  return sorted.filter(([timeMs], index) => timeMs !== sorted[index + 1]?.[0]);
}

/** Increase per second, at the end of each step. After a reset the counter began at zero again. */
function toRates(points: readonly MetricPoint[]): readonly MetricPoint[] {
  const rates: MetricPoint[] = [];
  for (let index = 1; index < points.length; index++) {
    const [fromMs, from] = points[index - 1] ?? [0, 0];
    const [toMs, to] = points[index] ?? [0, 0];
    rates.push([toMs, ((to >= from ? to - from : to) * 1000) / (toMs - fromMs)]);
  }
  return rates;
}
