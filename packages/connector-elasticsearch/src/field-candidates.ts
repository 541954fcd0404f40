/** What a log record can be asked about, or told by, through one field of the index. */
export const fieldRoles = [
  'timestamp',
  'message',
  'service',
  'namespace',
  'environment',
  'cluster',
  'pod',
  'level',
  'severityNumber',
  'traceId',
  'spanId',
] as const;
export type FieldRole = (typeof fieldRoles)[number];

/**
 * Fields that may stand for a role, the likeliest first: Elastic Common Schema, OpenTelemetry as the collector's exporter,
 * Elastic's own streams and Data Prepper write it (`@` for dots in older ones), Filebeat, Fluent Bit, Logstash.
 */
const fieldCandidates: Readonly<Record<FieldRole, readonly string[]>> = {
  timestamp: ['@timestamp', 'timestamp', 'time'],
  message: ['message', 'body.text', 'body', 'log', 'msg', 'event.original'],
  service: [
    'service.name',
    'resource.attributes.service.name',
    'resource.attributes.service@name',
    'service_name',
    'serviceName',
    'service',
    'app',
    'application',
    'kubernetes.labels.app_kubernetes_io/name',
    'kubernetes.labels.app.kubernetes.io/name',
    'kubernetes.labels.app',
    'kubernetes.labels.k8s-app',
    'kubernetes.deployment.name',
    'kubernetes.container.name',
    'kubernetes.container_name',
    'container.name',
  ],
  namespace: [
    'kubernetes.namespace',
    'kubernetes.namespace_name',
    'resource.attributes.k8s.namespace.name',
    'resource.attributes.k8s@namespace@name',
    'k8s.namespace.name',
    'orchestrator.namespace',
    'service.namespace',
    'namespace',
  ],
  environment: [
    'service.environment',
    'deployment.environment',
    'deployment.environment.name',
    'resource.attributes.deployment.environment',
    'resource.attributes.deployment.environment.name',
    'environment',
    'env',
  ],
  cluster: [
    'orchestrator.cluster.name',
    'resource.attributes.k8s.cluster.name',
    'k8s.cluster.name',
    'kubernetes.cluster_name',
    'cluster',
  ],
  pod: [
    'kubernetes.pod.name',
    'kubernetes.pod_name',
    'resource.attributes.k8s.pod.name',
    'resource.attributes.k8s@pod@name',
    'k8s.pod.name',
    'pod',
  ],
  level: ['log.level', 'severity_text', 'severityText', 'severity.text', 'level', 'severity', 'loglevel'],
  severityNumber: ['severity_number', 'severityNumber', 'severity.number'],
  traceId: ['trace.id', 'trace_id', 'traceId', 'traceID', 'traceid', 'otelTraceID'],
  spanId: ['span.id', 'span_id', 'spanId', 'spanID', 'spanid', 'otelSpanID'],
};

/** One name per role, where those of the index are known better than by looking. */
export type FieldNames = Partial<Readonly<Record<FieldRole, string>>>;

/** The one field that was named for a role, or all that may stand for it. */
export function namesOf(role: FieldRole, named: FieldNames): readonly string[] {
  const own = named[role];
  return own === undefined ? fieldCandidates[role] : [own];
}
