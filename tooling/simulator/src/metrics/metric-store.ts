import type { World } from '../engine/world.js';
import { withAccidents } from './pod-accidents.js';
import { POOL_FAMILIES, poolSeries } from './pool-series.js';
import { REQUEST_FAMILIES, requestSeries } from './request-series.js';
import { RESOURCE_FAMILIES, resourceSeries } from './resource-series.js';
import type { MetricFamily, Series } from './series.js';

/** All series of a world, found by name. Values are computed when asked for. */
export interface MetricStore {
  readonly startMs: number;
  readonly nowMs: number;
  readonly tickMs: number;
  readonly families: readonly MetricFamily[];
  readonly byName: ReadonlyMap<string, readonly Series[]>;
}

export function createMetricStore(world: World): MetricStore {
  const byName = new Map<string, Series[]>();
  const all = [...requestSeries(world), ...poolSeries(world), ...resourceSeries(world)];
  for (const series of withAccidents(world, all)) {
    const known = byName.get(series.name);
    if (known === undefined) byName.set(series.name, [series]);
    else known.push(series);
  }
  const { startMs, nowMs, tickMs } = world.run.clock;
  const families = [...REQUEST_FAMILIES, ...POOL_FAMILIES, ...RESOURCE_FAMILIES];
  return { startMs, nowMs, tickMs, families, byName };
}
