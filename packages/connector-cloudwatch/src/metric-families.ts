import type { MetricRole, MetricSignal, Target } from '@midwatch/core';
import { namesService } from './log-group-names.js';

/** Names and values of a metric's dimensions. */
export type Dimensions = ReadonlyMap<string, string>;

/** One statistic of one metric, as a role. */
export interface RoleStatistic {
  readonly role: MetricRole;
  readonly name: string;
  readonly statistic: string;
  readonly unit: string;
  readonly type?: MetricSignal['type'];
  /** What values are multiplied by to be in `unit`. @default 1 */
  readonly scale?: number;
  /** `second`: a sum of the period becomes a rate. `name`: a share of this other metric, whose statistic is `ofStatistic`. */
  readonly per?: 'second' | { readonly name: string; readonly statistic: string };
}

/** The metrics that one service of AWS writes about services. */
export interface MetricFamily {
  readonly namespace: string;
  /** The dimension that carries the service. */
  readonly serviceDimension: string;
  /** Exactly these: the same metric stands there again for wholes and parts of it. */
  readonly dimensions: readonly string[];
  readonly roles: readonly RoleStatistic[];
  /** Whether a value of the service dimension is the service; equality without it, which the server then looks for. */
  readonly isService?: (value: string, service: string, target: Target) => boolean;
  /** The Kubernetes namespace that the dimensions tell. */
  readonly namespaceOf?: (dimensions: Dimensions) => string | undefined;
}

const percent = { unit: '1', scale: 0.01 } as const;
const milliseconds = { unit: 's', scale: 0.001, type: 'quantile' } as const;
const seconds = { unit: 's', type: 'quantile' } as const;

function latencies(name: string, unit: typeof milliseconds | typeof seconds): readonly RoleStatistic[] {
  return (['p50', 'p95', 'p99'] as const).map((statistic) => ({
    role: `latency.${statistic}`,
    name,
    statistic,
    ...unit,
  }));
}

/** In the order of trust: of two families that tell a role of a service, the first is asked. */
export const metricFamilies = {
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AppSignals-MetricsCollected.html */
  'application-signals': {
    namespace: 'ApplicationSignals',
    serviceDimension: 'Service',
    dimensions: ['Environment', 'Service'],
    // `eks:CLUSTER/NAMESPACE`
    namespaceOf: (dimensions) => /^(?:eks|k8s):[^/]+\/(.+)$/.exec(dimensions.get('Environment') ?? '')?.[1],
    roles: [
      { role: 'request.rate', name: 'Latency', statistic: 'SampleCount', unit: '{request}/s', per: 'second' },
      {
        role: 'error.ratio',
        name: 'Fault',
        statistic: 'Sum',
        unit: '1',
        per: { name: 'Latency', statistic: 'SampleCount' },
      },
      ...latencies('Latency', milliseconds),
    ],
  },
  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
  alb: {
    namespace: 'AWS/ApplicationELB',
    serviceDimension: 'TargetGroup',
    dimensions: ['LoadBalancer', 'TargetGroup'],
    isService: isTargetGroup,
    roles: [
      { role: 'request.rate', name: 'RequestCount', statistic: 'Sum', unit: '{request}/s', per: 'second' },
      {
        role: 'error.ratio',
        name: 'HTTPCode_Target_5XX_Count',
        statistic: 'Sum',
        unit: '1',
        per: { name: 'RequestCount', statistic: 'Sum' },
      },
      ...latencies('TargetResponseTime', seconds),
    ],
  },
  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  lambda: {
    namespace: 'AWS/Lambda',
    serviceDimension: 'FunctionName',
    dimensions: ['FunctionName'],
    roles: [
      { role: 'request.rate', name: 'Invocations', statistic: 'Sum', unit: '{request}/s', per: 'second' },
      {
        role: 'error.ratio',
        name: 'Errors',
        statistic: 'Sum',
        unit: '1',
        per: { name: 'Invocations', statistic: 'Sum' },
      },
      ...latencies('Duration', milliseconds),
      { role: 'saturation.other', name: 'Throttles', statistic: 'Sum', unit: '{request}/s', per: 'second' },
      { role: 'saturation.other', name: 'ConcurrentExecutions', statistic: 'Maximum', unit: '{request}' },
    ],
  },
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html */
  'container-insights': {
    namespace: 'ContainerInsights',
    serviceDimension: 'PodName',
    dimensions: ['ClusterName', 'Namespace', 'PodName'],
    namespaceOf: (dimensions) => dimensions.get('Namespace'),
    roles: [
      { role: 'cpu.usage', name: 'pod_cpu_utilization_over_pod_limit', statistic: 'Maximum', ...percent },
      { role: 'cpu.usage', name: 'pod_cpu_utilization', statistic: 'Maximum', ...percent },
      {
        role: 'memory.usage',
        name: 'pod_memory_utilization_over_pod_limit',
        statistic: 'Maximum',
        ...percent,
      },
      { role: 'memory.usage', name: 'pod_memory_utilization', statistic: 'Maximum', ...percent },
      {
        role: 'restarts',
        name: 'pod_number_of_container_restarts',
        statistic: 'Maximum',
        unit: '{restart}',
        type: 'counter',
      },
    ],
  },
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html */
  'ecs-container-insights': {
    namespace: 'ECS/ContainerInsights',
    serviceDimension: 'ServiceName',
    dimensions: ['ClusterName', 'ServiceName'],
    roles: [
      // 1,024 units are one processor.
      { role: 'cpu.usage', name: 'CpuUtilized', statistic: 'Average', unit: '{cpu}', scale: 1 / 1024 },
      { role: 'memory.usage', name: 'MemoryUtilized', statistic: 'Average', unit: 'By', scale: 1024 * 1024 },
      { role: 'restarts', name: 'RestartCount', statistic: 'Maximum', unit: '{restart}', type: 'counter' },
    ],
  },
  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
  ecs: {
    namespace: 'AWS/ECS',
    serviceDimension: 'ServiceName',
    dimensions: ['ClusterName', 'ServiceName'],
    roles: [
      { role: 'cpu.usage', name: 'CPUUtilization', statistic: 'Average', ...percent },
      { role: 'memory.usage', name: 'MemoryUtilization', statistic: 'Average', ...percent },
    ],
  },
} as const satisfies Readonly<Record<string, MetricFamily>>;

/** Which services of AWS are asked for metrics. */
export type CloudWatchMetricFamily = keyof typeof metricFamilies;

export const metricFamilyNames = Object.keys(metricFamilies) as readonly CloudWatchMetricFamily[];

/**
 * `targetgroup/NAME/HASH`. The load balancer controller of Kubernetes names them `k8s-NAMESPACE-SERVICE-HASH`, with eight
 * characters of each.
 */
function isTargetGroup(value: string, service: string, target: Target): boolean {
  const [, name = ''] = value.split('/');
  const [, namespace, short] = /^k8s-(.{1,8})-(.{1,8})-[0-9a-f]{10}$/.exec(name) ?? [];
  if (namespace === undefined || short === undefined) return namesService(name, service, target);
  const isHere = target.namespace === undefined || target.namespace.replaceAll('-', '').startsWith(namespace);
  return isHere && service.replaceAll('-', '').slice(0, 8) === short;
}
