import { flatten, matchesClause, type Source } from './match-clause.js';

export interface StoredRecord {
  readonly id?: string;
  readonly index?: string;
  readonly source: Source;
}

export interface FakeOptions {
  readonly flavor?: 'elasticsearch' | 'opensearch';
  /** Types by field; a field of two indices may have two. */
  readonly mapping?: Readonly<Record<string, string | readonly string[]>>;
  readonly indices?: readonly string[];
  /** No page is longer, as if `max_result_window` were that. */
  readonly maxResultWindow?: number;
  /** Merged into every answer of a search. */
  readonly inSearch?: (count: number) => Readonly<Record<string, unknown>>;
  /** Answered instead, when it gives something. */
  readonly instead?: (request: Request, body: Readonly<Record<string, unknown>>) => Response | undefined | Promise<Response>;
}

export const ecsMapping = {
  '@timestamp': 'date',
  message: 'text',
  'service.name': 'keyword',
  'kubernetes.namespace': 'keyword',
  'kubernetes.pod.name': 'keyword',
  'log.level': 'keyword',
  'trace.id': 'keyword',
  'span.id': 'keyword',
} as const;

const toNs = (value: unknown) => {
  const [, head = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(String(value)) ?? [];
  return BigInt(Date.parse(`${head}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
};

const toText = (ns: bigint) =>
  `${new Date(Number(ns / 1_000_000n)).toISOString().slice(0, -1)}${String(ns).slice(-6)}Z`;

/** A server with the fields, times, order, points in time and cursors that the connector asks for; refuses what either kind refuses. */
export function createFakeElasticsearch(
  records: readonly StoredRecord[],
  options: FakeOptions = {},
): (request: Request) => Promise<Response> {
  const { flavor = 'elasticsearch', mapping = ecsMapping, maxResultWindow = 10_000 } = options;
  const headers = flavor === 'elasticsearch' ? { 'x-elastic-product': 'Elasticsearch' } : undefined;
  const json = (body: unknown, status = 200) => Response.json(body, { status, ...(headers && { headers }) });
  const refuse = (type: string, status = 400) => json({ error: { type, reason: 'as planted', root_cause: [] }, status }, status);
  const stored = records.map(({ id, index = 'logs-shop-default', source }, number) => ({
    id: id ?? `id-${number}`,
    index,
    source,
    flat: flatten(source),
    number,
  }));
  const open = new Set<string>();
  let opened = 0;
  let searches = 0;

  function fieldCaps(url: URL): Response {
    const asked = (url.searchParams.get('fields') ?? '').split(',');
    const isAsked = (name: string) =>
      asked.some((one) => one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))));
    const fields = Object.entries(mapping).filter(([name]) => isAsked(name));
    const toCaps = (types: string | readonly string[]) =>
      Object.fromEntries([types].flat().map((type) => [type, { type, searchable: true, aggregatable: true }]));
    return json({
      indices: options.indices ?? ['logs-shop-default'],
      fields: Object.fromEntries(fields.map(([name, types]) => [name, toCaps(types)])),
    });
  }

  function search(body: Readonly<Record<string, unknown>>, isWithPit: boolean): Response {
    const size = Number(body['size'] ?? 10);
    if (size > maxResultWindow) return refuse('illegal_argument_exception');
    const pit = body['pit'] as { id: string } | undefined;
    if (isWithPit && (pit === undefined || !open.has(pit.id))) return refuse('search_context_missing_exception', 404);
    const matching = stored.filter(({ flat }) => matchesClause(body['query'] as Source, flat));
    const [sort] = (body['sort'] ?? []) as Record<string, Record<string, unknown>>[];
    const [[timestamp, sorting] = ['@timestamp', {} as Record<string, unknown>]] = Object.entries(sort ?? {});
    if (flavor === 'opensearch' && sorting['format'] !== undefined) return refuse('x_content_parse_exception');
    const way = sorting['order'] === 'desc' ? -1n : 1n;
    const key = (one: (typeof stored)[number]) => toNs(one.flat.get(timestamp)?.[0]);
    const sorted = matching
      .filter((one) => one.flat.has(timestamp))
      .sort((left, right) => Number(way * (key(left) - key(right))) || left.number - right.number);
    const after = body['search_after'] as readonly unknown[] | undefined;
    const hasTiebreaker = isWithPit && flavor === 'elasticsearch';
    if (after !== undefined && after.length !== (hasTiebreaker ? 2 : 1)) return refuse('illegal_argument_exception');
    const rest = sorted.filter((one) => {
      if (after === undefined) return true;
      const beyond = way * (key(one) - toNs(after[0]));
      return beyond > 0n || (beyond === 0n && hasTiebreaker && one.number > Number(after[1]));
    });
    const toSort = (one: (typeof stored)[number]) => {
      const time = sorting['format'] === undefined ? Number(key(one) / 1_000_000n) : toText(key(one));
      return hasTiebreaker ? [time, one.number] : [time];
    };
    searches += 1;
    return json({
      took: 3,
      timed_out: false,
      ...(isWithPit && { pit_id: pit?.id }),
      _shards: { total: 2, successful: 2, skipped: 1, failed: 0 },
      hits: {
        ...(body['track_total_hits'] !== false && { total: { value: matching.length, relation: 'eq' } }),
        hits: rest.slice(0, size).map((one) => ({
          _index: one.index,
          _id: one.id,
          _source: one.source,
          fields: { [timestamp]: [toText(key(one))] },
          sort: toSort(one),
        })),
      },
      ...(body['aggs'] !== undefined && { aggregations: { slices: { buckets: count(body['aggs'], matching) } } }),
      ...options.inSearch?.(searches),
    });
  }

  function count(aggs: unknown, matching: typeof stored): Record<string, { doc_count: number }> {
    const { filters } = (aggs as { slices: { filters: { filters: Record<string, Source> } } }).slices.filters;
    return Object.fromEntries(
      Object.entries(filters).map(([name, clause]) => {
        return [name, { doc_count: matching.filter(({ flat }) => matchesClause(clause, flat)).length }];
      }),
    );
  }

  return async (request) => {
    const url = new URL(request.url);
    const text = await request.clone().text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const instead = await options.instead?.(request, body);
    if (instead !== undefined) return instead;
    const path = url.pathname.replace(/^\/some\/prefix/, '');
    const pitPath = flavor === 'opensearch' ? '/_search/point_in_time' : '/_pit';
    if (path === '/') {
      const version = { number: flavor === 'opensearch' ? '3.8.0' : '9.1.0', ...(flavor === 'opensearch' && { distribution: flavor }) };
      return json({ name: 'node', version, tagline: '' });
    }
    if (path.endsWith('/_field_caps')) return fieldCaps(url);
    if (request.method === 'DELETE' && path === pitPath) {
      for (const id of [body['pit_id'] ?? body['id']].flat()) open.delete(String(id));
      return json({ succeeded: true });
    }
    if (request.method === 'POST' && path.endsWith(pitPath)) {
      opened += 1;
      open.add(`pit-${opened}`);
      return json({ [flavor === 'opensearch' ? 'pit_id' : 'id']: `pit-${opened}`, _shards: { total: 2, successful: 2 } });
    }
    if (request.method !== 'POST' || !path.endsWith('/_search')) return refuse('illegal_argument_exception', 405);
    return search(body, path === '/_search');
  };
}
