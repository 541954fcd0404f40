import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type MetricPoint,
  type TimeWindow,
} from '@midwatch/core';
import type { AwsApi } from './aws-api.js';
import { type MetricData, metricDataSchema } from './cloudwatch-schema.js';
import { repeatGap } from './read-lines.js';

/** One metric with one statistic, or an expression. */
export type MetricDataQuery =
  | {
      readonly namespace: string;
      readonly name: string;
      readonly dimensions: ReadonlyMap<string, string>;
      readonly statistic: string;
    }
  | { readonly expression: string };

/** The series of one query; an expression may give several. */
export interface MetricSeries {
  readonly label: string;
  /** Ascending, inside the window. */
  readonly points: readonly MetricPoint[];
}

export interface MetricAnswer {
  /** In the order of the queries. */
  readonly series: readonly (readonly MetricSeries[])[];
  readonly gaps: readonly Gap[];
}

/** The most that one call takes. */
const MAX_QUERIES = 500;
const MAX_PAGES = 10;
const DAY_MS = 86_400_000;

/**
 * Whole minutes, since no finer data is common; five minutes for what is older than 15 days and an hour beyond 63, where
 * CloudWatch has no finer ones any more.
 */
export function toPeriodSeconds(window: TimeWindow, stepMs: number | undefined, nowMs: number): number {
  const ageMs = nowMs - window.startMs;
  const unit = ageMs >= 63 * DAY_MS ? 3600 : ageMs >= 15 * DAY_MS ? 300 : 60;
  // At most 1,440 points a series, as many as a console's graph.
  const enough = Math.max(stepMs ?? 60_000, (window.endMs - window.startMs) / 1440);
  return Math.max(1, Math.ceil(enough / 1000 / unit)) * unit;
}

/** Asks for up to 500 metrics a call, page after page; a result comes in parts, which are put together by its id. */
export async function readMetricData(
  api: AwsApi<'monitoring'>,
  queries: readonly MetricDataQuery[],
  window: TimeWindow,
  periodSeconds: number,
  call: CallContextV1,
): Promise<MetricAnswer> {
  const parts = new Map<string, Map<string, Map<number, number>>>();
  const troubles = new Map<string, string>();
  const gaps: Gap[] = [];
  const chunks: (readonly MetricDataQuery[])[] = [];
  for (let at = 0; at < queries.length; at += MAX_QUERIES) chunks.push(queries.slice(at, at + MAX_QUERIES));
  let answered = 0;

  for (const [index, chunk] of chunks.entries()) {
    const request = toRequest(chunk, index * MAX_QUERIES, window, periodSeconds);
    let nextToken: string | undefined;
    const seen = new Set<string>();
    for (let page = 0; ; page++) {
      if (page === MAX_PAGES) {
        gaps.push({ reason: 'row-limit', detail: 'more pages of points than are read' });
        break;
      }
      try {
        const body = nextToken === undefined ? request : { ...request, NextToken: nextToken };
        const answer = await api.ask('GetMetricData', body, metricDataSchema, call);
        answered += 1;
        collect(answer, window, parts, troubles);
        if ((answer.Messages ?? []).length > 0) {
          gaps.push({ reason: 'shard-failure', detail: 'CloudWatch could not compute all of the metrics' });
        }
        const next = answer.NextToken ?? undefined;
        if (next === undefined) break;
        if (seen.has(next)) {
          gaps.push(repeatGap());
          break;
        }
        seen.add(next);
        nextToken = next;
      } catch (error) {
        if (answered === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
        const reason = error.code === 'timeout' ? 'deadline' : 'page-failure';
        gaps.push({ reason, detail: `points of metrics were not read: ${error.code}` });
        break;
      }
    }
  }
  const series = queries.map((_, index) => toSeries(parts.get(toId(index))));
  return { series, gaps: [...gaps, ...troubleGaps(troubles)] };
}

function toRequest(
  queries: readonly MetricDataQuery[],
  firstIndex: number,
  window: TimeWindow,
  periodSeconds: number,
): Readonly<Record<string, unknown>> {
  const periodMs = periodSeconds * 1000;
  return {
    // Whole periods: a start inside of one is rounded down by CloudWatch, each age in its own way.
    StartTime: (Math.floor(window.startMs / periodMs) * periodMs) / 1000,
    EndTime: Math.ceil(window.endMs / 1000),
    // Newest first otherwise, which is what a cut would leave.
    ScanBy: 'TimestampAscending',
    MetricDataQueries: queries.map((query, index) => ({
      Id: toId(firstIndex + index),
      ...('expression' in query
        ? { Expression: query.expression, Period: periodSeconds }
        : {
            MetricStat: {
              Metric: {
                Namespace: query.namespace,
                MetricName: query.name,
                Dimensions: [...query.dimensions].map(([Name, Value]) => ({ Name, Value })),
              },
              Period: periodSeconds,
              // No `Unit`: a wrong one gives nothing.
              Stat: query.statistic,
            },
          }),
      ReturnData: true,
    })),
  };
}

/** Begins with a small letter, as they must. */
function toId(index: number): string {
  return `m${index}`;
}

function collect(
  answer: MetricData,
  window: TimeWindow,
  parts: Map<string, Map<string, Map<number, number>>>,
  troubles: Map<string, string>,
): void {
  for (const { Id, Label, StatusCode, Timestamps, Values } of answer.MetricDataResults) {
    const ofId = parts.get(Id) ?? new Map<string, Map<number, number>>();
    parts.set(Id, ofId);
    const label = Label ?? '';
    const points = ofId.get(label) ?? new Map<number, number>();
    ofId.set(label, points);
    for (const [index, time] of (Timestamps ?? []).entries()) {
      const atMs = toMs(time);
      const value = Values?.[index];
      if (value === undefined || !Number.isFinite(value) || Number.isNaN(atMs)) continue;
      if (atMs >= window.startMs && atMs < window.endMs) points.set(atMs, value);
    }
    // The last part of a result says how it ended: parts before it are partial by nature.
    if (StatusCode === undefined || StatusCode === null || StatusCode === 'Complete') troubles.delete(Id);
    else troubles.set(Id, StatusCode);
  }
}

/** Seconds, by the JSON protocol; some servers write them as text. */
function toMs(time: number | string): number {
  if (typeof time === 'string') return /^\d+(\.\d+)?$/.test(time) ? Number(time) * 1000 : Date.parse(time);
  return Math.round(time * 1000);
}

/** Whatever order the points came in. */
function toSeries(
  parts: ReadonlyMap<string, ReadonlyMap<number, number>> | undefined,
): readonly MetricSeries[] {
  return [...(parts ?? [])].map(([label, points]) => ({
    label,
    points: [...points].sort(([a], [b]) => a - b),
  }));
}

function troubleGaps(troubles: ReadonlyMap<string, string>): readonly Gap[] {
  const count = (code: string) => [...troubles.values()].filter((one) => one === code).length;
  const forbidden = count('Forbidden');
  const partial = count('PartialData');
  const failed = troubles.size - forbidden - partial;
  const gap = (reason: Gap['reason'], missing: number, detail: string): readonly Gap[] =>
    missing === 0 ? [] : [{ reason, missing: { count: missing, exact: true }, detail }];
  return [
    ...gap('page-failure', partial, 'metrics of which only a part of the points came'),
    ...gap('page-failure', forbidden, 'metrics that these credentials may not read'),
    ...gap('shard-failure', failed, 'metrics that CloudWatch failed at'),
  ];
}
