import type { CallContextV1 } from '@midwatch/core';
import type { AwsApi } from './aws-api.js';
import { metricsListSchema } from './cloudwatch-schema.js';
import type { Dimensions } from './metric-families.js';

export interface ListedMetric {
  readonly name: string;
  readonly dimensions: Dimensions;
}

export interface MetricsList {
  readonly metrics: readonly ListedMetric[];
  /** There were more pages than are read. */
  readonly isCut: boolean;
}

export interface ListRequest {
  readonly namespace: string;
  readonly name?: string;
  /** A dimension without a value is one that a metric must have. */
  readonly dimensions: readonly { readonly Name: string; readonly Value?: string }[];
}

/** A page has 500 metrics. */
const MAX_PAGES = 4;

/** What there is of a namespace: metrics that had data in the last two weeks. */
export async function listMetrics(
  api: AwsApi<'monitoring'>,
  { dimensions, name, namespace }: ListRequest,
  call: CallContextV1,
): Promise<MetricsList> {
  // Each once, though a page may repeat what another had.
  const listed = new Map<string, ListedMetric>();
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const request = {
      Namespace: namespace,
      Dimensions: dimensions,
      ...(name === undefined ? {} : { MetricName: name }),
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    };
    const answer = await api.ask('ListMetrics', request, metricsListSchema, call);
    for (const { Dimensions: pairs, MetricName } of answer.Metrics) {
      const sorted = (pairs ?? [])
        .map(({ Name, Value }) => [Name, Value] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      listed.set(JSON.stringify([MetricName, sorted]), { name: MetricName, dimensions: new Map(sorted) });
    }
    const next = answer.NextToken ?? undefined;
    if (next === undefined || next === nextToken) return { metrics: [...listed.values()], isCut: false };
    nextToken = next;
  }
  return { metrics: [...listed.values()], isCut: true };
}
