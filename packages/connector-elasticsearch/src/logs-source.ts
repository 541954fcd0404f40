import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import * as z from 'zod';
import { toKql } from './discover-link.js';
import { readText } from './document.js';
import type { ElasticsearchApi } from './elasticsearch-api.js';
import type { Hit } from './elasticsearch-schema.js';
import { type FieldNames, fieldRoles } from './field-candidates.js';
import { type FieldMap, fieldsToAsk, toFieldMap } from './field-map.js';
import { createFieldMemory } from './field-memory.js';
import { isAtLeast, levelOf } from './log-level.js';
import { type LogQuery, toClause, toLogQuery, withNative } from './log-query.js';
import { bodyOf, toLogSignals } from './log-signals.js';
import { allOf, withinWindow } from './query-clause.js';
import { type ReadRequest, readHits } from './read-hits.js';
import { spreadHits } from './spread-hits.js';

type LogsQuery = SignalQueryByKind['logs'];

export interface LogsSourceOptions {
  readonly connectorId: string;
  readonly api: ElasticsearchApi;
  readonly index: string;
  readonly fields: FieldNames;
  /** At most the index's `max_result_window`. */
  readonly maxEntriesPerRequest: number;
  readonly linkTo: ((kql: string, window: TimeWindow) => string) | undefined;
}

export interface LogsSource extends SignalSourceV1<'logs'> {
  fieldMap(call: CallContextV1): Promise<FieldMap>;
}

const MAX_ITEMS = 5000;
/** How far back a service is looked for that has no line in the window. */
const KNOWN_SINCE_MS = 7 * 24 * 3_600_000;

/** `native: { elasticsearch: { query: { term: { 'event.dataset': 'nginx.error' } } } }` replaces the built filters. */
const nativeSchema = z.object({ query: z.record(z.string(), z.unknown()) });

export function createLogsSource(options: LogsSourceOptions): LogsSource {
  const { api, connectorId, index, linkTo, maxEntriesPerRequest } = options;
  const memory = createFieldMemory();
  const fieldMap = (call: CallContextV1) =>
    memory.recall(
      async () => toFieldMap(await api.fieldCaps(fieldsToAsk(options.fields), call), options.fields),
      call,
    );

  async function doQuery(query: LogsQuery, call: CallContextV1): Promise<SignalBatchV1<'logs'>> {
    const { window } = query;
    const map = await fieldMap(call);
    const native = query.native?.[connectorId];
    const logQuery =
      native === undefined ? toLogQuery(query, map) : withNative(parseNative(native, connectorId));
    const [timestamp] = map.of('timestamp');
    if (timestamp === undefined || logQuery.isUnmapped) {
      const text = `GET /${index}/_field_caps`;
      const gaps = timestamp === undefined ? [unmappedIndex(map)] : logQuery.gaps;
      return {
        signals: [],
        gaps,
        provenance: [{ queryId: toQueryId(connectorId, text, window), language: 'http', text, window }],
      };
    }

    const text = `POST /${index}/_search ${JSON.stringify({ query: toClause(logQuery, withinWindow(timestamp.name, window)) })}`;
    const queryId = toQueryId(connectorId, text, window);
    const link =
      linkTo === undefined || native !== undefined ? {} : { url: linkTo(toKql(query, map), window) };
    const provenance = [{ queryId, language: 'elasticsearch', text, window, ...link }];

    const { keep } = query;
    const request: Omit<ReadRequest, 'keep'> = {
      timestamp,
      filters: logQuery.filters,
      window,
      limit: Math.min(query.limit, MAX_ITEMS),
      fields: fieldsToRead(map, options.fields),
      accepts: (hit) => accepts(hit, query, logQuery, map, native !== undefined),
    };
    const read =
      keep === 'spread'
        ? await spreadHits(api, request, maxEntriesPerRequest, call)
        : await readHits(api, { ...request, keep }, maxEntriesPerRequest, call);
    const signals = toLogSignals(read.hits, { connectorId, queryId, map, service: query.target.service });
    const gaps = [...logQuery.gaps, ...read.gaps];
    if (native === undefined)
      gaps.push(
        ...guessedLevels(
          read.hits.map(({ hit }) => hit),
          query,
          map,
        ),
      );
    if (signals.length === 0 && gaps.length === 0 && logQuery.targetFilters.length > 0) {
      gaps.push(...(await unknownTarget(api, logQuery, timestamp.name, window, call)));
    }
    return { signals, gaps, provenance };
  }

  return { limits: { maxItems: MAX_ITEMS }, doQuery, fieldMap };
}

