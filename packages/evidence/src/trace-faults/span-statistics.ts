import type { SpanStatistics } from '@midwatch/core/incident';
import { ascending, quantile } from '../statistics/quantile.js';

export function toSpanStatistics(timesMs: readonly number[], faulty: number): SpanStatistics {
  const sorted = ascending(timesMs);
  const at = (p: number): number => (sorted.length === 0 ? 0 : Math.round(quantile(sorted, p) * 1000) / 1000);
  return { calls: timesMs.length, faulty, p50Ms: at(0.5), p99Ms: at(0.99) };
}
