import { type CallContextV1, ConnectorError, type TimeWindow, type TraceSignal } from '@midwatch/core';
import type { AllowedRequest, HttpClient, HttpResult, QueryParameters } from '@midwatch/core/http';
import {
  createTraceDecoder,
  type DecodeScope,
  nanosecondsToMs,
  toNanoseconds,
  toTraceId,
} from '@midwatch/core/otlp';
import type * as z from 'zod';
import {
  buildInfoSchema,
  type SearchAnswer,
  searchSchema,
  tagValuesSchema,
  traceSummarySchema,
  traceV1Schema,
  traceV2Schema,
} from './tempo-schema.js';

/** Everything this connector may ever call. */
export const allowedRequests: readonly AllowedRequest[] = [
  { method: 'GET', path: '/api/search' },
  { method: 'GET', path: '/api/v2/traces/{traceId}' },
  { method: 'GET', path: '/api/traces/{traceId}' },
  { method: 'GET', path: '/api/v2/search/tag/resource.service.name/values' },
  { method: 'GET', path: '/api/status/buildinfo' },
];

export interface SearchRequest {
  readonly traceQl: string;
  readonly window: TimeWindow;
  readonly limit: number;
}

/** What a search tells of one trace. */
export interface TraceSummary {
  readonly traceId: string;
  readonly timestampMs: number;
  readonly durationMs: number;
  /** Service and name of the root span. */
  readonly operation: string;
}

export interface SearchResult {
  readonly traces: readonly TraceSummary[];
  readonly invalidItems: number;
  /** Less than everything was looked at, though the limit was not reached. */
  readonly partial: boolean;
  /** The server's clock. */
  readonly answeredAtMs: number;
}

export interface TraceAnswer {
  /** `undefined`: not stored. */
  readonly trace: TraceSignal | undefined;
  readonly invalidItems: number;
  /** The server gave out a part of it only. */
  readonly partial: boolean;
}

/** The few calls of Tempo's HTTP API that are needed, as functions. */
export interface TempoApi {
  search(request: SearchRequest, call: CallContextV1): Promise<SearchResult>;
  /** `window` is where the trace may lie: the server reads fewer blocks. */
  trace(traceId: string, window: TimeWindow, scope: DecodeScope, call: CallContextV1): Promise<TraceAnswer>;
  /** Without a window: those that sent something in the last minutes. */
  services(window: TimeWindow | undefined, call: CallContextV1): Promise<readonly string[]>;
  version(call: CallContextV1): Promise<string | undefined>;
}

interface TraceRequest {
  readonly traceId: string;
  readonly query: QueryParameters;
  readonly scope: DecodeScope;
  readonly call: CallContextV1;
}

export function createTempoApi(client: HttpClient, tenant: string | undefined): TempoApi {
  const headers = tenant === undefined ? {} : { 'x-scope-orgid': tenant };
  /** An order only: both stay reachable, so that neither an upgrade nor a failure sticks. */
  let isLegacy = false;

  function get<T>(
    path: string,
    query: QueryParameters,
    schema: z.ZodType<T>,
    call: CallContextV1,
    pathParameters: Record<string, string> = {},
  ): Promise<HttpResult<T>> {
    return client.request({ method: 'GET', path, query, schema, headers, pathParameters }, call);
  }

  async function traceV2({ traceId, query, scope, call }: TraceRequest): Promise<TraceAnswer> {
    const { body } = await get('/api/v2/traces/{traceId}', query, traceV2Schema, call, { traceId });
    return toTrace(traceId, body.trace ?? {}, scope, isPartial(body.status));
  }

  async function traceV1({ traceId, query, scope, call }: TraceRequest): Promise<TraceAnswer> {
    const { body } = await get('/api/traces/{traceId}', query, traceV1Schema, call, { traceId });
    return toTrace(traceId, body, scope, false);
  }

  return {
    async search({ traceQl, window, limit }, call) {
      // One span of each trace is the least that can be asked for; none is read.
      const query = { q: traceQl, limit, spss: 1, ...toSeconds(window) };
      const { body, headers: answered } = await get('/api/search', query, searchSchema, call);
      return toSearchResult(body, limit, answered.get('date'));
    },
    async trace(traceId, window, scope, call) {
      const request = { traceId, query: toSeconds(window), scope, call };
      const [first, second] = isLegacy ? [traceV1, traceV2] : [traceV2, traceV1];
      try {
        return await first(request);
      } catch (error) {
        // For a trace that is not stored only the older API says 404; else the server lacks this API.
        if (!isNotFound(error)) throw error;
        const answer = await second(request).catch((other: unknown) => {
          throw isNotFound(other) ? error : other;
        });
        isLegacy = second === traceV1;
        return answer;
      }
    },
    async services(window, call) {
      const path = '/api/v2/search/tag/resource.service.name/values';
      const { body } = await get(path, window === undefined ? {} : toSeconds(window), tagValuesSchema, call);
      return (body.tagValues ?? []).map(({ value }) => value);
    },
    async version(call) {
      return (await get('/api/status/buildinfo', {}, buildInfoSchema, call)).body.version ?? undefined;
    },
  };
}

export function isNotFound(error: unknown): boolean {
  return ConnectorError.is(error) && error.status === 404;
}

/** Whole seconds, both, and never the same: anything else is refused. */
function toSeconds({ startMs, endMs }: TimeWindow): { start: number; end: number } {
  const start = Math.floor(startMs / 1000);
  return { start, end: Math.max(start + 1, Math.ceil(endMs / 1000)) };
}

function toSearchResult(
  { traces, metrics, status }: SearchAnswer,
  limit: number,
  date: string | null,
): SearchResult {
  const items = traces ?? [];
  const read = items.flatMap(toSummary);
  // With the limit reached the server stops by itself, and leaves jobs undone.
  const isUndone = items.length < limit && (metrics?.completedJobs ?? 0) < (metrics?.totalJobs ?? 0);
  const answeredAtMs = Date.parse(date ?? '');
  return {
    traces: read,
    invalidItems: items.length - read.length,
    partial: isUndone || isPartial(status),
    answeredAtMs: Number.isNaN(answeredAtMs) ? Date.now() : answeredAtMs,
  };
}

function toSummary(item: unknown): TraceSummary[] {
  const { data } = traceSummarySchema.safeParse(item);
  const traceId = toTraceId(data?.traceID);
  const startNs = toNanoseconds(data?.startTimeUnixNano);
  if (data === undefined || traceId === undefined || startNs === undefined) return [];
  const operation = `${data.rootServiceName ?? ''} ${data.rootTraceName ?? ''}`;
  return [{ traceId, timestampMs: nanosecondsToMs(startNs), durationMs: data.durationMs ?? 0, operation }];
}

function toTrace(traceId: string, spans: unknown, scope: DecodeScope, partial: boolean): TraceAnswer {
  const decoder = createTraceDecoder(scope);
  decoder.add(spans);
  const { signals, invalidItems } = decoder.decoded();
  const found = signals.find((signal) => signal.traceId === traceId);
  const trace = found === undefined || !partial ? found : { ...found, complete: false };
  return { trace, invalidItems, partial };
}

function isPartial(status: string | null | undefined): boolean {
  return status?.toUpperCase() === 'PARTIAL';
}
