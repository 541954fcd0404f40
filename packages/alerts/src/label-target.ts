import type { Target } from '@midwatch/core';

/** Label names in use for each part of a target, the most telling first. Exporters differ; nobody renames all rules. */
const labelNames = {
  service: [
    'service',
    'service_name',
    'service.name',
    'app',
    'app_kubernetes_io_name',
    'app.kubernetes.io/name',
    'application',
    'deployment',
    'kube_deployment',
    'statefulset',
    'daemonset',
    'container',
    'job',
  ],
  namespace: [
    'namespace',
    'kubernetes_namespace',
    'k8s_namespace_name',
    'k8s.namespace.name',
    'kube_namespace',
    'exported_namespace',
  ],
  environment: [
    'environment',
    'env',
    'deployment_environment',
    'deployment.environment',
    'deployment.environment.name',
    'stage',
  ],
  cluster: ['cluster', 'k8s_cluster_name', 'k8s.cluster.name', 'cluster_name', 'kube_cluster_name'],
  pod: ['pod', 'pod_name', 'k8s_pod_name', 'k8s.pod.name', 'kubernetes_pod_name'],
  operation: ['operation', 'http_route', 'http.route', 'route', 'handler', 'span_name', 'method_name'],
} as const satisfies Partial<Record<keyof Target, readonly string[]>>;

/** What an alert speaks of, read from its labels by the names in common use. */
export function toTarget(labels: Readonly<Record<string, string>>): Target {
  const target: Record<string, string> = {};
  for (const [part, names] of Object.entries(labelNames)) {
    for (const name of names) {
      const value = Object.hasOwn(labels, name) ? labels[name]?.trim() : undefined;
      if (value === undefined || value === '') continue;
      // A scrape job is often `namespace/service`.
      target[part] = name === 'job' ? (value.split('/').at(-1) ?? value) : value;
      break;
    }
  }
  return target;
}
