import type { World } from '../engine/world.js';
import { jsonResponse } from '../http/response.js';
import type { LogStore } from '../logs/log-store.js';
import type { MetricStore } from '../metrics/metric-store.js';
import type { RequestStore } from '../traces/request-store.js';
import { createDatadogEvents } from './datadog-events.js';
import type { ItemReader } from './datadog-item.js';
import { createDatadogLogs } from './datadog-logs.js';
import { createDatadogMetrics, type TimeseriesRequest } from './datadog-metrics.js';
import { createDatadogSpans } from './datadog-spans.js';
import { parseSearch, SearchError } from './search-query.js';

/** What this Datadog accepts. */
export const datadogKeys = {
  apiKey: 'simulated-api-key',
  applicationKey: 'simulated-application-key',
} as const;

export interface DatadogStores {
  readonly world: World;
  readonly logs: LogStore;
  readonly requests: RequestStore;
  readonly metrics: MetricStore;
  readonly prometheus: (request: Request) => Promise<Response>;
}

interface SearchBody {
  readonly filter?: { readonly query?: string; readonly from?: unknown; readonly to?: unknown };
  readonly sort?: string;
  readonly page?: { readonly limit?: number; readonly cursor?: string };
}

/** Spans are asked for so often an hour; the other limits are wider. */
const REQUESTS_PER_HOUR = 300;
const MAX_PAGE = 1000;
const DEFAULT_PAGE = 10;

/** The API of a Datadog that the shop sends everything to; only with both keys. */
export function createDatadogApi({
  world,
  logs,
  requests,
  metrics,
  prometheus,
}: DatadogStores): (request: Request) => Promise<Response> {
  const readers: ReadonlyMap<string, ItemReader> = new Map([
    ['logs', createDatadogLogs(world, logs)],
    ['spans', createDatadogSpans(world, requests)],
    ['', createDatadogEvents(world)],
  ]);
  const queries = createDatadogMetrics(metrics, prometheus);

  async function answer(path: string, request: Request): Promise<unknown> {
    if (request.method === 'GET') {
      const { searchParams } = new URL(request.url);
      const data = queries.names(searchParams.get('filter[tags]')).map((id) => ({ type: 'metrics', id }));
      return path === '/api/v2/metrics'
        ? { data, meta: { pagination: { next_cursor: null, type: 'cursor_limit' } } }
        : undefined;
    }
    const body = (await request.json()) as {
      readonly data?: { readonly type?: string; readonly attributes?: unknown };
    };
    const product = /^\/api\/v2\/(?:(logs|spans)\/)?events\/search$/.exec(path);
    if (product !== null) {
      const name = product[1] ?? '';
      // The body of spans is wrapped, those of logs and events are flat.
      const asked = (name === 'spans' ? body.data?.attributes : body) as SearchBody | undefined;
      const reader = readers.get(name);
      if (asked?.filter === undefined || reader === undefined) throw new SearchError('no filter');
      return search(asked, reader);
    }
    if (path === '/api/v2/logs/analytics/aggregate') {
      const found = select(body as SearchBody, readers.get('logs') ?? (() => []));
      return { data: { buckets: [{ by: {}, computes: { c0: found.length } }] }, meta: { status: 'done' } };
    }
    if (path !== '/api/v2/query/timeseries') return undefined;
    if (body.data?.type !== 'timeseries_request')
      throw new SearchError('Invalid type. Expected "timeseries_request".');
    const attributes = await queries.timeseries(body.data.attributes as TimeseriesRequest);
    return { data: { id: '0', type: 'timeseries_response', attributes } };
  }

  return async (request) => {
    const { pathname } = new URL(request.url);
    const { headers } = request;
    if (headers.get('dd-api-key') !== datadogKeys.apiKey) return refuse(403, 'Forbidden');
    if (pathname === '/api/v1/validate') return jsonResponse(200, { valid: true });
    if (headers.get('dd-application-key') !== datadogKeys.applicationKey) return refuse(403, 'Forbidden');
    try {
      const body = await answer(pathname, request);
      return body === undefined ? refuse(404, 'Not found') : withLimits(jsonResponse(200, body));
    } catch (error) {
      if (!(error instanceof SearchError)) throw error;
      return refuse(400, error.message);
    }
  };
}

function refuse(status: number, message: string): Response {
  return withLimits(jsonResponse(status, { errors: [message] }));
}

/** Seconds until the period ends, not a moment. */
function withLimits(response: Response): Response {
  const told = { limit: REQUESTS_PER_HOUR, period: 3600, remaining: REQUESTS_PER_HOUR - 1, reset: 3599 };
  for (const [name, value] of Object.entries(told))
    response.headers.set(`x-ratelimit-${name}`, String(value));
  return response;
}

function search(body: SearchBody, reader: ItemReader): unknown {
  const limit = body.page?.limit ?? DEFAULT_PAGE;
  if (limit < 1 || limit > MAX_PAGE) throw new SearchError(`page limit must be at most ${MAX_PAGE}`);
  const from = Number(atob(body.page?.cursor ?? btoa('0')));
  if (!Number.isInteger(from)) throw new SearchError('invalid cursor');
  const found = [...select(body, reader)];
  if (body.sort !== 'timestamp') found.reverse();
  const data = found.slice(from, from + limit).map(({ write }) => write());
  // A full page may be the last one: its cursor leads to an empty page, which has none.
  const page = data.length === limit ? { page: { after: btoa(String(from + limit)) } } : {};
  return { data, meta: { elapsed: 12, request_id: `pddv1${from}`, status: 'done', ...page } };
}

function select({ filter }: SearchBody, reader: ItemReader): ReturnType<ItemReader> {
  const matches = parseSearch(filter?.query ?? '*');
  const [startMs, endMs] = [toMs(filter?.from), toMs(filter?.to)];
  return reader({ startMs, endMs }).filter((item) => matches(item));
}

/** Milliseconds as text; a number is refused, and seconds are a day in January 1970. */
function toMs(value: unknown): number {
  if (typeof value !== 'string' || !/^\d+$/.test(value)) throw new SearchError('invalid date');
  return Number(value);
}
