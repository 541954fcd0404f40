import type { ConnectorV1, Target } from '../connector/v1/connector.js';

/** Whether a source may know of the target. What either side leaves open excludes nothing. */
export function isCovered(covers: ConnectorV1['covers'], target: Target): boolean {
  const { environment, cluster, namespaces } = covers ?? {};
  return (
    agrees(environment, target.environment) &&
    agrees(cluster, target.cluster) &&
    (namespaces === undefined || target.namespace === undefined || namespaces.includes(target.namespace))
  );
}

function agrees(covered: string | undefined, asked: string | undefined): boolean {
  return covered === undefined || asked === undefined || covered === asked;
}

/** What was asked about, for people. */
export function describeTarget({ service, pod, namespace, environment, cluster }: Target): string {
  const where = [namespace, environment, cluster].filter((part) => part !== undefined);
  return `${service ?? pod ?? 'everything'}${where.length === 0 ? '' : ` in ${where.join(', ')}`}`;
}
