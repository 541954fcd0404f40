import {
  type CallContextV1,
  ConnectorError,
  type Target,
  type TimeWindow,
  type TraceSignal,
} from '@midwatch/core';
import type { AllowedRequest, HttpClient, QueryParameters } from '@midwatch/core/http';
import { createTraceDecoder, type DecodeScope, toTraceSignal } from '@midwatch/core/otlp';
import {
  type LegacyTraces,
  legacyServicesSchema,
  legacyTracesSchema,
  type V3Traces,
  v3ServicesSchema,
  v3TracesSchema,
} from './jaeger-schema.js';
import { readLegacyTrace } from './legacy-trace.js';

export interface TraceSearch {
  readonly service: string;
  readonly operation: Target['operation'];
  readonly window: TimeWindow;
  readonly onlyErrors: boolean;
  readonly minDurationMs: number | undefined;
  readonly depth: number;
}

export interface FoundTraces {
  readonly traces: readonly TraceSignal[];
  readonly invalidItems: number;
  /** The server named errors beside what it found. */
  readonly partial: boolean;
}

/** One of Jaeger's two query APIs; each request is a path and its parameters, so that it can be shown as it was sent. */
export interface TraceApi {
  readonly searchPath: string;
  searchQuery(search: TraceSearch): QueryParameters;
  readonly tracePath: string;
  traceQuery(window: TimeWindow): QueryParameters;
  traces(request: TraceRequest, scope: DecodeScope, call: CallContextV1): Promise<FoundTraces>;
  services(call: CallContextV1): Promise<readonly string[]>;
}

export interface TraceRequest {
  readonly path: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly query: QueryParameters;
}

export const allowedRequests: readonly AllowedRequest[] = [
  { method: 'GET', path: '/api/v3/traces' },
  { method: 'GET', path: '/api/v3/traces/{traceId}' },
  { method: 'GET', path: '/api/v3/services' },
  { method: 'GET', path: '/api/traces' },
  { method: 'GET', path: '/api/traces/{traceId}' },
  { method: 'GET', path: '/api/services' },
];

const PADDING_MS = 30 * 60_000;

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Servers before 2.19 know snake case only; later ones prefer camel case and have announced the end of the other. */
function inBothSpellings(prefix: string, parameters: QueryParameters): QueryParameters {
  const camelCase = (name: string) =>
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => [
      [`${prefix}${camelCase(name)}`, value],
      [`${prefix}${name}`, value],
    ]),
  );
}

/** Both say "nothing found" as 404 with a JSON body. */
const acceptStatus = [404];
const nothingFound: FoundTraces = { traces: [], invalidItems: 0, partial: false };

/** https://www.jaegertracing.io/docs/latest/architecture/apis/#query-json-over-http: OTLP, since 1.50. */
export function createV3Api(client: HttpClient, connectorId: string): TraceApi {
  return {
    searchPath: '/api/v3/traces',
    searchQuery: (search) => ({
      ...inBothSpellings('query.', {
        service_name: search.service,
        operation_name: search.operation,
        start_time_min: toTime(search.window.startMs),
        start_time_max: toTime(search.window.endMs),
        duration_min: search.minDurationMs === undefined ? undefined : `${search.minDurationMs}ms`,
        search_depth: search.depth,
      }),
      'query.attributes': search.onlyErrors ? '{"error":"true"}' : undefined,
      // What the depth was called first.
      'query.num_traces': search.depth,
    }),
    tracePath: '/api/v3/traces/{traceId}',
    traceQuery: ({ startMs, endMs }) =>
      // Some storages need to know where to look; a trace that a log line names may have begun before the window.
      inBothSpellings('', {
        start_time: toTime(startMs - PADDING_MS),
        end_time: toTime(endMs + PADDING_MS),
      }),
    async traces(request, scope, call) {
      const answer = await client.request<V3Traces>(
        { method: 'GET', ...request, schema: v3TracesSchema, acceptStatus },
        call,
      );
      if ('error' in answer.body) {
        const code = answer.body.error.httpCode ?? answer.status;
        if (code !== 404) throw refusal(code, request.path, connectorId);
        return nothingFound;
      }
      const decoder = createTraceDecoder(scope);
      decoder.add(answer.body.result);
      const { signals, invalidItems } = decoder.decoded();
      return { traces: signals, invalidItems, partial: false };
    },
    async services(call) {
      const path = '/api/v3/services';
      const { body } = await client.request({ method: 'GET', path, schema: v3ServicesSchema }, call);
      if ('error' in body) throw refusal(body.error.httpCode ?? 500, path, connectorId);
      return body.services ?? [];
    },
  };
}

/** The API of the user interface until 2.20, which other servers speak too; later only single traces are left of it. */
export function createLegacyApi(client: HttpClient, connectorId: string): TraceApi {
  return {
    searchPath: '/api/traces',
    searchQuery: (search) => ({
      service: search.service,
      operation: search.operation,
      // Microseconds; the end is inclusive here.
      start: `${search.window.startMs}000`,
      end: String(search.window.endMs * 1000 - 1),
      minDuration: search.minDurationMs === undefined ? undefined : `${search.minDurationMs}ms`,
      tags: search.onlyErrors ? '{"error":"true"}' : undefined,
      limit: search.depth,
    }),
    tracePath: '/api/traces/{traceId}',
    traceQuery: () => ({}),
    async traces(request, scope, call) {
      const answer = await client.request<LegacyTraces>(
        { method: 'GET', ...request, schema: legacyTracesSchema, acceptStatus },
        call,
      );
      const errors = answer.body.errors ?? [];
      if (answer.body.data === null) {
        const code = errors[0]?.code ?? answer.status;
        if (code !== 404) throw refusal(code, request.path, connectorId);
        return nothingFound;
      }
      const read = answer.body.data.map(readLegacyTrace);
      return {
        traces: read.flatMap(({ traceId, spans }) =>
          traceId === undefined || spans.length === 0 ? [] : [toTraceSignal(traceId, spans, scope)],
        ),
        invalidItems: read.reduce((sum, { invalidItems }) => sum + invalidItems, 0),
        partial: errors.length > 0,
      };
    },
    async services(call) {
      const path = '/api/services';
      const { body } = await client.request({ method: 'GET', path, schema: legacyServicesSchema }, call);
      const [error] = body.errors ?? [];
      if (body.data === null && error !== undefined) throw refusal(error.code ?? 500, path, connectorId);
      return body.data ?? [];
    },
  };
}

/** An error that came as JSON of a success. */
function refusal(code: number, path: string, connectorId: string): ConnectorError {
  const message = `the server answered ${path} with error ${code}`;
  return new ConnectorError({
    code: code >= 500 ? 'unavailable' : 'bad-query',
    connectorId,
    message,
    status: code,
  });
}

/**
 * Whether the server may simply not have this API. A path that it does not know looks different everywhere: 404 with plain
 * text, 400, or the user interface's page with 200; an API that is there says in JSON of its own shape that it found nothing.
 */
export function mayLackTheApi(error: unknown): boolean {
  if (!ConnectorError.is(error)) return false;
  return (
    error.code === 'bad-response' || error.status === 400 || error.status === 404 || error.status === 405
  );
}
