import { createSignalIds, type MetricSignal, type TimeWindow } from '@midwatch/core';
import type { TimeseriesAnswer } from './datadog-schema.js';
import { commonUnit, factorTo } from './metric-units.js';
import type { RoleQuery } from './role-query.js';
import { toFlatAttributes, toTagMap } from './tags.js';

/** One answered request. */
export interface Answered {
  readonly queries: readonly RoleQuery[];
  readonly answer: TimeseriesAnswer;
}

export interface MetricFrame {
  readonly connectorId: string;
  readonly window: TimeWindow;
  /** The service asked for, where its series do not name it. */
  readonly service: string | undefined;
  /** The id of a query in the provenance. */
  readonly record: (query: RoleQuery) => string;
}

interface ReadSeries {
  readonly query: RoleQuery;
  readonly tags: readonly string[];
  readonly points: MetricSignal['points'];
  readonly unit: string;
}

/** All series that have points. Of queries with the same choice those of the first that has any count. */
export function toMetricSignals(answers: readonly Answered[], frame: MetricFrame): readonly MetricSignal[] {
  const series = answers.flatMap((answered) => readSeries(answered, frame.window));
  const chosen = new Map<string, RoleQuery>();
  for (const { query } of series) {
    if (query.choice !== undefined && !chosen.has(query.choice)) chosen.set(query.choice, query);
  }
  const toId = createSignalIds(frame.connectorId, 'metrics');
  return series
    .filter(({ query }) => query.choice === undefined || chosen.get(query.choice) === query)
    .map((one) => toSignal(one, frame, toId));
}

/** In the order of the queries, then of the tags: servers order series as they like. */
function readSeries({ queries, answer }: Answered, window: TimeWindow): readonly ReadSeries[] {
  const { series, times, values } = answer;
  const read = (series ?? []).flatMap((told, index): (ReadSeries & { readonly order: number })[] => {
    const order = told.query_index ?? 0;
    const query = queries[order];
    if (query === undefined) return [];
    const [unit] = told.unit ?? [];
    const factor =
      query.unit === ''
        ? factorTo(commonUnit(unit ?? undefined), unit ?? undefined, undefined)
        : factorTo(query.unit, unit ?? undefined, query.storedIn);
    const points = toPoints(times ?? [], values?.[index] ?? [], factor, window);
    if (points.length === 0) return [];
    const tags = (told.group_tags ?? []).toSorted();
    return [{ query, tags, points, unit: query.unit || commonUnit(unit ?? undefined), order }];
  });
  return read.sort((one, other) => one.order - other.order || (one.tags.join() < other.tags.join() ? -1 : 1));
}

/** All series share their times; where one has no value stands null. */
function toPoints(
  times: readonly number[],
  values: readonly (number | null | undefined)[],
  factor: number,
  { startMs, endMs }: TimeWindow,
): MetricSignal['points'] {
  const points: MetricSignal['points'] = [];
  for (const [index, value] of values.entries()) {
    const atMs = times[index];
    if (atMs === undefined || atMs < startMs || atMs >= endMs) continue;
    if (typeof value === 'number' && Number.isFinite(value)) points.push([atMs, value * factor]);
  }
  return points.sort(([one], [other]) => one - other);
}

function toSignal(
  { query, tags, points, unit }: ReadSeries,
  { connectorId, record, service: asked }: MetricFrame,
  toId: (...parts: readonly string[]) => string,
): MetricSignal {
  // A series that has no such tag is named `service:N/A`.
  const map = new Map([...toTagMap(tags)].filter(([, value]) => value !== 'N/A'));
  const service = map.get('service') ?? map.get('kube_deployment') ?? asked;
  const timestampMs = points[0]?.[0] ?? 0;
  const queryId = record(query);
  return {
    kind: 'metrics',
    id: toId(queryId, query.role ?? '', query.name, tags.join()),
    timestampMs,
    timeUnixNano: `${BigInt(Math.floor(timestampMs)) * 1_000_000n}`,
    connectorId,
    queryId,
    name: query.name,
    unit,
    type: query.type,
    attributes: toFlatAttributes(undefined, map),
    points,
    ...(query.role === undefined ? {} : { role: query.role }),
    ...(service === undefined ? {} : { service }),
  };
}
