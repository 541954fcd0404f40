import {
  type CallContextV1,
  ConnectorError,
  createSignalIds,
  type MetricPoint,
  type MetricSignal,
  type Provenance,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import * as z from 'zod';
import type { AwsApi } from './aws-api.js';
import { createSeriesFinder, type SeriesOptions, type SeriesWish } from './find-series.js';
import { type MetricDataQuery, type MetricSeries, readMetricData, toPeriodSeconds } from './metric-data.js';

type MetricsQuery = SignalQueryByKind['metrics'];

export interface MetricsSourceOptions extends SeriesOptions {
  readonly connectorId: string;
  readonly api: AwsApi<'monitoring'>;
  readonly linkTo:
    | ((metrics: readonly unknown[], window: TimeWindow, periodSeconds: number) => string)
    | undefined;
}

const MAX_ITEMS = 2000;

/** `native: { cloudwatch: { expression: 'SELECT ...' } }`: metric math or Metrics Insights; its series come without a role. */
const nativeSchema = z.object({ expression: z.string().min(1) });

/** Looks which metrics there are of the target, then reads all of them by as few calls as can be. */
export function createMetricsSource(options: MetricsSourceOptions): SignalSourceV1<'metrics'> {
  const { api, connectorId } = options;
  const findSeries = createSeriesFinder(api, options);

  async function doQuery(query: MetricsQuery, call: CallContextV1): Promise<SignalBatchV1<'metrics'>> {
    const { window } = query;
    const native = query.native?.[connectorId];
    if (native !== undefined) return readNative(parseNative(native, connectorId), query, call);
    const limit = Math.min(query.limit, MAX_ITEMS);
    const found = await findSeries(query, call);
    const provenance = new Map<string, Provenance>();
    if (found.wishes.length === 0) {
      const queryId = toQueryId(connectorId, found.lookup, window);
      const isUnmapped =
        query.target.service !== undefined && query.names === undefined && query.roles === undefined;
      const detail = 'no metric of it is in the families asked: name its metrics by `metrics`';
      return {
        signals: [],
        gaps: [...found.gaps, ...(isUnmapped ? [{ reason: 'unmapped-target' as const, detail }] : [])],
        provenance: [{ queryId, language: 'http', text: found.lookup, window }],
      };
    }
    const wishes = found.wishes.slice(0, limit);
    const periodSeconds = toPeriodSeconds(window, query.stepMs, Date.now());
    const queries = toQueries(wishes);
    const answer = await readMetricData(api, [...queries.values()], window, periodSeconds, call);
    const places = new Map([...queries.keys()].map((key, index) => [key, index] as const));
    const pointsOf = (one: MetricDataQuery) => answer.series[places.get(toKey(one)) ?? -1]?.[0]?.points ?? [];
    const toId = createSignalIds(connectorId, 'metrics');
    const signals: MetricSignal[] = [];
    for (const wish of wishes) {
      const text = toSource(toMetric(wish), periodSeconds);
      const queryId = toQueryId(connectorId, text, window);
      const url =
        options.linkTo === undefined
          ? {}
          : { url: options.linkTo([JSON.parse(text)], window, periodSeconds) };
      provenance.set(queryId, { queryId, language: 'cloudwatch', text, window, ...url });
      const points = toPoints(wish, pointsOf, periodSeconds, window);
      if (points.length === 0) continue;
      const id = toId(queryId, wish.statistic.role ?? '', wish.service ?? '');
      signals.push(toSignal(wish, points, { connectorId, id, queryId }));
    }
    const cut = found.wishes.length - wishes.length;
    return {
      signals: signals.toSorted((a, b) => a.timestampMs - b.timestampMs),
      gaps: [
        ...found.gaps,
        ...answer.gaps,
        ...(cut > 0 ? [{ reason: 'row-limit' as const, missing: { count: cut, exact: true } }] : []),
      ],
      provenance: [...provenance.values()],
    };
  }

  async function readNative(
    expression: string,
    { limit, stepMs, window }: MetricsQuery,
    call: CallContextV1,
  ): Promise<SignalBatchV1<'metrics'>> {
    const periodSeconds = toPeriodSeconds(window, stepMs, Date.now());
    const answer = await readMetricData(api, [{ expression }], window, periodSeconds, call);
    const queryId = toQueryId(connectorId, expression, window);
    const toId = createSignalIds(connectorId, 'metrics');
    const all = (answer.series[0] ?? []).filter(({ points }) => points.length > 0);
    const signals = all.slice(0, limit).map(({ label, points }) => {
      const wish: SeriesWish = {
        ...{ namespace: '', dimensions: new Map<string, string>(), service: undefined },
        statistic: { name: label === '' ? 'expression' : label, statistic: '', unit: '' },
      };
      return toSignal(wish, points, { connectorId, id: toId(queryId, label), queryId });
    });
    const cut = all.length - signals.length;
    return {
      signals: signals.toSorted((a, b) => a.timestampMs - b.timestampMs),
      gaps: [
        ...answer.gaps,
        ...(cut > 0 ? [{ reason: 'row-limit' as const, missing: { count: cut, exact: true } }] : []),
      ],
      provenance: [{ queryId, language: 'cloudwatch', text: expression, window }],
    };
  }

  return { limits: { maxItems: MAX_ITEMS }, doQuery };
}

function parseNative(native: unknown, connectorId: string): string {
  const parsed = nativeSchema.safeParse(native);
  if (parsed.success) return parsed.data.expression;
  const message = '`native` must be { expression: metric math or Metrics Insights }';
  throw new ConnectorError({ code: 'bad-query', connectorId, message });
}

function toMetric({ dimensions, namespace, statistic: { name, statistic } }: SeriesWish) {
  return { namespace, name, dimensions, statistic };
}

/** What a share is a share of. */
function toWhole({
  dimensions,
  namespace,
  statistic: { per },
}: SeriesWish): ReturnType<typeof toMetric> | undefined {
  return typeof per === 'object' ? { namespace, dimensions, ...per } : undefined;
}

/** Every statistic once: several roles read the same, and each costs. */
function toQueries(wishes: readonly SeriesWish[]): ReadonlyMap<string, MetricDataQuery> {
  const queries = new Map<string, MetricDataQuery>();
  for (const wish of wishes) {
    for (const one of [toMetric(wish), toWhole(wish)]) if (one !== undefined) queries.set(toKey(one), one);
  }
  return queries;
}

function toKey(query: MetricDataQuery): string {
  if ('expression' in query) return query.expression;
  return JSON.stringify([query.namespace, query.name, query.statistic, [...query.dimensions]]);
}

/** As a graph's "source" has it in the console. */
function toSource(
  { dimensions, name, namespace, statistic }: ReturnType<typeof toMetric>,
  period: number,
): string {
  return JSON.stringify([namespace, name, ...[...dimensions].flat(), { stat: statistic, period }]);
}

function toPoints(
  wish: SeriesWish,
  pointsOf: (query: MetricDataQuery) => MetricSeries['points'],
  periodSeconds: number,
  window: TimeWindow,
): readonly MetricPoint[] {
  const { per, scale = 1 } = wish.statistic;
  const own = pointsOf(toMetric(wish));
  const whole = toWhole(wish);
  if (whole !== undefined) {
    const parts = new Map(own.map(([atMs, value]) => [atMs, value] as const));
    // Errors are only written when there are some.
    return pointsOf(whole).flatMap(([atMs, count]) =>
      count > 0 ? [[atMs, (parts.get(atMs) ?? 0) / count] as const] : [],
    );
  }
  if (per !== 'second') return own.map(([atMs, value]) => [atMs, value * scale] as const);
  // A period that has not ended yet has only a part of its sum: it would look like a fall.
  return own
    .filter(([atMs]) => atMs + periodSeconds * 1000 <= window.endMs)
    .map(([atMs, value]) => [atMs, (value * scale) / periodSeconds] as const);
}

function toSignal(
  { dimensions, namespace, service, statistic }: SeriesWish,
  points: readonly MetricPoint[],
  {
    connectorId,
    id,
    queryId,
  }: { readonly connectorId: string; readonly id: string; readonly queryId: string },
): MetricSignal {
  const { name, role, type = 'gauge', unit } = statistic;
  const timestampMs = points[0]?.[0] ?? 0;
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of dimensions) attributes[key] = value;
  return {
    kind: 'metrics',
    id,
    timestampMs,
    timeUnixNano: `${timestampMs}000000`,
    connectorId,
    queryId,
    name: namespace === '' ? name : `${namespace}/${name}`,
    unit,
    type,
    attributes: { ...attributes, ...(statistic.statistic === '' ? {} : { stat: statistic.statistic }) },
    points: points.map(([atMs, value]) => [atMs, value]),
    ...(role === undefined ? {} : { role }),
    ...(service === undefined ? {} : { service }),
  };
}
