import type { MetricPoint, MetricSignal, TimeWindow } from '@midwatch/core';

/** The values to compare: a gauge or quantile as it is, a counter as its rate per second. Ascending, finite, one per time. */
export function toLevels(signal: MetricSignal | undefined): readonly MetricPoint[] {
  if (signal === undefined) return [];
  const finite = signal.points.filter(([atMs, value]) => Number.isFinite(atMs) && Number.isFinite(value));
  const ascending = finite.every(([atMs], index) => index === 0 || atMs > (finite[index - 1]?.[0] ?? 0));
  const points = ascending ? finite : sortOnce(finite);
  return signal.type === 'counter' ? toRates(points) : points;
}

function sortOnce(points: readonly MetricPoint[]): readonly MetricPoint[] {
  const sorted = [...points].sort(([one, first], [other, second]) => one - other || first - second);
  return sorted.filter(([atMs], index) => atMs !== sorted[index + 1]?.[0]);
}

/** A counter that falls was reset: what it shows then has been counted since. */
function toRates(points: readonly MetricPoint[]): readonly MetricPoint[] {
  return points.slice(1).map(([atMs, value], index): MetricPoint => {
    const [beforeMs, before] = points[index] ?? [atMs, value];
    const counted = value >= before ? value - before : value;
    return [atMs, counted / Math.max((atMs - beforeMs) / 1000, 0.001)];
  });
}

export function inWindow(
  points: readonly MetricPoint[],
  { startMs, endMs }: TimeWindow,
): readonly MetricPoint[] {
  return points.filter(([atMs]) => atMs >= startMs && atMs < endMs);
}

/** At most `count` points, each the one of its stretch that lies farthest from the mean: spikes stay. */
export function downsample(points: readonly MetricPoint[], count: number): readonly MetricPoint[] {
  if (points.length <= count) return points;
  const mean = points.reduce((sum, [, value]) => sum + value / points.length, 0);
  return Array.from({ length: count }, (_, bar): MetricPoint => {
    const start = Math.floor((bar * points.length) / count);
    const end = Math.max(start + 1, Math.floor(((bar + 1) * points.length) / count));
    let farthest = points[start] ?? [0, 0];
    for (const point of points.slice(start, end)) {
      if (Math.abs(point[1] - mean) > Math.abs(farthest[1] - mean)) farthest = point;
    }
    return farthest;
  });
}
