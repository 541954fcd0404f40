import { toNanos } from '../engine/nanos.js';
import { jsonResponse } from '../http/response.js';
import type { AttributeValue, SpanRecord, TraceRecord } from '../traces/trace-record.js';
import { goDurationMs, type TraceSearch } from './trace-search.js';

const DEFAULT_LIMIT = 100;
const HOUR_MS = 3_600_000;

/** The routes that later versions of Jaeger still have beside v3. */
export function answerRemaining(
  path: string,
  parameters: URLSearchParams,
  search: TraceSearch,
): Response | undefined {
  const traceId = /^traces\/([^/]+)$/.exec(path)?.[1];
  if (traceId !== undefined) {
    const trace = search.byId(traceId);
    return trace === undefined ? failure(404, 'trace not found') : success([toLegacy(trace)]);
  }
  if (path !== 'dependencies') return undefined;
  const endMs = Number(parameters.get('endTs') ?? Number.NaN);
  if (Number.isNaN(endMs)) return failure(400, "unable to parse param 'endTs'");
  const lookbackMs = Number(parameters.get('lookback') ?? 24 * HOUR_MS);
  return success(search.dependencies(endMs - lookbackMs, endMs));
}

/** The routes of Jaeger's own JSON, as its pages used them up to 2.20. */
export function answerLegacy(
  path: string,
  parameters: URLSearchParams,
  search: TraceSearch,
  nowMs: number,
): Response | undefined {
  if (path === 'services') return success(search.services, search.services.length);
  const ofService = /^services\/([^/]+)\/operations$/.exec(path)?.[1];
  if (ofService !== undefined) {
    const names = search.operationsOf(decodeURIComponent(ofService)).map(({ name }) => name);
    return success(names, names.length);
  }
  if (path === 'operations') {
    const service = parameters.get('service') ?? '';
    if (service === '') return failure(400, "parameter 'service' is required");
    const operations = search.operationsOf(service);
    return success(operations, operations.length);
  }
  if (path === 'traces') return findTraces(parameters, search, nowMs);
  return answerRemaining(path, parameters, search);
}

function success(data: unknown, total = 0): Response {
  return jsonResponse(200, { data, total, limit: 0, offset: 0, errors: null });
}

function failure(code: number, msg: string): Response {
  return jsonResponse(code, { data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] });
}

function findTraces(parameters: URLSearchParams, search: TraceSearch, nowMs: number): Response {
  const service = parameters.get('service') ?? '';
  if (service === '') return failure(400, "parameter 'service' is required");
  const operation = parameters.get('operation') ?? '';
  const micros = (name: string, absentMs: number): number => {
    const text = parameters.get(name);
    return text === null || text === '' ? absentMs : Number(text) / 1000;
  };
  const duration = (name: string, absent: number): number | undefined => {
    const text = parameters.get(name);
    return text === null || text === '' ? absent : goDurationMs(text);
  };
  const [startMs, endMs] = [micros('start', nowMs - HOUR_MS), micros('end', nowMs)];
  const minDurationMs = duration('minDuration', 0);
  const maxDurationMs = duration('maxDuration', Number.POSITIVE_INFINITY);
  const limit = Number(parameters.get('limit') ?? DEFAULT_LIMIT);
  const attributes = readTags(parameters);
  if (Number.isNaN(startMs) || Number.isNaN(endMs)) return failure(400, "unable to parse param 'start'");
  if (minDurationMs === undefined || maxDurationMs === undefined)
    return failure(400, "unable to parse param 'minDuration'");
  if (!Number.isInteger(limit) || limit < 0) return failure(400, "unable to parse param 'limit'");
  if (attributes === undefined) return failure(400, 'malformed tags parameter');
  const query = {
    service,
    startMs,
    endMs,
    minDurationMs,
    maxDurationMs,
    attributes,
    limit: limit === 0 ? DEFAULT_LIMIT : limit,
  };
  const traces = search.find({ ...query, ...(operation !== '' && { operation }) });
  return success(traces.map(toLegacy));
}

/** `tag=k:v`, repeated, and `tags={"k":"v"}`; undefined when either is malformed. */
function readTags(parameters: URLSearchParams): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const tag of parameters.getAll('tag')) {
    const colon = tag.indexOf(':');
    if (colon < 1) return undefined;
    tags.set(tag.slice(0, colon), tag.slice(colon + 1));
  }
  for (const text of parameters.getAll('tags')) {
    try {
      const parsed: unknown = JSON.parse(text);
      for (const [name, value] of Object.entries(parsed ?? {})) tags.set(name, String(value));
    } catch {
      return undefined;
    }
  }
  return tags;
}

function toLegacy({ traceId, spans }: TraceRecord): unknown {
  const pods = [...new Map(spans.map((span) => [span.pod, span])).values()];
  const processes = new Map(pods.map((span, index) => [span.pod, { id: `p${index + 1}`, span }]));
  return {
    traceID: traceId,
    spans: spans.map((span) => toLegacySpan(traceId, span, processes.get(span.pod)?.id ?? 'p1')),
    processes: Object.fromEntries(
      [...processes.values()].map(({ id, span }) => [
        id,
        {
          serviceName: span.service,
          tags: [toTag(['k8s.pod.name', span.pod]), toTag(['service.version', span.version])],
        },
      ]),
    ),
    warnings: null,
  };
}

function toLegacySpan(traceId: string, span: SpanRecord, processID: string): unknown {
  const error: readonly (readonly [string, AttributeValue])[] =
    span.failure === undefined
      ? []
      : [
          ['error', true],
          ['otel.status_code', 'ERROR'],
          ['otel.status_description', span.failure],
        ];
  const tags = [...span.attributes, ['span.kind', span.kind] as const, ...error];
  const parent = { refType: 'CHILD_OF', traceID: traceId, spanID: span.parentSpanId };
  return {
    traceID: traceId,
    spanID: span.spanId,
    operationName: span.name,
    references: span.parentSpanId === undefined ? [] : [parent],
    startTime: microsOf(span.startMs),
    duration: microsOf(span.startMs + span.durationMs) - microsOf(span.startMs),
    tags: tags.map(toTag),
    logs: span.events.map(({ name, atMs, attributes }) => ({
      timestamp: microsOf(atMs),
      fields: [toTag(['event', name]), ...attributes.map(toTag)],
    })),
    processID,
    warnings: null,
  };
}

function microsOf(atMs: number): number {
  return Number(toNanos(atMs) / 1000n);
}

function toTag([key, value]: readonly [string, AttributeValue]): unknown {
  if (typeof value === 'boolean') return { key, type: 'bool', value };
  if (typeof value === 'string') return { key, type: 'string', value };
  return { key, type: Number.isInteger(value) ? 'int64' : 'float64', value };
}
