import type { MetricRole } from '@midwatch/core';

/**
 * How servers, libraries and exporters name what a role measures. Each pattern is a whole metric name in the syntax that
 * JavaScript and RE2 share; the surest come first, and the first that the target has is asked for.
 */

/** A counter of handled requests, or the `_count` of a histogram of their durations. */
export const requestCounters: readonly string[] = [
  'http_server_request_duration_seconds_count', // OpenTelemetry
  'http_server_duration_(?:milliseconds|seconds)_count|http_server_duration_count', // OpenTelemetry before 1.20
  'http_server_requests_seconds_count', // Micrometer
  'http_(?:server_)?requests?_total',
  'http_requests?_duration_(?:seconds|milliseconds|ms)_count',
  'grpc_server_handled_total',
  'rpc_server_(?:call_)?duration_(?:milliseconds|seconds)_count',
  'istio_requests_total',
  'traces_span_?metrics_calls_total|(?:span_metrics_)?calls_total',
  'nginx_ingress_controller_requests|traefik_service_requests_total',
  'pgbouncer_stats_queries_pooled_total|redis_commands_processed_total|mysql_global_status_queries',
  '[a-z0-9_]+_http_requests?_total',
  '[a-z0-9_]+_requests_total',
  '[a-z0-9_]+_(?:jobs|tasks|messages|calls|transactions|queries)_(?:processed_|handled_|received_|consumed_)?total',
];

/** Durations of handled requests: a histogram, classic or native, or a summary. */
export const requestDurations: readonly string[] = [
  'http_server_request_duration_seconds',
  'http_server_duration_milliseconds|http_server_duration|http_server_duration_seconds',
  'http_server_requests_seconds',
  'http_requests?_duration_(?:seconds|milliseconds|ms)|http_(?:request|response)_time_(?:seconds|milliseconds)',
  'grpc_server_handling_seconds',
  'rpc_server_(?:call_)?duration_(?:milliseconds|seconds)',
  'istio_request_duration_milliseconds',
  'traces_span_?metrics_(?:latency|duration_seconds|duration_milliseconds)|(?:span_metrics_)?duration_milliseconds',
  'nginx_ingress_controller_request_duration_seconds|traefik_service_request_duration_seconds',
  '[a-z0-9_]+_http_request_duration_seconds',
  '[a-z0-9_]+_(?:request|job|task|message|call|transaction|query|handler)_(?:duration|latency|time|processing)_(?:seconds|milliseconds|ms)',
];

/** What a service does as a client of others, and what its tooling does, is not its own traffic. */
const foreignTraffic =
  /client|upstream|outgoing|promhttp|scrape|webhook|workqueue|alertmanager|notification|error|fail|timeout|retr(?:y|ies)|dropped|rejected/;

export function isOwnTraffic(name: string): boolean {
  return !foreignTraffic.test(name);
}

/** Gauges, taken at their worst among the pods of a service. */
export interface GaugeConvention {
  readonly role: MetricRole;
  readonly pattern: string;
  readonly unit: string;
  /** Of a gauge that is split by a label `state`. */
  readonly state?: string;
}

export const gauges: readonly GaugeConvention[] = [
  {
    role: 'connections.used',
    pattern: 'db_client_connections?_(?:usage|count)',
    state: 'used',
    unit: '{connection}',
  },
  {
    role: 'connections.used',
    pattern: 'hikaricp_connections_active|jdbc_connections_active|r2dbc_pool_acquired_connections',
    unit: '{connection}',
  },
  {
    role: 'connections.used',
    pattern: 'go_sql_(?:stats_)?connections_in_use|go_sql_in_use_connections',
    unit: '{connection}',
  },
  {
    role: 'connections.used',
    pattern: 'pgbouncer_pools_(?:server|client)_active_connections',
    unit: '{connection}',
  },
  {
    role: 'connections.used',
    pattern: 'pg_stat_activity_count|mysql_global_status_threads_connected|redis_connected_clients',
    unit: '{connection}',
  },
  {
    role: 'connections.used',
    pattern:
      '[a-z0-9_]*(?:pool|conn|connections?)_(?:active|used|in_use|busy|acquired|checked_?out)(?:_connections|_conns)?',
    unit: '{connection}',
  },
  { role: 'connections.max', pattern: 'db_client_connections?_max', unit: '{connection}' },
  {
    role: 'connections.max',
    pattern: 'hikaricp_connections_max|jdbc_connections_max|r2dbc_pool_max_allocated_connections',
    unit: '{connection}',
  },
  {
    role: 'connections.max',
    pattern: 'go_sql_(?:stats_)?connections_max_open|go_sql_max_open_connections',
    unit: '{connection}',
  },
  {
    role: 'connections.max',
    pattern: 'pgbouncer_databases_pool_size|pgbouncer_config_max_client_connections',
    unit: '{connection}',
  },
  {
    role: 'connections.max',
    pattern: 'pg_settings_max_connections|mysql_global_variables_max_connections|redis_config_maxclients',
    unit: '{connection}',
  },
  {
    role: 'connections.max',
    pattern: '[a-z0-9_]*(?:pool|conn|connections?)_(?:max|limit|capacity|size)(?:_connections|_conns|_size)?',
    unit: '{connection}',
  },
  { role: 'connections.waiting', pattern: 'db_client_connections?_pending_requests', unit: '{request}' },
  {
    role: 'connections.waiting',
    pattern: 'hikaricp_connections_pending|r2dbc_pool_pending_connections',
    unit: '{request}',
  },
  { role: 'connections.waiting', pattern: 'pgbouncer_pools_client_waiting_connections', unit: '{request}' },
  {
    role: 'connections.waiting',
    pattern: '[a-z0-9_]*(?:pool|conn|connections?)_(?:pending|waiting|waiters|queued)(?:_[a-z]+)?',
    unit: '{request}',
  },
  { role: 'memory.usage', pattern: 'container_memory_working_set_bytes', unit: 'By' },
  { role: 'memory.usage', pattern: 'process_resident_memory_bytes', unit: 'By' },
  {
    role: 'memory.usage',
    pattern:
      'k8s_pod_memory_working_set_bytes|process_memory_usage_bytes|jvm_memory_used_bytes|nodejs_heap_size_used_bytes',
    unit: 'By',
  },
  {
    role: 'queue.depth',
    pattern:
      'kafka_consumergroup_lag|kafka_consumer_fetch_manager_records_lag_max|rabbitmq_queue_messages_ready',
    unit: '{message}',
  },
  {
    role: 'queue.depth',
    pattern: 'executor_queued_tasks|celery_queue_length|sidekiq_queue_size',
    unit: '{task}',
  },
  { role: 'queue.depth', pattern: '[a-z0-9_]+_queue_(?:depth|length|size|messages)', unit: '{item}' },
  { role: 'disk.usage', pattern: 'container_fs_usage_bytes|pg_database_size_bytes', unit: 'By' },
  { role: 'saturation.other', pattern: 'nodejs_eventloop_lag_p99_seconds', unit: 's' },
  {
    role: 'saturation.other',
    pattern: 'http_server_active_requests|tomcat_threads_busy_threads|executor_active_threads',
    unit: '{request}',
  },
  {
    role: 'saturation.other',
    pattern: 'go_goroutines|jvm_threads_live_threads|process_open_fds',
    unit: '{item}',
  },
];

