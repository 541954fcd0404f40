import type { MetricPoint, MetricRole } from '../connector/v1/signal.js';
import type { Attributes } from './any-value.js';

interface Named {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  readonly points: readonly MetricPoint[];
}

/** Names with dots for underscores, so that `db_client_connections_max` reads like `db.client.connections.max`. */
const roleByName: readonly (readonly [RegExp, MetricRole])[] = [
  [/(?:^|\.)(?:http|rpc)\.server\.(?:request\.|call\.)?duration\.rate$/, 'request.rate'],
  [/(?:^|\.)requests?\.rate$/, 'request.rate'],
  [/(?:^|\.)errors?\.(?:ratio|rate)$/, 'error.ratio'],
  [
    /^(?:k8s\.pod|k8s\.container|container|process|jvm)\.cpu\.(?:recent\.)?(?:usage|utilization)$/,
    'cpu.usage',
  ],
  [/(?:^|\.)cpu\..*throttl/, 'cpu.throttling'],
  [
    /^(?:k8s\.pod|k8s\.container|container|process|jvm)\.memory\.(?:usage|used|utilization|working\.set|rss)$/,
    'memory.usage',
  ],
  [/(?:^|\.)restarts?(?:\.count|\.total)?$/, 'restarts'],
  [/(?:^|\.)connections?\.(?:used|active|in\.use)$/, 'connections.used'],
  [/(?:^|\.)connections?\.(?:max|limit)$/, 'connections.max'],
  [/(?:^|\.)connections?\.(?:pending(?:\.requests)?|waiting)$/, 'connections.waiting'],
  [/(?:^|\.)queue\.(?:size|depth|length)$/, 'queue.depth'],
  [/(?:^|\.)(?:filesystem|disk|volume)\.(?:usage|utilization)$/, 'disk.usage'],
  [/^(?:k8s\.node|system)\..*\.utilization$/, 'saturation.other'],
];
const latencyName =
  /(?:^|\.)(?:(?:http|rpc)\.server\.(?:request\.|call\.)?duration|latency|response\.time)(?:\.seconds|\.milliseconds)?\.(p50|p95|p99)$/;
const poolSize = /(?:^|\.)db\.client\.connections?\.(?:count|usage)$/;

const secondsPerUnit: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
  ['ns', 1e-9],
]);

/**
 * What a series measures, by its name in OpenTelemetry's semantic conventions, old and new. Where the role fixes the unit
 * (latencies are seconds, ratios 0 to 1) the points are converted; without a known unit such a series gets no role.
 */
export function withMetricRole<T extends Named>(series: T): T & { readonly role?: MetricRole } {
  const name = series.name.toLowerCase().replaceAll('_', '.');
  const quantile = name.includes('client') ? undefined : latencyName.exec(name)?.[1];
  if (quantile !== undefined) {
    const factor = secondsPerUnit.get(series.unit);
    return factor === undefined ? series : scaled(series, `latency.${quantile}` as MetricRole, factor, 's');
  }
  if (poolSize.test(name)) {
    const state = series.attributes['db.client.connection.state'] ?? series.attributes['state'];
    return state === 'used' ? { ...series, role: 'connections.used' } : series;
  }
  const role = roleByName.find(([pattern]) => pattern.test(name))?.[1];
  if (role === undefined) return series;
  if (role !== 'error.ratio') return { ...series, role };
  return series.unit === '1' || series.unit === '%'
    ? scaled(series, role, series.unit === '%' ? 0.01 : 1, '1')
    : series;
}

function scaled<T extends Named>(
  series: T,
  role: MetricRole,
  factor: number,
  unit: string,
): T & { role: MetricRole } {
  const points =
    factor === 1 ? series.points : series.points.map(([ms, value]) => [ms, value * factor] as const);
  return { ...series, role, unit, points };
}
