/** How a service writes its log lines. */
export type LogStyle = 'json' | 'logfmt' | 'java' | 'python' | 'proxy';

/** Which family of metric names and labels a service exposes. */
export type MetricStyle = 'otel' | 'classic-status' | 'classic-code' | 'proxy' | 'worker';

/** What a service does: decides its log statements and its configuration. */
export type Trade = 'front' | 'accounts' | 'orders' | 'payments' | 'database' | 'worker';

export interface ServiceSpec {
  readonly name: string;
  readonly trade: Trade;
  readonly logStyle: LogStyle;
  readonly metricStyle: MetricStyle;
  readonly replicas: number;
  readonly port: number;
  /** Upper bounds of the latency histogram, seconds, ascending, without +Inf. */
  readonly bucketBounds: readonly number[];
  /** Cores that one pod uses without traffic, and per request a second. */
  readonly cpuIdleCores: number;
  readonly cpuSecondsPerRequest: number;
  readonly cpuLimitCores: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
}

/** One call that an operation makes, in order, while it serves a request. */
export interface Call {
  /** Id of the operation that is called. */
  readonly to: string;
  /** Share of requests that make this call. */
  readonly share: number;
}

export interface Operation {
  readonly id: string;
  readonly service: string;
  readonly method: string;
  readonly route: string;
  readonly kind: 'http' | 'database' | 'consumer';
  /** Median of the time spent in the operation itself, before the whole shop is scaled to its target. */
  readonly selfMs: number;
  /** Standard deviation of the logarithm of that time. */
  readonly spread: number;
  readonly okStatus: number;
  /** Share of requests answered 404: no fault. */
  readonly notFoundShare: number;
  /** Share that fails by itself on any day, relative to the shop's other operations. */
  readonly errorWeight: number;
  readonly calls: readonly Call[];
}

/** What the outside asks for: shares over all entries add up to 1. */
export interface Entry {
  readonly operation: string;
  readonly share: number;
}

/** Connections that one pod of `owner` holds to `target`; a request waits for one before its call leaves. */
export interface PoolSpec {
  readonly owner: string;
  readonly target: string;
  /** Connections one pod has in use at traffic 1. */
  readonly quietUse: number;
  readonly acquireTimeoutMs: number;
  /** The limit over time, ascending; the first entry holds from the beginning. */
  readonly limits: readonly { readonly atMs: number; readonly max: number }[];
}

export interface Topology {
  readonly namespace: string;
  readonly cluster: string;
  readonly services: readonly ServiceSpec[];
  readonly operations: readonly Operation[];
  readonly entries: readonly Entry[];
  readonly pools: readonly PoolSpec[];
}

export function findService(topology: Topology, name: string): ServiceSpec {
  const found = topology.services.find((service) => service.name === name);
  if (found === undefined) throw new TypeError(`the shop has no service ${name}`);
  return found;
}

export function findOperation(topology: Topology, id: string): Operation {
  const found = topology.operations.find((operation) => operation.id === id);
  if (found === undefined) throw new TypeError(`the shop has no operation ${id}`);
  return found;
}
