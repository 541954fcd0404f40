import { timeOfTick } from '../engine/clock.js';
import { poolLimitAt } from '../engine/pool.js';
import type { PoolHistory } from '../engine/pool-history.js';
import { hashText, noiseAt } from '../engine/random.js';
import type { Pod } from '../engine/rollout.js';
import { findService } from '../engine/topology.js';
import type { World } from '../engine/world.js';
import { podLabels } from './pod-labels.js';
import { lifeOf } from './request-series.js';
import { type MetricFamily, type Series, toLabels } from './series.js';

export const POOL_FAMILIES: readonly MetricFamily[] = [
  {
    name: 'db_client_connections_usage',
    type: 'gauge',
    unit: '',
    help: 'Connections currently in the state described by the state attribute.',
  },
  {
    name: 'db_client_connections_max',
    type: 'gauge',
    unit: '',
    help: 'The maximum number of open connections allowed.',
  },
  {
    name: 'db_client_connections_pending_requests',
    type: 'gauge',
    unit: '',
    help: 'Pending requests for an open connection.',
  },
  {
    name: 'db_client_connections_timeouts_total',
    type: 'counter',
    unit: '',
    help: 'Connection timeouts while waiting for a connection.',
  },
  { name: 'db_pool_active_connections', type: 'gauge', unit: '', help: 'Connections in use.' },
  { name: 'db_pool_max_connections', type: 'gauge', unit: '', help: 'Upper limit of connections.' },
  { name: 'db_pool_pending_requests', type: 'gauge', unit: '', help: 'Requests waiting for a connection.' },
  {
    name: 'db_pool_timeouts_total',
    type: 'counter',
    unit: '',
    help: 'Requests that gave up waiting for a connection.',
  },
  {
    name: 'pgbouncer_pools_client_active_connections',
    type: 'gauge',
    unit: '',
    help: 'Client connections linked to a server connection and able to process queries.',
  },
  {
    name: 'pgbouncer_pools_client_waiting_connections',
    type: 'gauge',
    unit: '',
    help: 'Client connections waiting on a server connection.',
  },
  {
    name: 'pgbouncer_stats_queries_pooled_total',
    type: 'counter',
    unit: '',
    help: 'Total number of SQL queries pooled.',
  },
  {
    name: 'pgbouncer_stats_queries_duration_seconds_total',
    type: 'counter',
    unit: '',
    help: 'Total number of seconds spent executing queries.',
  },
];

/** Connection pools as their owners see them, in the owner's own dialect, and the database proxy's side of them. */
export function poolSeries(world: World): Series[] {
  const owners = world.run.pools.flatMap((history) =>
    world.pods
      .filter((pod) => pod.service === history.pool.owner)
      .flatMap((pod) => ownerSeries(world, history, pod)),
  );
  const proxies = world.pods.filter(
    (pod) => findService(world.run.topology, pod.service).metricStyle === 'proxy',
  );
  return [...owners, ...proxies.flatMap((pod) => proxySeries(world, pod))];
}

function ownerSeries(world: World, history: PoolHistory, pod: Pod): Series[] {
  const { clock, topology } = world.run;
  const { pool } = history;
  const otel = findService(topology, pool.owner).metricStyle === 'otel';
  const labels = { ...podLabels(world, pod), [otel ? 'pool_name' : 'pool']: pool.target };
  const life = lifeOf(pod);
  const key = hashText(`${world.seed}/pool/${pod.name}/${pool.target}`);
  // A pod keeps the limit it started with: the configuration is read once.
  const max = poolLimitAt(
    pool,
    pod.release.deployedAtMs > clock.startMs ? timeOfTick(clock, pod.fromTick) : 0,
  );
  const usedAt = (tick: number): number =>
    Math.min(Math.floor((history.used[tick] ?? 0) + 0.1 + 0.8 * noiseAt(key, tick)), max);
  const waitingAt = (tick: number): number =>
    Math.round((history.waiting[tick] ?? 0) * (0.9 + 0.2 * noiseAt(key + 1, tick)));
  const timeoutsAt = (tick: number): number =>
    Math.floor(pod.share * ((history.timeouts[tick] ?? 0) - (history.timeouts[pod.fromTick] ?? 0)));
  const gauge = (name: string, valueAt: Series['valueAt'], more: Record<string, string> = {}): Series => ({
    name,
    labels: toLabels({ ...labels, ...more }),
    ...life,
    valueAt,
  });
  if (otel) {
    return [
      gauge('db_client_connections_usage', usedAt, { state: 'used' }),
      gauge('db_client_connections_usage', (tick) => Math.min(max - usedAt(tick), 4), { state: 'idle' }),
      gauge('db_client_connections_max', () => max),
      gauge('db_client_connections_pending_requests', waitingAt),
      gauge('db_client_connections_timeouts_total', timeoutsAt),
    ];
  }
  return [
    gauge('db_pool_active_connections', usedAt),
    gauge('db_pool_max_connections', () => max),
    gauge('db_pool_pending_requests', waitingAt),
    gauge('db_pool_timeouts_total', timeoutsAt),
  ];
}

function proxySeries(world: World, pod: Pod): Series[] {
  const { operations } = world.run;
  const labels = toLabels({ ...podLabels(world, pod), database: 'shop' });
  const life = lifeOf(pod);
  const key = hashText(`${world.seed}/proxy/${pod.name}`);
  const own = [...operations.values()].filter((history) => history.operation.service === pod.service);
  const sum = (tick: number, seconds: boolean): number => {
    let total = 0;
    for (const { components } of own) {
      for (const { cumulative, shape } of components) {
        const counted = (cumulative[tick] ?? 0) - (cumulative[pod.fromTick] ?? 0);
        total += counted * (seconds ? shape.meanSeconds : 1);
      }
    }
    return total * pod.share;
  };
  const rateAt = (tick: number): number =>
    own.reduce((total, history) => total + (history.rate[Math.max(tick, 1)] ?? 0), 0);
  const activeAt = (tick: number): number =>
    Math.round(rateAt(tick) * 0.006 * pod.share + 3 * noiseAt(key, tick));
  return [
    { name: 'pgbouncer_pools_client_active_connections', labels, ...life, valueAt: activeAt },
    { name: 'pgbouncer_pools_client_waiting_connections', labels, ...life, valueAt: () => 0 },
    {
      name: 'pgbouncer_stats_queries_pooled_total',
      labels,
      ...life,
      valueAt: (tick) => Math.floor(sum(tick, false)),
    },
    {
      name: 'pgbouncer_stats_queries_duration_seconds_total',
      labels,
      ...life,
      valueAt: (tick) => sum(tick, true),
    },
  ];
}
