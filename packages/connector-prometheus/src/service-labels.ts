import { escapePattern, type Matcher } from './promql.js';

/** Labels that may carry the service, the likeliest first. */
export const serviceLabels = [
  'service_name',
  'service',
  'app',
  'app_kubernetes_io_name',
  'application',
  'k8s_deployment_name',
  'deployment',
  'workload',
  'component',
  'container',
  'k8s_container_name',
  'job',
  'exported_service',
  'exported_job',
  'destination_workload',
  'destination_service_name',
] as const;

/** Labels that carry a pod, whose name begins with that of its deployment. */
export const podLabels = ['pod', 'k8s_pod_name', 'pod_name'] as const;

export const scopeLabels = {
  namespace: [
    'namespace',
    'k8s_namespace_name',
    'exported_namespace',
    'kubernetes_namespace',
    'destination_workload_namespace',
  ],
  pod: podLabels,
  cluster: ['cluster', 'k8s_cluster_name', 'cluster_name'],
  environment: ['environment', 'env', 'deployment_environment', 'deployment_environment_name'],
} as const;
export const scopes = ['namespace', 'pod', 'cluster', 'environment'] as const;

/** Labels whose value is often `namespace/service`. */
const prefixedLabels: ReadonlySet<string> = new Set(['job', 'exported_job']);

export function serviceMatcher(label: string, service: string): Matcher {
  return prefixedLabels.has(label)
    ? { label, operator: '=~', value: `(.+/)?${escapePattern(service)}` }
    : { label, operator: '=', value: service };
}

export function toServiceName(label: string, value: string): string {
  return prefixedLabels.has(label) ? value.slice(value.lastIndexOf('/') + 1) : value;
}

// A ReplicaSet's hash is hexadecimal or, in Kubernetes, without vowels: `api-cache-0` is no pod of a service `api`.
const podSuffix = '-(?:[0-9]{1,4}|(?:(?:[0-9a-f]{5,10}|[0-9b-df-hj-np-tv-xz]{5,10})-)?[0-9a-z]{5})';

/** Pods of a Deployment, a StatefulSet or a DaemonSet of this name, and of no other whose name begins alike. */
export function podMatcher(label: string, service: string): Matcher {
  return { label, operator: '=~', value: `${escapePattern(service)}${podSuffix}` };
}

export function isPodOf(pod: string, service: string): boolean {
  return pod.startsWith(service) && new RegExp(`^${podSuffix}$`).test(pod.slice(service.length));
}

/** Labels that tell the pools, queues and memory areas of one service apart. */
export const partLabels = [
  'state',
  'pool',
  'pool_name',
  'db_client_connections_pool_name',
  'db_client_connection_pool_name',
  'database',
  'queue',
  'area',
  'persistentvolumeclaim',
  'mountpoint',
] as const;
