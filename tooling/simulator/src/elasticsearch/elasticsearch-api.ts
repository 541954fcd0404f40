import { hashText } from '../engine/random.js';
import { jsonResponse } from '../http/response.js';
import type { LogEntry, LokiStore } from '../loki/log-entries.js';
import { compileClause, ParsingError, type StoredSource, timesOf, toObject } from './compile-clause.js';

const TIMESTAMP = '@timestamp';
const INDEX = '.ds-logs-shop-default-2026.11.01-000001';
const MAX_RESULT_WINDOW = 10_000;

/** The mapping of a data stream of logs in the Elastic Common Schema. */
const TYPES: Readonly<Record<string, string>> = {
  [TIMESTAMP]: 'date_nanos',
  message: 'text',
  'service.name': 'keyword',
  'log.level': 'keyword',
  'kubernetes.namespace': 'keyword',
  'kubernetes.pod.name': 'keyword',
  'kubernetes.node.name': 'keyword',
  'kubernetes.container.name': 'keyword',
  'orchestrator.cluster.name': 'keyword',
  'trace.id': 'keyword',
  'span.id': 'keyword',
};

/** Which label or piece of metadata of a line stands in which field. */
const FIELD_OF: ReadonlyMap<string, string> = new Map([
  ['service_name', 'service.name'],
  ['namespace', 'kubernetes.namespace'],
  ['pod', 'kubernetes.pod.name'],
  ['node_name', 'kubernetes.node.name'],
  ['container', 'kubernetes.container.name'],
  ['cluster', 'orchestrator.cluster.name'],
  ['detected_level', 'log.level'],
  ['trace_id', 'trace.id'],
  ['span_id', 'span.id'],
]);

interface Found {
  readonly source: StoredSource;
  /** Its place among what the query matches: the tiebreaker of this query. */
  readonly place: number;
}

/** The HTTP API of an Elasticsearch 9.1 whose data stream `logs-shop-default` has received the shop's lines until the world's now. */
export function createElasticsearchApi(store: LokiStore): (request: Request) => Promise<Response> {
  const open = new Set<string>();
  let opened = 0;

  function* read(query: unknown, newestFirst: boolean): Iterable<StoredSource> {
    const times = timesOf(query, TIMESTAMP) ?? { startMs: 0, endMs: Number(store.nowNanos / 1_000_000n) };
    const window = { start: BigInt(times.startMs) * 1_000_000n, end: BigInt(times.endMs) * 1_000_000n };
    const matches = compileClause(query ?? { match_all: {} });
    for (const entry of store.read(window, [], newestFirst)) {
      const source = toSource(entry);
      if (matches(source)) yield source;
    }
  }

  function search(
    body: Readonly<Record<string, unknown>>,
    pitId: string | undefined,
    isKnown = true,
  ): Response {
    const size = Number(body['size'] ?? 10);
    if (size > MAX_RESULT_WINDOW)
      return refuse(400, 'illegal_argument_exception', 'Result window is too large');
    const newestFirst = toObject(toObject([body['sort'] ?? []].flat()[0])[TIMESTAMP])['order'] === 'desc';
    const after = Number([body['search_after'] ?? []].flat()[1] ?? -1);
    const countUpTo = countLimit(body['track_total_hits']);
    const slices = Object.entries(
      toObject(toObject(toObject(toObject(body['aggs'])['slices'])['filters'])['filters']),
    ).map(([name, clause]) => ({ name, matches: compileClause(clause), count: 0 }));
    const found: Found[] = [];
    let total = 0;
    for (const source of isKnown ? read(body['query'], newestFirst) : []) {
      for (const slice of slices) if (slice.matches(source)) slice.count += 1;
      if (total > after && found.length < size) found.push({ source, place: total });
      total += 1;
      if (found.length === size && total > countUpTo) break;
    }
    return ok({
      ...(pitId !== undefined && { pit_id: pitId }),
      took: 4,
      timed_out: false,
      _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
      hits: {
        ...(countUpTo > 0 && {
          total: total > countUpTo ? { value: countUpTo, relation: 'gte' } : { value: total, relation: 'eq' },
        }),
        max_score: null,
        hits: found.map((one) => toHit(one, body, pitId !== undefined)),
      },
      ...(slices.length > 0 && {
        aggregations: {
          slices: {
            buckets: Object.fromEntries(slices.map(({ count, name }) => [name, { doc_count: count }])),
          },
        },
      }),
    });
  }

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    const [, first = '', rest] = /^\/([^/]*)(?:\/(.+))?$/.exec(decodeURIComponent(pathname)) ?? [];
    try {
      const body = toObject(text === '' ? {} : JSON.parse(text));
      switch (`${request.method} ${rest ?? `/${first}`}`) {
        case 'GET /':
          return ok({
            name: 'simulated',
            cluster_name: 'simulated',
            version: { number: '9.1.0', build_flavor: 'default' },
            tagline: 'You Know, for Search',
          });
        case 'GET _field_caps':
          return ok(fieldCaps((searchParams.get('fields') ?? '').split(','), isAbout(first)));
        case 'POST _pit':
          opened += 1;
          open.add(`pit-${opened}`);
          return ok({ id: `pit-${opened}`, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } });
        case 'DELETE /_pit': {
          const isKnown = open.delete(String(body['id']));
          return ok({ succeeded: isKnown, num_freed: isKnown ? 1 : 0 }, isKnown ? 200 : 404);
        }
        case 'POST _search':
          return search(body, undefined, isAbout(first));
        case 'POST /_search': {
          const pitId = String(toObject(body['pit'])['id']);
          if (open.has(pitId)) return search(body, pitId);
          return refuse(404, 'search_context_missing_exception', 'No search context found');
        }
        default:
          return jsonResponse(400, {
            error: `no handler found for uri [${pathname}] and method [${request.method}]`,
          });
      }
    } catch (error) {
      if (error instanceof ParsingError || error instanceof SyntaxError)
        return refuse(400, 'parsing_exception', error.message);
      throw error;
    }
  };
}