/** Shares of a capacity, 0 to 1: one gauge over another of the same labels. */
export interface ShareConvention {
  readonly role: 'disk.usage';
  readonly part: string;
  readonly whole: string;
  /** `free`: the part is what is left. */
  readonly partIs: 'used' | 'free';
}

export const shares: readonly ShareConvention[] = [
  {
    role: 'disk.usage',
    part: 'kubelet_volume_stats_available_bytes',
    whole: 'kubelet_volume_stats_capacity_bytes',
    partIs: 'free',
  },
  { role: 'disk.usage', part: 'disk_free_bytes', whole: 'disk_total_bytes', partIs: 'free' },
  {
    role: 'disk.usage',
    part: 'node_filesystem_avail_bytes',
    whole: 'node_filesystem_size_bytes',
    partIs: 'free',
  },
];

/** Counters whose rate, or growth, is the role. */
export interface CounterConvention {
  readonly role: MetricRole;
  readonly pattern: string;
  readonly unit: string;
  /** `increase`: how much it grew within the rate window. */
  readonly as: 'rate' | 'increase' | 'changes';
}

export const counters: readonly CounterConvention[] = [
  { role: 'cpu.usage', pattern: 'container_cpu_usage_seconds_total', unit: '{cpu}', as: 'rate' },
  {
    role: 'cpu.usage',
    pattern: 'process_cpu_seconds_total|process_cpu_time_seconds_total',
    unit: '{cpu}',
    as: 'rate',
  },
  {
    role: 'restarts',
    pattern: 'kube_pod_container_status_restarts_total|k8s_container_restarts',
    unit: '{restart}',
    as: 'increase',
  },
  { role: 'restarts', pattern: 'process_start_time_seconds', unit: '{restart}', as: 'changes' },
  {
    role: 'saturation.other',
    pattern: '[a-z0-9_]*(?:pool|connections?)_timeouts?_total',
    unit: '{timeout}/s',
    as: 'rate',
  },
];

/** CPU gauges, where no counter is: shares of what the process may use. */
export const cpuGauges: readonly GaugeConvention[] = [
  {
    role: 'cpu.usage',
    pattern: 'process_cpu_usage|process_cpu_utilization(?:_ratio)?|jvm_cpu_recent_utilization_ratio',
    unit: '1',
  },
];

export const throttling = {
  part: 'container_cpu_cfs_throttled_periods_total',
  whole: 'container_cpu_cfs_periods_total',
} as const;

/** Labels that tell how a request ended, the surest first. */
export const outcomeLabels = [
  'http_response_status_code',
  'http_status_code',
  'rpc_grpc_status_code',
  'grpc_code',
  'grpc_status',
  'response_code',
  'status_code',
  'status',
  'code',
  'outcome',
  'result',
] as const;

const grpcFaults = 'Unknown|DeadlineExceeded|ResourceExhausted|Internal|Unavailable|DataLoss';

/** A pattern for the values of an outcome label that are the server's fault, by the kind of values it was seen with. */
export function faultPattern(label: string, seen: readonly string[]): string {
  if (label === 'rpc_grpc_status_code') return '2|4|8|13|14|15';
  if (seen.some((value) => /^[1-5](?:\d\d|xx)$/i.test(value))) return '5..|5XX';
  if (seen.some((value) => value.startsWith('STATUS_CODE_'))) return 'STATUS_CODE_ERROR';
  if (
    seen.some(
      (value) =>
        /^(?:OK|NotFound|InvalidArgument|Canceled)$/.test(value) || value.match(`^(?:${grpcFaults})$`),
    )
  ) {
    return grpcFaults;
  }
  return '(?i)(?:server_)?errors?|fail|failed|failures?|exception|timeout|timed_?out|rejected';
}
