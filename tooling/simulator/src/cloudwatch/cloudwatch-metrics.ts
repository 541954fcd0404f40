import { findService, type MetricStyle } from '../engine/topology.js';
import type { World } from '../engine/world.js';

/** One metric that CloudWatch has of the shop, and what it is computed from. */
export interface CloudWatchMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** PromQL by statistic, over a period that is written `PERIOD`. */
  readonly statistics: Readonly<Record<string, string>>;
}

const requests: Readonly<Partial<Record<MetricStyle, { histogram: string; faults: string }>>> = {
  otel: {
    histogram: 'http_server_request_duration_seconds',
    faults: 'http_server_request_duration_seconds_count{http_response_status_code=~"5..",SERVICE}',
  },
  'classic-status': {
    histogram: 'http_request_duration_seconds',
    faults: 'http_requests_total{status=~"5..",SERVICE}',
  },
  'classic-code': {
    histogram: 'http_request_duration_seconds',
    faults: 'http_requests_total{code=~"5..",SERVICE}',
  },
  worker: {
    histogram: 'worker_job_duration_seconds',
    faults: 'worker_jobs_total{outcome="failed",SERVICE}',
  },
};

/** What the metrics of Kubernetes and the user's own namespace `Shop` are of; Prometheus' names stay inside. */
export function cloudWatchMetrics(world: World): readonly CloudWatchMetric[] {
  const { cluster, namespace, services } = world.run.topology;
  return services.flatMap((service) => {
    const { cpuLimitCores, memoryLimitBytes, metricStyle, name } = service;
    const selector = `service="${name}"`;
    const pod = { ClusterName: cluster, Namespace: namespace, PodName: name };
    const insights = (metric: string, maximum: string): CloudWatchMetric => ({
      ...{ namespace: 'ContainerInsights', name: metric, dimensions: pod },
      statistics: { Maximum: maximum },
    });
    const own = (metric: string, statistic: string, text: string): CloudWatchMetric => ({
      ...{ namespace: 'Shop', name: metric, dimensions: { service: name } },
      statistics: { [statistic]: text },
    });
    return [
      ...requestMetrics(metricStyle, { Environment: `eks:${cluster}/${namespace}`, Service: name }, selector),
      insights(
        'pod_cpu_utilization_over_pod_limit',
        `max(rate(container_cpu_usage_seconds_total{${selector}}[PERIOD])) * ${100 / cpuLimitCores}`,
      ),
      insights(
        'pod_memory_utilization_over_pod_limit',
        `max(container_memory_working_set_bytes{${selector}}) * ${100 / memoryLimitBytes}`,
      ),
      insights(
        'pod_number_of_container_restarts',
        `max(kube_pod_container_status_restarts_total{${selector}})`,
      ),
      own(
        'cpu_throttled_share',
        'Maximum',
        `max(rate(container_cpu_cfs_throttled_periods_total{${selector}}[PERIOD])) / 10`,
      ),
      own(
        'volume_used_share',
        'Maximum',
        `1 - min(kubelet_volume_stats_available_bytes{${selector}}) / ${50 * 2 ** 30}`,
      ),
      own('queue_depth', 'Maximum', `max(worker_queue_depth{${selector}})`),
      ...poolMetrics(world, name),
    ];
  });
}

function requestMetrics(
  style: MetricStyle,
  dimensions: Readonly<Record<string, string>>,
  selector: string,
): readonly CloudWatchMetric[] {
  const names = requests[style];
  if (names === undefined) return [];
  const { faults, histogram } = names;
  const quantile = (share: number) =>
    `1000 * histogram_quantile(${share}, sum by (le) (rate(${histogram}_bucket{${selector}}[PERIOD])))`;
  const base = { namespace: 'ApplicationSignals', dimensions };
  return [
    {
      ...base,
      name: 'Latency',
      statistics: {
        SampleCount: `sum(increase(${histogram}_count{${selector}}[PERIOD]))`,
        p50: quantile(0.5),
        p95: quantile(0.95),
        p99: quantile(0.99),
      },
    },
    {
      ...base,
      name: 'Fault',
      statistics: { Sum: `sum(increase(${faults.replace('SERVICE', selector)}[PERIOD]))` },
    },
  ];
}

function poolMetrics(world: World, service: string): readonly CloudWatchMetric[] {
  const isOtel = findService(world.run.topology, service).metricStyle === 'otel';
  return world.run.pools
    .filter(({ pool }) => pool.owner === service)
    .flatMap(({ pool }) => {
      const selector = `service="${service}",${isOtel ? 'pool_name' : 'pool'}="${pool.target}"`;
      const gauge = (name: string, metric: string, more = ''): CloudWatchMetric => ({
        ...{ namespace: 'Shop', name, dimensions: { service, pool: pool.target } },
        statistics: { Maximum: `max(${metric}{${selector}${more}})` },
      });
      return isOtel
        ? [
            gauge('pool_used', 'db_client_connections_usage', ',state="used"'),
            gauge('pool_max', 'db_client_connections_max'),
            gauge('pool_waiting', 'db_client_connections_pending_requests'),
          ]
        : [
            gauge('pool_used', 'db_pool_active_connections'),
            gauge('pool_max', 'db_pool_max_connections'),
            gauge('pool_waiting', 'db_pool_pending_requests'),
          ];
    });
}