function ok(body: unknown, status = 200): Response {
  const response = jsonResponse(status, body);
  response.headers.set('x-elastic-product', 'Elasticsearch');
  return response;
}

function refuse(status: number, type: string, reason: string): Response {
  return ok({ error: { root_cause: [{ type, reason }], type, reason }, status }, status);
}

/** Whether a list of names and patterns holds the data stream. */
function isAbout(index: string): boolean {
  return index.split(',').some((name) => {
    return name.endsWith('*')
      ? 'logs-shop-default'.startsWith(name.slice(0, -1))
      : name === 'logs-shop-default';
  });
}

function fieldCaps(asked: readonly string[], isKnown: boolean): unknown {
  const isAsked = (name: string) =>
    asked.some((one) => one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))));
  const fields = Object.entries(isKnown ? TYPES : {})
    .filter(([name]) => isAsked(name))
    .map(([name, type]) => [
      name,
      { [type]: { type, metadata_field: false, searchable: true, aggregatable: type !== 'text' } },
    ]);
  return { indices: isKnown ? [INDEX] : [], fields: Object.fromEntries(fields) as unknown };
}

function toSource({ line, metadata, nanos, stream }: LogEntry): StoredSource {
  const source = new Map([
    [
      TIMESTAMP,
      `${new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, -1)}${String(nanos).slice(-6)}Z`,
    ],
    ['message', line],
  ]);
  for (const [label, value] of [...stream, ...metadata]) {
    const field = FIELD_OF.get(label);
    if (field !== undefined && value !== 'unknown') source.set(field, value);
  }
  return source;
}

function toHit(
  { place, source }: Found,
  body: Readonly<Record<string, unknown>>,
  isInPointInTime: boolean,
): unknown {
  const time = source.get(TIMESTAMP) ?? '';
  const asked = [body['fields'] ?? []]
    .flat()
    .map((one) => (typeof one === 'string' ? one : String(toObject(one)['field'])));
  const fields = asked.flatMap((name) => (source.has(name) ? [[name, [source.get(name)]]] : []));
  return {
    _index: INDEX,
    _id: `${Date.parse(time)}-${hashText([...source.values()].join('\n')).toString(36)}`,
    _score: null,
    ...(body['_source'] !== false && { _source: Object.fromEntries(source) }),
    fields: Object.fromEntries(fields) as unknown,
    sort: isInPointInTime ? [time, place] : [Number(BigInt(Date.parse(time)) * 1_000_000n)],
  };
}

/** Up to how many are counted: all, none, or a number, which by default is 10,000. */
function countLimit(trackTotalHits: unknown): number {
  if (trackTotalHits === true) return Number.POSITIVE_INFINITY;
  if (trackTotalHits === false) return 0;
  return Number(trackTotalHits ?? MAX_RESULT_WINDOW);
}
