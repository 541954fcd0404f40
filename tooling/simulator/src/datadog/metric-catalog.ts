/** How one of Datadog's metrics is computed from the series that the shop's pods expose. */
export interface CatalogMetric {
  /** PromQL; `$M` stands for matchers, `$W` for the window of a rate, `$A` for the aggregator, `$B` for labels to group by. */
  readonly promql: string;
  /** The same as what was counted, for `.as_count()`. */
  readonly count?: string;
  readonly unit?: { readonly family: string; readonly name: string };
  /** A metric whose series tell whether a service has this one. */
  readonly seen: string;
  /** Set by the agent for containers, also where they are not tagged with a service. */
  readonly isContainer?: boolean;
}

const counters = {
  http: '{__name__=~"http_server_request_duration_seconds_count|http_requests_total",$M}',
  worker: 'worker_jobs_total{$M}',
  database: 'pgbouncer_stats_queries_pooled_total{$M}',
} as const;

function counted(selector: string, seen: string): CatalogMetric {
  return {
    promql: `$A by ($B) (rate(${selector}[$W]))`,
    count: `$A by ($B) (increase(${selector}[$W]))`,
    seen,
  };
}

/** Errors are counted by three labels; each service has one of them. */
function errors(function_: 'rate' | 'increase'): string {
  return [
    'http_server_request_duration_seconds_count{http_response_status_code=~"5..",$M}',
    'http_requests_total{status=~"5..",$M}',
    'http_requests_total{code=~"5..",$M}',
  ]
    .map((selector) => `$A by ($B) (${function_}(${selector}[$W]))`)
    .join(' or ');
}

const seconds = { family: 'time', name: 'second' };
const nanocores = { family: 'cpu', name: 'nanocore' };
const bytes = { family: 'bytes', name: 'byte' };

function latency(bucket: string): string {
  return `histogram_quantile($Q, sum by ($B, le) (rate(${bucket}{$M}[$W])))`;
}

function pool(otel: string, classic: string): string {
  return `$A by ($B) (${otel}) or $A by ($B) (label_replace(${classic}{$M}, "pool_name", "$1", "pool", "(.*)"))`;
}

