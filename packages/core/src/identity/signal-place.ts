import type { AttributeValue } from '../connector/v1/signal.js';

/** Where something ran, as far as it tells. */
export interface Place {
  readonly namespace?: string | undefined;
  readonly workload?: string | undefined;
  readonly pod?: string | undefined;
}

/** A name that a signal gives the workload it comes from, besides its service. */
export interface ToldName {
  readonly name: string;
  /** What says so: a label, an attribute. */
  readonly toldBy: string;
}

type Attributes = Readonly<Record<string, AttributeValue>>;

// OpenTelemetry's names, with underscores as Loki and Prometheus write them, then those of other collectors.
const podKeys = [
  'exported_pod',
  'k8s.pod.name',
  'k8s_pod_name',
  'pod',
  'pod_name',
  'kubernetes_pod_name',
  'kubernetes.pod_name',
  'kubernetes.pod.name',
] as const;
const workloadKeys = [
  'k8s.deployment.name',
  'k8s.statefulset.name',
  'k8s.daemonset.name',
  'k8s.cronjob.name',
  'k8s_deployment_name',
  'k8s_statefulset_name',
  'k8s_daemonset_name',
  'k8s_cronjob_name',
  'deployment',
  'statefulset',
  'daemonset',
  'kubernetes.deployment.name',
] as const;
const namespaceKeys = [
  'k8s.namespace.name',
  'k8s_namespace_name',
  'exported_namespace',
  'namespace',
  'kubernetes_namespace',
  'kubernetes_namespace_name',
  'kubernetes.namespace',
  'kubernetes.namespace_name',
] as const;

const nameLabels = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'argocd.argoproj.io/instance',
  'app',
  'k8s-app',
] as const;
/** How labels of pods are written into telemetry: as they are, by OpenTelemetry, by Prometheus, by kube-state-metrics, by Elastic. */
const labelKeys: readonly (readonly [string, string])[] = nameLabels.flatMap((label) => {
  const flat = label.replaceAll(/[^a-z\d]/g, '_');
  const forms = [
    label,
    `k8s.pod.label.${label}`,
    `k8s.pod.labels.${label}`,
    flat,
    `label_${flat}`,
    `kubernetes.labels.${flat}`,
  ];
  return forms.map((key) => [key, label] as const);
});
/** The name that telemetry has elsewhere, where the backend's own label is another. */
const telemetryKeys = ['service.name', 'service_name'] as const;

/** These series speak of two workloads: the pod is that of the one that measured, the service maybe the other one. */
const twoSided = ['destination_workload', 'destination_service_name', 'source_workload'] as const;

/** What the attributes tell of the place; one that contradicts itself tells nothing. */
export function placeOf(attributes: Attributes): Place {
  const namespace = first(attributes, namespaceKeys);
  if (twoSided.some((key) => Object.hasOwn(attributes, key))) return {};
  // Beside `exported_namespace`, `pod` is the exporter that told it.
  const isExported = Object.hasOwn(attributes, 'exported_namespace');
  const pod = isExported ? textOf(attributes, 'exported_pod') : first(attributes, podKeys);
  const workload = first(attributes, workloadKeys);
  return { namespace, pod, workload };
}

/** Of a record that tells its place: names that other backends may know it by. */
export function namesToldBy(attributes: Attributes): ToldName[] {
  const told: ToldName[] = [];
  for (const [key, toldBy] of labelKeys) {
    const name = textOf(attributes, key);
    if (name !== undefined) told.push({ name, toldBy: `label ${toldBy}` });
  }
  const name = first(attributes, telemetryKeys);
  return name === undefined ? told : [...told, { name, toldBy: 'service.name' }];
}

/** `pod/checkout-7d9f8b6c5-x2x4q`, `deployment/checkout`: of nodes and claims there is no service. */
export function placeOfObject(object: string | undefined, namespace: string | undefined): Place {
  const [kind = '', name] = object?.split('/') ?? [];
  if (!name) return { namespace };
  const lower = kind.toLowerCase();
  if (lower === 'pod') return { namespace, pod: name };
  const isWorkload = lower === 'deployment' || lower === 'statefulset' || lower === 'daemonset';
  return isWorkload ? { namespace, workload: name } : { namespace };
}

export function namespaceOf(attributes: Attributes): string | undefined {
  return first(attributes, namespaceKeys);
}

function first(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = textOf(attributes, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

function textOf(attributes: Attributes, key: string): string | undefined {
  const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
