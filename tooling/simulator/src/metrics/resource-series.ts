import { hashText, noiseAt, smoothNoise } from '../engine/random.js';
import { amountOf, killsOf } from '../engine/resource-effect.js';
import type { Pod } from '../engine/rollout.js';
import { findService, type ServiceSpec } from '../engine/topology.js';
import type { World } from '../engine/world.js';
import { podLabels } from './pod-labels.js';
import { lifeOf } from './request-series.js';
import { type MetricFamily, type Series, toLabels } from './series.js';

export const RESOURCE_FAMILIES: readonly MetricFamily[] = [
  { name: 'up', type: 'gauge', unit: '', help: 'Whether the last scrape of the target succeeded.' },
  {
    name: 'container_cpu_usage_seconds_total',
    type: 'counter',
    unit: '',
    help: 'Cumulative cpu time consumed in seconds.',
  },
  {
    name: 'container_cpu_cfs_periods_total',
    type: 'counter',
    unit: '',
    help: 'Number of elapsed enforcement period intervals.',
  },
  {
    name: 'container_cpu_cfs_throttled_periods_total',
    type: 'counter',
    unit: '',
    help: 'Number of throttled period intervals.',
  },
  {
    name: 'container_memory_working_set_bytes',
    type: 'gauge',
    unit: '',
    help: 'Current working set in bytes.',
  },
  {
    name: 'kube_pod_container_status_restarts_total',
    type: 'counter',
    unit: '',
    help: 'The number of container restarts per container.',
  },
  {
    name: 'kube_pod_container_resource_limits',
    type: 'gauge',
    unit: '',
    help: 'The number of requested limit resource by a container.',
  },
  {
    name: 'kube_pod_container_status_last_terminated_reason',
    type: 'gauge',
    unit: '',
    help: 'Describes the last reason the container was in terminated state.',
  },
  {
    name: 'kubelet_volume_stats_capacity_bytes',
    type: 'gauge',
    unit: '',
    help: 'Capacity in bytes of the volume.',
  },
  {
    name: 'kubelet_volume_stats_available_bytes',
    type: 'gauge',
    unit: '',
    help: 'Number of available bytes in the volume.',
  },
  { name: 'process_open_fds', type: 'gauge', unit: '', help: 'Number of open file descriptors.' },
  { name: 'worker_queue_depth', type: 'gauge', unit: '', help: 'Jobs waiting in the queue.' },
];

/** 100 ms each. */
const PERIODS_PER_SECOND = 10;
const BYTES_PER_WAITING_REQUEST = 40 * 1024;
const VOLUME_BYTES = 50 * 2 ** 30;

/** What the node and the cluster say about the pods. */
export function resourceSeries(world: World): Series[] {
  const use = new Map(
    world.run.topology.services.map((service) => [service.name, cpuSeconds(world, service)]),
  );
  return world.pods.flatMap((pod) => {
    const service = findService(world.run.topology, pod.service);
    const cpu = use.get(pod.service) ?? new Float64Array();
    return [...nodeSeries(world, pod, service, cpu), ...ownSeries(world, pod, service)];
  });
}

/** CPU seconds of a whole service, as a running sum. */
function cpuSeconds(world: World, service: ServiceSpec): Float64Array {
  const { clock, operations } = world.run;
  const own = [...operations.values()].filter((history) => history.operation.service === service.name);
  const key = hashText(`${world.seed}/cpu/${service.name}`);
  const extraCores = amountOf(world.story.resources ?? [], service.name, 'extraCores');
  const sum = new Float64Array(clock.ticks + 1);
  for (let tick = 1; tick <= clock.ticks; tick += 1) {
    const rate = own.reduce((total, history) => total + (history.rate[tick] ?? 0), 0);
    const extra = (extraCores?.(tick) ?? 0) * service.replicas;
    const cores = service.cpuIdleCores * service.replicas + rate * service.cpuSecondsPerRequest + extra;
    const noise = 1 + 0.06 * smoothNoise(key, tick, 5) + 0.05 * (noiseAt(key + 7, tick) - 0.5);
    sum[tick] = (sum[tick - 1] ?? 0) + (cores * noise * clock.tickMs) / 1000;
  }
  return sum;
}

