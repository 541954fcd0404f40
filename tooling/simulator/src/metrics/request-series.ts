import type { Pod } from '../engine/rollout.js';
import type { Component, OperationHistory } from '../engine/shop-run.js';
import { findService, type MetricStyle, type Operation } from '../engine/topology.js';
import type { World } from '../engine/world.js';
import { podLabels } from './pod-labels.js';
import { boundText, type MetricFamily, type Series, toLabels } from './series.js';

/** Names and labels under which a service counts the requests it serves. */
interface RequestNaming {
  readonly histogram: string;
  /** A separate counter with the status, where the histogram has none. */
  readonly counter?: string;
  readonly labels: (operation: Operation) => Record<string, string>;
  readonly status: string;
}

const OTEL: RequestNaming = {
  histogram: 'http_server_request_duration_seconds',
  labels: ({ method, route }) => ({ http_request_method: method, http_route: route }),
  status: 'http_response_status_code',
};
const CLASSIC = {
  histogram: 'http_request_duration_seconds',
  counter: 'http_requests_total',
} as const;
const NAMINGS: Readonly<Partial<Record<MetricStyle, RequestNaming>>> = {
  otel: OTEL,
  'classic-status': { ...CLASSIC, status: 'status', labels: ({ method, route }) => ({ method, route }) },
  'classic-code': { ...CLASSIC, status: 'code', labels: ({ method, route }) => ({ method, handler: route }) },
  worker: {
    histogram: 'worker_job_duration_seconds',
    counter: 'worker_jobs_total',
    status: 'outcome',
    labels: ({ route }) => ({ queue: route }),
  },
};

export const REQUEST_FAMILIES: readonly MetricFamily[] = [
  { name: OTEL.histogram, type: 'histogram', unit: 'seconds', help: 'Duration of HTTP server requests.' },
  {
    name: CLASSIC.histogram,
    type: 'histogram',
    unit: '',
    help: 'Time spent serving HTTP requests, in seconds.',
  },
  { name: CLASSIC.counter, type: 'counter', unit: '', help: 'HTTP requests served.' },
  {
    name: 'worker_job_duration_seconds',
    type: 'histogram',
    unit: '',
    help: 'Time spent on one job, in seconds.',
  },
  { name: 'worker_jobs_total', type: 'counter', unit: '', help: 'Jobs taken from a queue.' },
  { name: 'http_server_active_requests', type: 'gauge', unit: '', help: 'Requests being served right now.' },
];

/** A part of an operation's requests: so much of each component. */
interface Slice {
  readonly parts: readonly { readonly component: Component; readonly factor: number }[];
}

/** Everything the pods of the shop count about the requests they serve. */
export function requestSeries(world: World): Series[] {
  const series: Series[] = [];
  for (const history of world.run.operations.values()) {
    const service = findService(world.run.topology, history.operation.service);
    const naming = NAMINGS[service.metricStyle];
    if (naming === undefined) continue;
    const slices = [...slicesByStatus(history)];
    for (const pod of world.pods.filter((one) => one.service === service.name)) {
      const base = { ...podLabels(world, pod), ...naming.labels(history.operation) };
      if (naming.counter === undefined) {
        for (const [status, slice] of slices) {
          series.push(
            ...histogramSeries(world, history, pod, slice, naming.histogram, {
              ...base,
              [naming.status]: status,
            }),
          );
        }
        continue;
      }
      for (const [status, slice] of slices) {
        const labels = toLabels({ ...base, [naming.status]: outcomeText(service.metricStyle, status) });
        const valueAt = counter(world, history, pod, slice, () => 1);
        series.push({
          name: naming.counter,
          labels,
          ...lifeOf(pod),
          valueAt: (tick) => Math.floor(valueAt(tick)),
        });
      }
      const all = { parts: slices.flatMap(([, slice]) => slice.parts) };
      series.push(...histogramSeries(world, history, pod, all, naming.histogram, base));
    }
  }
  return [...series, ...activeRequests(world)];
}

function outcomeText(style: MetricStyle, status: string): string {
  if (style !== 'worker') return status;
  return status === '0' ? 'done' : 'failed';
}

