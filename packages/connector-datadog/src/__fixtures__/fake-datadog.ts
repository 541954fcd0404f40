/** What a fake Datadog holds; items are in the shapes of its API. */
export interface StoredItems {
  readonly logs?: readonly StoredItem[];
  readonly spans?: readonly StoredItem[];
  readonly events?: readonly StoredItem[];
  /** The most items or names of one answer. @default what is asked for */
  readonly pageSize?: number | undefined;
  /** Names of metrics, and the tags they are found by. */
  readonly metrics?: readonly string[];
  readonly series?: (request: TimeseriesBody) => TimeseriesAnswer;
}

export interface StoredItem {
  readonly atMs: number;
  /** Which searches find it. @default all */
  readonly matches?: (query: string) => boolean;
  readonly item: unknown;
}

export interface TimeseriesBody {
  readonly from: number;
  readonly to: number;
  readonly interval: number;
  readonly queries: readonly { readonly name: string; readonly query: string; readonly data_source: string }[];
  readonly formulas: readonly { readonly formula: string }[];
}

export interface TimeseriesAnswer {
  readonly series: readonly unknown[];
  readonly times: readonly number[];
  readonly values: readonly (readonly (number | null)[])[];
}

interface SearchBody {
  readonly filter: { readonly query: string; readonly from: string; readonly to: string };
  readonly sort: string;
  readonly page: { readonly limit: number; readonly cursor?: string };
}

/**
 * A Datadog that keeps to times, order, page limit and cursor, and to what each item says it is found by. Its last page has no
 * cursor, and one that is exactly full is followed by an empty one.
 */
export function createFakeDatadog(stored: StoredItems): (request: Request) => Promise<Response> {
  return async (request) => {
    const path = new URL(request.url).pathname.replace(/^.*(?=\/api\/v)/, '');
    if (path === '/api/v1/validate') return Response.json({ valid: true });
    if (path === '/api/v2/metrics') {
      return metricNames(new URL(request.url).searchParams, stored);
    }
    const body = (await request.json()) as { data?: { attributes: unknown } };
    switch (path) {
      case '/api/v2/logs/events/search':
        return search(body as unknown as SearchBody, stored.logs, stored.pageSize);
      case '/api/v2/logs/analytics/aggregate': {
        const { filter } = body as unknown as SearchBody;
        const found = within(filter, stored.logs ?? []);
        return Response.json({ data: { buckets: [{ by: {}, computes: { c0: found.length } }] } });
      }
      case '/api/v2/spans/events/search':
        return search(body.data?.attributes as SearchBody, stored.spans, stored.pageSize);
      case '/api/v2/events/search':
        return search(body as unknown as SearchBody, stored.events, stored.pageSize);
      case '/api/v2/query/timeseries': {
        const attributes = stored.series?.(body.data?.attributes as TimeseriesBody);
        const none = { series: [], times: [], values: [] };
        return Response.json({ data: { id: '0', type: 'timeseries_response', attributes: attributes ?? none } });
      }
      default:
        return Response.json({ errors: ['Not found'] }, { status: 404 });
    }
  };
}

function within({ query, from, to }: SearchBody['filter'], items: readonly StoredItem[]): StoredItem[] {
  const [startMs, endMs] = [Number(from), Number(to)];
  return items.filter(
    ({ atMs, matches }) => atMs >= startMs && atMs < endMs && (matches === undefined || matches(query)),
  );
}

function metricNames(parameters: URLSearchParams, { metrics = [], pageSize = 10_000 }: StoredItems): Response {
  const from = Number(parameters.get('page[cursor]') ?? 0);
  const until = from + Math.min(pageSize, Number(parameters.get('page[size]') ?? 10_000));
  const data = metrics.slice(from, until).map((id) => ({ type: 'metrics', id }));
  const next = until < metrics.length ? String(until) : null;
  return Response.json({ data, meta: { pagination: { next_cursor: next, type: 'cursor_limit' } } });
}

function search(
  { filter, sort, page }: SearchBody,
  items: readonly StoredItem[] = [],
  pageSize = Number.MAX_SAFE_INTEGER,
): Response {
  const found = within(filter, items).sort((one, other) => one.atMs - other.atMs);
  if (sort === '-timestamp') found.reverse();
  const from = Number(page.cursor?.replace('after-', '') ?? 0);
  const until = from + Math.min(page.limit, pageSize);
  const data = found.slice(from, until).map(({ item }) => item);
  const more = until <= found.length && data.length > 0;
  const meta = { elapsed: 1, status: 'done', ...(more ? { page: { after: `after-${until}` } } : {}) };
  return Response.json({ data, meta });
}

const iso = (atMs: number) => new Date(atMs).toISOString();

export function logItem(id: string, atMs: number, attributes: object = {}): StoredItem {
  const told = { timestamp: iso(atMs), status: 'info', service: 'checkout', message: `line ${id}`, tags: [] };
  return { atMs, item: { id, type: 'log', attributes: { ...told, ...attributes } } };
}

export function spanItem(traceId: string, spanId: string, atMs: number, attributes: object = {}): StoredItem {
  const told = {
    trace_id: traceId,
    span_id: spanId,
    parent_id: '0',
    start_timestamp: iso(atMs),
    end_timestamp: iso(atMs + 20),
    service: 'checkout',
    resource_name: 'POST /pay',
    type: 'web',
    tags: [],
    custom: { duration: 20_000_000 },
  };
  return { atMs, item: { id: `s${spanId}`, type: 'spans', attributes: { ...told, ...attributes } } };
}

export function eventItem(id: string, atMs: number, tags: readonly string[], told: object = {}): StoredItem {
  const attributes = { timestamp: atMs, title: `event ${id}`, status: 'info', evt: { id }, ...told };
  return { atMs, item: { id, type: 'event', attributes: { timestamp: iso(atMs), message: '', tags, attributes } } };
}
