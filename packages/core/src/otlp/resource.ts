import { type Attributes, isJsonObject, toAttributes } from './any-value.js';

/** What an OTLP resource says of all records under it. */
export interface Resource {
  readonly service?: string;
  /** Without `service.name`, which is `service`. */
  readonly attributes: Attributes;
}

/**
 * Where `service.name` is absent or the SDK's placeholder, the workload's name stands in for it:
 * https://opentelemetry.io/docs/specs/semconv/non-normative/k8s-attributes/
 */
const workloadKeys = [
  'k8s.deployment.name',
  'k8s.statefulset.name',
  'k8s.daemonset.name',
  'k8s.cronjob.name',
  'k8s.job.name',
  'k8s.container.name',
] as const;

/** Reads the `resource` of an OTLP/JSON entry; whatever is none says nothing. */
export function toResource(resource: unknown): Resource {
  if (!isJsonObject(resource)) return { attributes: {} };
  const { 'service.name': name, ...attributes } = toAttributes(resource['attributes']);
  const service =
    typeof name === 'string' && name !== '' && !name.startsWith('unknown_service') ? name : undefined;
  const workload = workloadKeys
    .map((key) => attributes[key])
    .find((value) => typeof value === 'string' && value !== '');
  const found = service ?? workload ?? name;
  return { attributes, ...(typeof found === 'string' && found !== '' ? { service: found } : {}) };
}
