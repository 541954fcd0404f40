import type { Target } from '../connector/v1/connector.js';
import type { Attributes } from './any-value.js';

/** Attribute names of OpenTelemetry's semantic conventions, new and old. */
const namespaceKeys = ['k8s.namespace.name', 'service.namespace'] as const;
const environmentKeys = ['deployment.environment.name', 'deployment.environment'] as const;
const clusterKeys = ['k8s.cluster.name'] as const;
const podKeys = ['k8s.pod.name'] as const;

/**
 * Whether a record is about the target, by its resource. Where a record does not tell its namespace, environment or
 * cluster, it is not held against it: such attributes are often set by nobody. Service, pod and labels must be equal.
 */
export function matchesTarget(target: Target, service: string | undefined, attributes: Attributes): boolean {
  return (
    (target.service === undefined || target.service === service) &&
    mayBe(target.namespace, attributes, namespaceKeys) &&
    mayBe(target.environment, attributes, environmentKeys) &&
    mayBe(target.cluster, attributes, clusterKeys) &&
    (target.pod === undefined || podKeys.some((key) => attributes[key] === target.pod)) &&
    Object.entries(target.labels ?? {}).every(([key, value]) => String(attributes[key]) === value)
  );
}

function mayBe(wanted: string | undefined, attributes: Attributes, keys: readonly string[]): boolean {
  if (wanted === undefined) return true;
  const told = keys.filter((key) => attributes[key] !== undefined);
  return told.length === 0 || told.some((key) => attributes[key] === wanted);
}
