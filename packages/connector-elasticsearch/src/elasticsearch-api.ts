import { type CallContextV1, ConnectorError, type FetchLike } from '@midwatch/core';
import {
  type AllowedRequest,
  createHttpClient,
  type HttpClientOptions,
  type HttpResult,
} from '@midwatch/core/http';
import * as z from 'zod';
import {
  type FieldCapsAnswer,
  fieldCapsSchema,
  pointInTimeSchema,
  rootSchema,
  type SearchAnswer,
  searchSchema,
} from './elasticsearch-schema.js';
import { whileWanted } from './while-wanted.js';

export type Flavor = 'elasticsearch' | 'opensearch';

/** Everything this connector may ever call, beside the two that close a point in time. */
const allowedRequests: readonly AllowedRequest[] = [
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/{index}/_field_caps' },
  { method: 'POST', path: '/{index}/_search' },
  { method: 'POST', path: '/_search' },
  { method: 'POST', path: '/{index}/_pit' },
  { method: 'POST', path: '/{index}/_search/point_in_time' },
];

/** Sent as DELETE, the only way there is; core's client knows GET and POST. */
const closingRequests: readonly AllowedRequest[] = [
  { method: 'POST', path: '/_pit' },
  { method: 'POST', path: '/_search/point_in_time' },
];

/** What a server may take to forget a point in time. It forgets by itself when the time kept alive is over. */
const CLOSE_DEADLINE_MS = 1000;
/** How long an answer waits for that. */
const CLOSE_GRACE_MS = 250;

export interface ProductInfo {
  readonly flavor: Flavor;
  readonly version: string | undefined;
}

/** The few calls of the API that are needed, as functions. */
export interface ElasticsearchApi {
  product(call: CallContextV1): Promise<ProductInfo>;
  /** The option, else what `GET /` says once; a server that keeps that to itself is known by its headers. */
  flavor(call: CallContextV1): Promise<Flavor>;
  fieldCaps(fields: readonly string[], call: CallContextV1): Promise<FieldCapsAnswer>;
  /** A body with a `pit` goes without an index, as it must. */
  search(body: Readonly<Record<string, unknown>>, call: CallContextV1): Promise<SearchAnswer>;
  openPointInTime(flavor: Flavor, call: CallContextV1): Promise<string>;
  /** Never rejects, ends soon, and goes out although the call is aborted or its time is over. */
  closePointInTime(flavor: Flavor, id: string, call: CallContextV1): Promise<void>;
}

/** Data streams and rolled indices come and go, and not every server has every pattern. */
const ANY_INDEX = { ignore_unavailable: true, allow_no_indices: true } as const;

export function createElasticsearchApi(
  options: Omit<HttpClientOptions, 'allow'>,
  index: string,
  flavorOption: Flavor | undefined,
): ElasticsearchApi {
  const client = createHttpClient({ ...options, allow: allowedRequests });
  const ownFetch = options.fetch;
  const closingClient = createHttpClient({
    ...options,
    allow: closingRequests,
    fetch: ownFetch === undefined ? undefined : asDelete(ownFetch),
  });
  const pathParameters = { index };
  let known = flavorOption;
  let saysElastic = false;

  function seen<T>(result: HttpResult<T>): T {
    saysElastic ||= result.headers.has('x-elastic-product');
    return result.body;
  }

  async function product(call: CallContextV1): Promise<ProductInfo> {
    const { version } = seen(await client.request({ method: 'GET', path: '/', schema: rootSchema }, call));
    const flavor = version.distribution === 'opensearch' ? 'opensearch' : 'elasticsearch';
    return { flavor, version: version.number ?? undefined };
  }

  return {
    product,
    async flavor(call) {
      if (known !== undefined) return known;
      try {
        known = (await product(call)).flavor;
        return known;
      } catch (error) {
        // `GET /` needs a privilege of the cluster that reading an index does not, and gateways may hide it.
        if (!isRefused(error)) throw error;
        if (saysElastic) known = 'elasticsearch';
        return known ?? 'opensearch';
      }
    },
    async fieldCaps(fields, call) {
      const query = { fields: fields.join(','), ...ANY_INDEX };
      const path = '/{index}/_field_caps';
      return seen(
        await client.request({ method: 'GET', path, pathParameters, query, schema: fieldCapsSchema }, call),
      );
    },
    async search(body, call) {
      const timeout = `${Math.max(50, call.deadlineAtMs - Date.now() - 150)}ms`;
      // Said, because a server may be set to fail the whole search instead.
      const query = { allow_partial_search_results: true };
      const request = { method: 'POST', json: { timeout, ...body }, schema: searchSchema } as const;
      if (Object.hasOwn(body, 'pit')) {
        return (await client.request({ ...request, path: '/_search', query }, call)).body;
      }
      const withIndex = { path: '/{index}/_search', pathParameters, query: { ...query, ...ANY_INDEX } };
      return (await client.request({ ...request, ...withIndex }, call)).body;
    },
    async openPointInTime(flavor, call) {
      const path = flavor === 'opensearch' ? '/{index}/_search/point_in_time' : '/{index}/_pit';
      const query = { keep_alive: keepAlive(call), ...ANY_INDEX };
      const request = { method: 'POST', path, pathParameters, query, schema: pointInTimeSchema } as const;
      return (await client.request(request, call)).body;
    },
    async closePointInTime(flavor, id, call) {
      const isOver = call.signal.aborted || call.deadlineAtMs <= Date.now();
      // What core lends is taken back at the end of a call.
      const lent: FetchLike = isOver ? (input, init) => globalThis.fetch(input, init) : call.fetch;
      const closing = closingClient.request(
        {
          method: 'POST',
          path: flavor === 'opensearch' ? '/_search/point_in_time' : '/_pit',
          json: flavor === 'opensearch' ? { pit_id: [id] } : { id },
          schema: z.unknown(),
        },
        {
          signal: new AbortController().signal,
          deadlineAtMs: Date.now() + CLOSE_DEADLINE_MS,
          fetch: ownFetch === undefined ? asDelete(lent) : lent,
        },
      );
      const closed = closing.then(
        () => undefined,
        () => undefined,
      );
      if (isOver) return;
      await whileWanted(closed, AbortSignal.any([call.signal, AbortSignal.timeout(CLOSE_GRACE_MS)]));
    },
  };
}

function asDelete(fetch: FetchLike): FetchLike {
  return (input, init) => fetch(input, { ...init, method: 'DELETE' });
}

/** Long enough for the call, short enough for a server where the close got lost. */
function keepAlive(call: CallContextV1): string {
  const leftMs = call.deadlineAtMs - Date.now();
  return `${Math.min(60, Math.max(5, Math.ceil(leftMs / 1000)))}s`;
}

/** The server answered, but not to this. */
export function isRefused(error: unknown): boolean {
  return ConnectorError.is(error) && [400, 401, 403, 404, 405].includes(error.status ?? 0);
}