function parseNative(native: unknown, connectorId: string): Readonly<Record<string, unknown>> {
  const parsed = nativeSchema.safeParse(native);
  if (parsed.success) return parsed.data.query;
  const message = '`native` must be { query: an object of the query language }';
  throw new ConnectorError({ code: 'bad-query', connectorId, message });
}

function unmappedIndex({ hasIndices }: FieldMap): Gap {
  const detail = hasIndices
    ? 'no field of the index is a time: name it by `fields.timestamp`'
    : 'no index matches `index`, or none that may be read';
  return { reason: 'unmapped-target', detail };
}

/**
 * What is to be read by the mapping, since alias fields stand in no `_source`. The text of a line, under one of its names,
 * does, and would come twice.
 */
function fieldsToRead(map: FieldMap, named: FieldNames): readonly string[] {
  const inSource = named.message === undefined ? ['timestamp', 'message'] : ['timestamp'];
  const roles = fieldRoles.filter((role) => !inSource.includes(role));
  return roles.flatMap((role) => map.of(role).map(({ name }) => name));
}

/** What the server's search of words, and of lines without a level, lets through beside what was asked for. */
function accepts(hit: Hit, query: LogsQuery, logQuery: LogQuery, map: FieldMap, isNative: boolean): boolean {
  if (isNative) return true;
  const { contains = [], minLevel } = query;
  if (!logQuery.checks.every(({ fields, value }) => fields.some((name) => readText(hit, name) === value)))
    return false;
  if (contains.length === 0 && minLevel === undefined) return true;
  const { body } = bodyOf(hit, map);
  if (!contains.every((text) => body.includes(text))) return false;
  if (minLevel === undefined) return true;
  const { level } = levelOf(hit, map, body);
  return level === undefined || isAtLeast(level, minLevel);
}

function guessedLevels(hits: readonly Hit[], { minLevel }: LogsQuery, map: FieldMap): readonly Gap[] {
  if (minLevel === undefined || minLevel === 'trace') return [];
  const guessed = hits.filter((hit) => !levelOf(hit, map, '').byField).length;
  if (guessed === 0) return [];
  const detail = `${guessed} lines carry no level: chosen by words such as ${minLevel}`;
  return [{ reason: 'unsupported-filter', detail }];
}

/** Nothing found may mean that nobody here is called so: one look further back tells the two apart. */
async function unknownTarget(
  api: ElasticsearchApi,
  { targetFilters }: LogQuery,
  timestamp: string,
  { endMs }: TimeWindow,
  call: CallContextV1,
): Promise<readonly Gap[]> {
  const since = { startMs: endMs - KNOWN_SINCE_MS, endMs };
  const query = allOf([withinWindow(timestamp, since), ...targetFilters]);
  try {
    const { hits, timed_out } = await api.search(
      { size: 1, _source: false, terminate_after: 1, query },
      call,
    );
    if (hits.hits.length > 0 || timed_out) return [];
    const detail = 'no line of a week carries the target: is it called otherwise here?';
    return [{ reason: 'unmapped-target', detail }];
  } catch (error) {
    if (ConnectorError.is(error) && error.code !== 'aborted') return [];
    throw error;
  }
}
