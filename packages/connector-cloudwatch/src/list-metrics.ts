import type { CallContextV1, Gap } from '@midwatch/core';
import type { AwsApi } from './aws-api.js';
import { metricsListSchema } from './cloudwatch-schema.js';
import type { Dimensions } from './metric-families.js';
import { repeatGap } from './read-lines.js';

export interface ListedMetric {
  readonly name: string;
  readonly dimensions: Dimensions;
}

export interface MetricsList {
  readonly metrics: readonly ListedMetric[];
  /** That there are more than were read. */
  readonly gaps: readonly Gap[];
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
  const seen = new Set<string>();
  let nextToken: string | undefined;
  const end = (gaps: readonly Gap[]) => ({ metrics: [...listed.values()], gaps });
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
    if (next === undefined) return end([]);
    if (seen.has(next)) return end([repeatGap()]);
    seen.add(next);
    nextToken = next;
  }
  const detail = 'more metrics than are listed: name them by `metrics`';
  return end([{ reason: 'row-limit', detail }]);
}
