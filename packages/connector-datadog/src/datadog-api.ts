import type { CallContextV1, FetchLike, TimeWindow } from '@midwatch/core';
import {
  type AllowedRequest,
  createHttpClient,
  type HeadersOption,
  type HttpClientOptions,
  type HttpRequest,
  type HttpResult,
  type TokenOption,
} from '@midwatch/core/http';
import {
  countSchema,
  metricNamesSchema,
  type PageAnswer,
  pageSchema,
  type TimeseriesAnswer,
  timeseriesSchema,
  validSchema,
} from './datadog-schema.js';
import { usedUpForSeconds, withRateLimits } from './rate-limits.js';

const paths = {
  logs: '/api/v2/logs/events/search',
  logCount: '/api/v2/logs/analytics/aggregate',
  spans: '/api/v2/spans/events/search',
  events: '/api/v2/events/search',
  timeseries: '/api/v2/query/timeseries',
  metrics: '/api/v2/metrics',
  validate: '/api/v1/validate',
} as const;

/** Everything this connector may ever call: of a service whose reads are POST, none that writes. */
const allowedRequests: readonly AllowedRequest[] = Object.entries(paths).map(([name, path]) => ({
  method: name === 'metrics' || name === 'validate' ? 'GET' : 'POST',
  path,
}));

export type SearchProduct = 'logs' | 'spans' | 'events';

export interface SearchRequest {
  readonly text: string;
  readonly window: TimeWindow;
  readonly newestFirst: boolean;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface SearchAnswer extends PageAnswer {
  /** Set when the period's requests are used up with this one: seconds until there are new ones. */
  readonly usedUpForSeconds: number | undefined;
}

export interface MetricFormula {
  readonly formula: string;
}

export interface TimeseriesRequest {
  readonly window: TimeWindow;
  readonly intervalMs: number;
  readonly queries: readonly { readonly name: string; readonly query: string }[];
  /** The answer's `query_index` counts these. */
  readonly formulas: readonly MetricFormula[];
}

export interface NamesRequest {
  readonly tags: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface NamesAnswer {
  readonly names: readonly string[];
  /** Absent on the last page. */
  readonly cursor: string | undefined;
}

/** The few calls of Datadog's API that are needed, as functions. */
export interface DatadogApi {
  search(product: SearchProduct, request: SearchRequest, call: CallContextV1): Promise<SearchAnswer>;
  countLogs(text: string, window: TimeWindow, call: CallContextV1): Promise<number | undefined>;
  timeseries(request: TimeseriesRequest, call: CallContextV1): Promise<TimeseriesAnswer>;
  /** A page of the names of metrics with these tags in the last 30 days. */
  metricNames(request: NamesRequest, call: CallContextV1): Promise<NamesAnswer>;
  /** Whether the API key is one of this site; says nothing about the application key. */
  validate(call: CallContextV1): Promise<boolean>;
}

export interface DatadogApiOptions extends Omit<HttpClientOptions, 'allow' | 'token' | 'basicAuth'> {
  readonly apiKey: TokenOption;
  readonly applicationKey: TokenOption;
}

const METRICS_BACK_SECONDS = 2_592_000;

/** https://docs.datadoghq.com/api/latest/ */
export function createDatadogApi({ apiKey, applicationKey, ...options }: DatadogApiOptions): DatadogApi {
  const own = options.fetch;
  const client = createHttpClient({
    ...options,
    allow: allowedRequests,
    fetch: own === undefined ? undefined : withRateLimits(own),
    headers: async () => ({
      ...(await extraHeaders(options.headers)),
      'dd-api-key': await secretOf(apiKey),
      'dd-application-key': await secretOf(applicationKey),
    }),
  });

  function send<T>(request: HttpRequest<T>, call: CallContextV1): Promise<HttpResult<T>> {
    // With a fetch of its own the connector sends with that, inside of core's limit.
    const fetch: FetchLike = own === undefined ? withRateLimits(call.fetch) : call.fetch;
    return client.request(request, { ...call, fetch });
  }

  return {
    async search(product, request, call) {
      const json = toSearchBody(product, request);
      const { body, headers } = await send(
        { method: 'POST', path: paths[product], json, schema: pageSchema },
        call,
      );
      return { ...body, usedUpForSeconds: usedUpForSeconds(headers) };
    },
    async countLogs(text, window, call) {
      const json = { compute: [{ aggregation: 'count', type: 'total' }], filter: toFilter(text, window) };
      const request = { method: 'POST', path: paths.logCount, json, schema: countSchema } as const;
      const { body } = await send(request, call);
      const count = body.data.buckets?.[0]?.computes?.['c0'];
      return typeof count === 'number' && Number.isFinite(count) ? count : undefined;
    },
    async timeseries({ window, intervalMs, queries, formulas }, call) {
      const attributes = {
        from: window.startMs,
        to: window.endMs,
        interval: intervalMs,
        queries: queries.map((query) => ({ data_source: 'metrics', ...query })),
        formulas,
      };
      const json = { data: { type: 'timeseries_request', attributes } };
      const request = { method: 'POST', path: paths.timeseries, json, schema: timeseriesSchema } as const;
      return (await send(request, call)).body.data.attributes;
    },
    async metricNames({ cursor, limit, tags }, call) {
      const page = { 'page[size]': limit, 'page[cursor]': cursor };
      const query = { 'filter[tags]': tags, 'window[seconds]': METRICS_BACK_SECONDS, ...page };
      const request = { method: 'GET', path: paths.metrics, query, schema: metricNamesSchema } as const;
      const { body } = await send(request, call);
      const names = (body.data ?? []).map(({ id }) => id);
      return { names, cursor: body.meta?.pagination?.next_cursor ?? undefined };
    },
    async validate(call) {
      return (await send({ method: 'GET', path: paths.validate, schema: validSchema }, call)).body.valid;
    },
  };
}

/** The body of a search of logs and events is flat, that of spans is wrapped. */
function toSearchBody(
  product: SearchProduct,
  { text, window, newestFirst, limit, cursor }: SearchRequest,
): unknown {
  const flat = {
    filter: toFilter(text, window),
    sort: newestFirst ? '-timestamp' : 'timestamp',
    page: { limit, ...(cursor === undefined ? {} : { cursor }) },
  };
  return product === 'spans' ? { data: { type: 'search_request', attributes: flat } } : flat;
}

/** Milliseconds as text; as a number they are refused. */
function toFilter(query: string, { startMs, endMs }: TimeWindow) {
  return { query, from: String(Math.floor(startMs)), to: String(Math.ceil(endMs)) };
}

async function extraHeaders(option: HeadersOption | undefined): Promise<Readonly<Record<string, string>>> {
  return typeof option === 'function' ? await option() : (option ?? {});
}

/** An empty or failing secret becomes a value that no header takes, so that the error names the header. */
async function secretOf(option: TokenOption): Promise<string> {
  try {
    const secret: unknown = typeof option === 'function' ? await option() : option;
    return typeof secret === 'string' && secret.trim() !== '' ? secret : UNSENDABLE;
  } catch {
    return UNSENDABLE;
  }
}

const UNSENDABLE = '\n';