function nodeSeries(world: World, pod: Pod, service: ServiceSpec, cpu: Float64Array): Series[] {
  const { clock, pools } = world.run;
  const labels = { ...podLabels(world, pod), container: pod.service };
  const kubelet = { ...labels, job: 'kubelet', instance: pod.node, node: pod.node };
  const state = { ...labels, job: 'kube-state-metrics', instance: 'kube-state-metrics:8080' };
  const life = lifeOf(pod);
  const key = hashText(`${world.seed}/memory/${pod.name}`);
  const waiting = pools.filter((history) => history.pool.owner === pod.service);
  const secondsOf = (ticks: number): number => (ticks * clock.tickMs) / 1000;
  const aged = (tick: number): number => secondsOf(tick - pod.fromTick + pod.ageTicks);
  const earlier = noiseAt(hashText(pod.name), 1) < 0.08 ? 1 : 0;
  const effects = world.story.resources ?? [];
  const kills = killsOf(effects, pod);
  const leaks = effects.filter((effect) => effect.service === pod.service);
  const leakedAt = (tick: number): number =>
    leaks.reduce((sum, { leakedShare }) => sum + (leakedShare?.(tick, pod.index) ?? 0), 0);
  const heldBack = runningSum(clock.ticks, amountOf(effects, pod.service, 'throttledShare'));

  const cpuAt = (tick: number): number =>
    pod.share *
    ((cpu[tick] ?? 0) - (cpu[pod.fromTick] ?? 0) + secondsOf(pod.ageTicks) * service.cpuIdleCores);
  const memoryAt = (tick: number): number => {
    const warm = 1 - 0.25 * Math.exp(-(tick - pod.fromTick + pod.ageTicks) / 80);
    const sawtooth = 0.07 * (((tick * 0.013 + noiseAt(key, 0)) % 1) - 0.5) + 0.02 * smoothNoise(key, tick, 6);
    const queued = waiting.reduce((sum, history) => sum + (history.waiting[tick] ?? 0), 0);
    const usual = service.memoryBytes * warm * (1 + sawtooth) + queued * BYTES_PER_WAITING_REQUEST;
    const leaked = leakedAt(tick) * Math.max(service.memoryLimitBytes - usual, 0);
    return Math.round((usual + leaked) / 4096) * 4096;
  };
  const limit = (resource: string, unit: string, value: number): Series => ({
    name: 'kube_pod_container_resource_limits',
    labels: toLabels({ ...state, resource, unit }),
    ...life,
    valueAt: () => value,
  });
  const throttled = (tick: number): number => {
    const share = Math.max(0, cpuAt(tick) / Math.max(aged(tick), 1) / service.cpuLimitCores - 0.05);
    const periods = heldBack(tick) - heldBack(pod.fromTick);
    const usual = aged(tick) * PERIODS_PER_SECOND * 0.01 * share;
    return Math.floor(usual + secondsOf(periods) * PERIODS_PER_SECOND);
  };
  return [
    { name: 'container_cpu_usage_seconds_total', labels: toLabels(kubelet), ...life, valueAt: cpuAt },
    {
      name: 'container_cpu_cfs_periods_total',
      labels: toLabels(kubelet),
      ...life,
      valueAt: (tick) => Math.floor(aged(tick) * PERIODS_PER_SECOND),
    },
    {
      name: 'container_cpu_cfs_throttled_periods_total',
      labels: toLabels(kubelet),
      ...life,
      valueAt: throttled,
    },
    { name: 'container_memory_working_set_bytes', labels: toLabels(kubelet), ...life, valueAt: memoryAt },
    {
      name: 'kube_pod_container_status_restarts_total',
      labels: toLabels(state),
      ...life,
      valueAt: (tick) => earlier + kills.filter((kill) => kill <= tick).length,
    },
    ...(kills.length === 0 ? [] : [killReason(state, life, kills)]),
    ...volumeSeries(world, pod, kubelet),
    limit('cpu', 'core', service.cpuLimitCores),
    limit('memory', 'byte', service.memoryLimitBytes),
  ];
}

/** A sum up to each tick; zero throughout without anything to sum. */
function runningSum(ticks: number, read: ((tick: number) => number) | undefined): (tick: number) => number {
  if (read === undefined) return () => 0;
  const sum = new Float64Array(ticks + 1);
  for (let tick = 1; tick <= ticks; tick += 1) sum[tick] = (sum[tick - 1] ?? 0) + read(tick);
  return (tick) => sum[tick] ?? 0;
}

function killReason(
  state: Readonly<Record<string, string>>,
  life: ReturnType<typeof lifeOf>,
  kills: readonly number[],
): Series {
  return {
    name: 'kube_pod_container_status_last_terminated_reason',
    labels: toLabels({ ...state, reason: 'OOMKilled' }),
    ...life,
    fromTick: kills[0] ?? life.fromTick,
    valueAt: () => 1,
  };
}

function volumeSeries(world: World, pod: Pod, kubelet: Readonly<Record<string, string>>): Series[] {
  const used = amountOf(world.story.resources ?? [], pod.service, 'diskUsed');
  if (used === undefined) return [];
  const labels = toLabels({ ...kubelet, persistentvolumeclaim: `data-${pod.service}-${pod.index}` });
  const series = (name: string, valueAt: Series['valueAt']): Series => ({
    name,
    labels,
    ...lifeOf(pod),
    valueAt,
  });
  return [
    series('kubelet_volume_stats_capacity_bytes', () => VOLUME_BYTES),
    series('kubelet_volume_stats_available_bytes', (tick) => {
      const free = Math.max(1 - used(tick), 0);
      return Math.round((free * VOLUME_BYTES) / 4096) * 4096;
    }),
  ];
}

function ownSeries(world: World, pod: Pod, service: ServiceSpec): Series[] {
  const labels = podLabels(world, pod);
  const life = lifeOf(pod);
  const key = hashText(`${world.seed}/own/${pod.name}`);
  const series: Series[] = [{ name: 'up', labels: toLabels(labels), ...life, valueAt: () => 1 }];
  if (service.metricStyle === 'proxy') return series;
  series.push({
    name: 'process_open_fds',
    labels: toLabels(labels),
    ...life,
    valueAt: (tick) => 60 + Math.round(14 * smoothNoise(key, tick, 12)),
  });
  if (service.metricStyle === 'worker') {
    series.push({
      name: 'worker_queue_depth',
      labels: toLabels({ ...labels, queue: 'order-events' }),
      ...life,
      // A backlog now and then is what a queue is for.
      valueAt: (tick) =>
        Math.round(
          6 + 5 * smoothNoise(key + 3, tick, 9) + 20 * Math.max(0, smoothNoise(key + 4, tick, 50) - 0.6),
        ),
    });
  }
  return series;
}