export const metricCatalog: ReadonlyMap<string, CatalogMetric> = new Map<string, CatalogMetric>([
  [
    'trace.http.server.request.hits',
    counted(counters.http, 'http_server_request_duration_seconds_count|http_requests_total'),
  ],
  [
    'trace.http.server.request.errors',
    {
      promql: errors('rate'),
      count: errors('increase'),
      seen: 'http_server_request_duration_seconds_count|http_requests_total',
    },
  ],
  [
    'trace.http.server.request',
    {
      promql: `${latency('http_server_request_duration_seconds_bucket')} or ${latency('http_request_duration_seconds_bucket')}`,
      unit: seconds,
      seen: 'http_server_request_duration_seconds_count|http_requests_total',
    },
  ],
  ['trace.rabbitmq.process.hits', counted(counters.worker, 'worker_jobs_total')],
  ['trace.rabbitmq.process.errors', counted('worker_jobs_total{outcome="failed",$M}', 'worker_jobs_total')],
  [
    'trace.rabbitmq.process',
    { promql: latency('worker_job_duration_seconds_bucket'), unit: seconds, seen: 'worker_jobs_total' },
  ],
  ['trace.postgresql.query.hits', counted(counters.database, 'pgbouncer_stats_queries_pooled_total')],
  [
    'kubernetes.cpu.usage.total',
    {
      promql: '$A by ($B) (rate(container_cpu_usage_seconds_total{$M}[$W])) * 1e9',
      unit: nanocores,
      seen: 'container_cpu_usage_seconds_total',
      isContainer: true,
    },
  ],
  [
    'kubernetes.cpu.cfs.throttled.periods',
    {
      promql: '$A by ($B) (rate(container_cpu_cfs_throttled_periods_total{$M}[$W]))',
      seen: 'container_cpu_cfs_throttled_periods_total',
      isContainer: true,
    },
  ],
  [
    'kubernetes.cpu.cfs.periods',
    {
      promql: '$A by ($B) (rate(container_cpu_cfs_periods_total{$M}[$W]))',
      seen: 'container_cpu_cfs_periods_total',
      isContainer: true,
    },
  ],
  [
    'kubernetes.memory.working_set',
    {
      promql: '$A by ($B) (container_memory_working_set_bytes{$M})',
      unit: bytes,
      seen: 'container_memory_working_set_bytes',
      isContainer: true,
    },
  ],
  [
    'kubernetes.containers.restarts',
    {
      promql: '$A by ($B) (kube_pod_container_status_restarts_total{$M})',
      seen: 'kube_pod_container_status_restarts_total',
      isContainer: true,
    },
  ],
  [
    'kubernetes.kubelet.volume.stats.used_bytes',
    {
      promql:
        '$A by ($B) (kubelet_volume_stats_capacity_bytes{$M} - kubelet_volume_stats_available_bytes{$M})',
      unit: bytes,
      seen: 'kubelet_volume_stats_capacity_bytes',
      isContainer: true,
    },
  ],
  [
    'kubernetes.kubelet.volume.stats.capacity_bytes',
    {
      promql: '$A by ($B) (kubelet_volume_stats_capacity_bytes{$M})',
      unit: bytes,
      seen: 'kubelet_volume_stats_capacity_bytes',
      isContainer: true,
    },
  ],
  [
    'db.client.connections.usage',
    {
      promql: pool('db_client_connections_usage{state="used",$M}', 'db_pool_active_connections'),
      seen: 'db_client_connections_usage|db_pool_active_connections',
    },
  ],
  [
    'db.client.connections.max',
    {
      promql: pool('db_client_connections_max{$M}', 'db_pool_max_connections'),
      seen: 'db_client_connections_max|db_pool_max_connections',
    },
  ],
  [
    'db.client.connections.pending_requests',
    {
      promql: pool('db_client_connections_pending_requests{$M}', 'db_pool_pending_requests'),
      seen: 'db_client_connections_pending_requests|db_pool_pending_requests',
    },
  ],
  [
    'db.client.connections.timeouts',
    {
      promql:
        '$A by ($B) (rate(db_client_connections_timeouts_total{$M}[$W])) or $A by ($B) (label_replace(rate(db_pool_timeouts_total{$M}[$W]), "pool_name", "$1", "pool", "(.*)"))',
      seen: 'db_client_connections_timeouts_total|db_pool_timeouts_total',
    },
  ],
  [
    'pgbouncer.pools.cl_active',
    {
      promql: '$A by ($B) (pgbouncer_pools_client_active_connections{$M})',
      seen: 'pgbouncer_pools_client_active_connections',
    },
  ],
  [
    'pgbouncer.pools.cl_waiting',
    {
      promql: '$A by ($B) (pgbouncer_pools_client_waiting_connections{$M})',
      seen: 'pgbouncer_pools_client_waiting_connections',
    },
  ],
  ['rabbitmq.queue.messages', { promql: '$A by ($B) (worker_queue_depth{$M})', seen: 'worker_queue_depth' }],
  [
    'process.open_file_descriptors',
    { promql: '$A by ($B) (process_open_fds{$M})', seen: 'process_open_fds' },
  ],
  [
    'http.server.active_requests',
    { promql: '$A by ($B) (http_server_active_requests{$M})', seen: 'http_server_active_requests' },
  ],
]);

/** Datadog's tags as labels of the shop's series. `env` is the same everywhere. */
export const labelByTag: ReadonlyMap<string, string> = new Map([
  ['service', 'service'],
  ['kube_deployment', 'service'],
  ['kube_namespace', 'namespace'],
  ['kube_cluster_name', 'cluster'],
  ['pod_name', 'pod'],
  ['pool.name', 'pool_name'],
  ['queue', 'queue'],
  ['persistentvolumeclaim', 'persistentvolumeclaim'],
  ['state', 'state'],
]);
