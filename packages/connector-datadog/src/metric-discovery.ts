import { type CallContextV1, ConnectorError, type Gap } from '@midwatch/core';
import type { DatadogApi } from './datadog-api.js';
import { type MetricNames, readMetricNames } from './metric-names.js';
import type { ServiceTag } from './metric-scope.js';
import { toTagValue } from './search-text.js';

/** Which metrics there are of a target, and by which tag each belongs to it; the surest tag counts. */
export interface FoundMetrics {
  readonly tagOf: ReadonlyMap<string, ServiceTag>;
  readonly gaps: readonly Gap[];
}

/** Asks for the metrics of a service by unified service tagging and by its workload's name; without a service for all. */
export async function findMetrics(
  api: DatadogApi,
  service: string | undefined,
  call: CallContextV1,
): Promise<FoundMetrics> {
  if (service === undefined) {
    const { gaps, names } = await readMetricNames(api, undefined, call);
    return { tagOf: new Map(names.map((name) => [name, 'service'])), gaps };
  }
  const value = toTagValue(service);
  const [byService, byWorkload] = await Promise.all([
    readMetricNames(api, `service:${value}`, call),
    // Only a help where containers are not tagged with their service.
    orNothing(readMetricNames(api, `kube_deployment:${value}`, call)),
  ]);
  const tagOf = new Map<string, ServiceTag>();
  for (const name of byService.names) tagOf.set(name, 'service');
  for (const name of byWorkload.names) {
    if (!tagOf.has(name)) tagOf.set(name, 'kube_deployment');
  }
  return { tagOf, gaps: [...byService.gaps, ...byWorkload.gaps] };
}

async function orNothing(names: Promise<MetricNames>): Promise<MetricNames> {
  try {
    return await names;
  } catch (error) {
    if (ConnectorError.is(error) && error.code !== 'aborted') return { names: [], gaps: [] };
    throw error;
  }
}