function slicesByStatus({ operation, components, ownErrors }: OperationHistory): Map<string, Slice> {
  const slices = new Map<string, { component: Component; factor: number }[]>();
  const add = (status: number, component: Component, factor: number): void => {
    if (factor === 0) return;
    const key = String(status);
    slices.set(key, [...(slices.get(key) ?? []), { component, factor }]);
  };
  for (const component of components) {
    if ((component.cumulative.at(-1) ?? 0) === 0) continue;
    if (component.failureStatus !== undefined) {
      add(component.failureStatus, component, 1);
      continue;
    }
    add(operation.okStatus, component, 1 - ownErrors - operation.notFoundShare);
    add(404, component, operation.notFoundShare);
    add(500, component, ownErrors);
  }
  return new Map([...slices].map(([status, parts]) => [status, { parts }]));
}

/** A running sum over a slice since the pod began, `weigh`ed by each component's shape. */
function counter(
  world: World,
  history: OperationHistory,
  pod: Pod,
  { parts }: Slice,
  weigh: (component: Component) => number,
): (tick: number) => number {
  const secondsPerTick = world.run.clock.tickMs / 1000;
  const weighted = parts
    .map(({ component, factor }) => ({
      component,
      weight: pod.share * factor * weigh(component),
      offset: component.cumulative[pod.fromTick] ?? 0,
    }))
    .filter(({ weight }) => weight > 0);
  // Pods older than simulated time have counted a quiet past: all of it undisturbed.
  const undisturbed = weighted.find(({ component }) => component === history.components[0]);
  const past = pod.ageTicks * secondsPerTick * (history.rate[1] ?? 0) * (undisturbed?.weight ?? 0);
  return (tick) => {
    let sum = past;
    for (const { component, weight, offset } of weighted) {
      sum += ((component.cumulative[tick] ?? 0) - offset) * weight;
    }
    return sum;
  };
}

function histogramSeries(
  world: World,
  history: OperationHistory,
  pod: Pod,
  slice: Slice,
  name: string,
  labels: Record<string, string>,
): Series[] {
  const { bucketBounds } = findService(world.run.topology, history.operation.service);
  const life = lifeOf(pod);
  const total = counter(world, history, pod, slice, () => 1);
  const sum = counter(world, history, pod, slice, ({ shape }) => shape.meanSeconds);
  const whole = (tick: number): number => Math.floor(total(tick));
  const buckets = bucketBounds.map((bound, index): Series => {
    const valueAt = counter(world, history, pod, slice, ({ shape }) => shape.cumulative[index] ?? 0);
    return {
      name: `${name}_bucket`,
      labels: toLabels({ ...labels, le: boundText(bound) }),
      ...life,
      valueAt: (tick) => Math.floor(valueAt(tick)),
    };
  });
  const infinite = toLabels({ ...labels, le: '+Inf' });
  return [
    ...buckets,
    { name: `${name}_bucket`, labels: infinite, ...life, valueAt: whole },
    { name: `${name}_count`, labels: toLabels(labels), ...life, valueAt: whole },
    { name: `${name}_sum`, labels: toLabels(labels), ...life, valueAt: sum },
  ];
}

/** Requests in flight, by Little's law: the rate times the mean duration. */
function activeRequests(world: World): Series[] {
  const { clock, topology, operations } = world.run;
  const services = topology.services.filter((service) => service.metricStyle === 'otel');
  return services.flatMap((service) => {
    const own = [...operations.values()].filter((history) => history.operation.service === service.name);
    const inFlight = (tick: number): number => {
      const at = Math.max(tick, 1);
      let total = 0;
      for (const { components } of own) {
        for (const { cumulative, shape } of components) {
          total += ((cumulative[at] ?? 0) - (cumulative[at - 1] ?? 0)) * shape.meanSeconds;
        }
      }
      return total / (clock.tickMs / 1000);
    };
    return world.pods
      .filter((pod) => pod.service === service.name)
      .map((pod) => ({
        name: 'http_server_active_requests',
        labels: toLabels(podLabels(world, pod)),
        ...lifeOf(pod),
        valueAt: (tick: number) => Math.round(inFlight(tick) * pod.share),
      }));
  });
}

export function lifeOf(pod: Pod): Pick<Series, 'fromTick' | 'toTick' | 'resets'> {
  return { fromTick: pod.fromTick, toTick: pod.toTick, resets: [] };
}
