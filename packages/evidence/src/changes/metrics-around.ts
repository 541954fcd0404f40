import type { MetricPoint, MetricRole, MetricSignal } from '@midwatch/core';
import type { MetricAroundChange } from '@midwatch/core/incident';
import { seriesKey } from '../metric-shifts/series.js';
import { median } from '../statistics/quantile.js';

/** The measures that show whether users or limits felt a change, in the order in which they convince. */
const decisiveRoles: readonly MetricRole[] = [
  'latency.p99',
  'latency.p95',
  'error.ratio',
  'connections.waiting',
  'connections.used',
  'connections.max',
  'request.rate',
  'memory.usage',
  'cpu.usage',
  'restarts',
];
const mostMetrics = 6;

interface Series {
  readonly signal: MetricSignal;
  readonly points: MetricPoint[];
  readonly queryIds: Set<string>;
}

/** Series of the given services; the same series read for different times is one. */
export function gatherSeries(
  metrics: readonly MetricSignal[],
  services: ReadonlySet<string>,
): readonly Series[] {
  const byKey = new Map<string, Series>();
  for (const signal of metrics) {
    if (signal.role === undefined || signal.type === 'counter') continue;
    if (signal.service === undefined || !services.has(signal.service)) continue;
    if (!decisiveRoles.includes(signal.role)) continue;
    const key = seriesKey(signal);
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, { signal, points: [...signal.points], queryIds: new Set([signal.queryId]) });
    } else {
      known.points.push(...signal.points);
      known.queryIds.add(signal.queryId);
    }
  }
  return [...byKey.values()];
}

export interface Moments {
  readonly changeMs: number;
  readonly onsetMs: number | undefined;
  readonly endMs: number;
}

/** Typical values before the change, from it to the onset, and since; one series per service and role, the one that moved most. */
export function metricsAround(
  series: readonly Series[],
  services: readonly string[],
  moments: Moments,
): readonly MetricAroundChange[] {
  const { changeMs, onsetMs, endMs } = moments;
  const found: { rank: number; moved: number; metric: MetricAroundChange; role: string }[] = [];
  for (const { signal, points, queryIds } of series) {
    const service = services.indexOf(signal.service ?? '');
    const role = decisiveRoles.indexOf(signal.role as MetricRole);
    if (service < 0 || role < 0) continue;
    const before = typicalWithin(points, Number.NEGATIVE_INFINITY, changeMs);
    const between = onsetMs === undefined ? undefined : typicalWithin(points, changeMs, onsetMs);
    const after =
      onsetMs === undefined
        ? typicalWithin(points, changeMs, endMs)
        : typicalWithin(points, Math.max(onsetMs, changeMs), endMs);
    if (after === undefined && between === undefined) continue;
    found.push({
      rank: service * decisiveRoles.length + role,
      role: `${service} ${role}`,
      moved: Math.abs(Math.log((Math.abs(after ?? 0) + 1e-6) / (Math.abs(between ?? before ?? 0) + 1e-6))),
      metric: {
        metric: signal.name,
        ...(signal.role === undefined ? {} : { role: signal.role }),
        unit: signal.unit,
        ...(before === undefined ? {} : { beforeChange: before }),
        ...(between === undefined ? {} : { betweenChangeAndOnset: between }),
        ...(after === undefined ? {} : { afterOnset: after }),
        queryIds: [...queryIds].slice(0, 4),
      },
    });
  }
  found.sort((a, b) => a.rank - b.rank || b.moved - a.moved || (a.metric.metric < b.metric.metric ? -1 : 1));
  return found
    .filter((entry, at) => entry.role !== found[at - 1]?.role)
    .slice(0, mostMetrics)
    .map((entry) => entry.metric);
}

function typicalWithin(points: readonly MetricPoint[], fromMs: number, untilMs: number): number | undefined {
  const values = points
    .filter(([at, value]) => at >= fromMs && at < untilMs && Number.isFinite(value))
    .map(([, value]) => value);
  return values.length === 0 ? undefined : Number(median(values).toPrecision(6));
}
