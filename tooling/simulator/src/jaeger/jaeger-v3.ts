import { toNanos } from '../engine/nanos.js';
import { jsonResponse } from '../http/response.js';
import {
  type AttributeValue,
  SPAN_KINDS,
  type SpanRecord,
  type TraceRecord,
} from '../traces/trace-record.js';
import { goDurationMs, type TraceQuery, type TraceSearch } from './trace-search.js';

const DEFAULT_DEPTH = 100;

/** Answers `/api/v3/...`; undefined for a path it does not have. Errors are JSON sent as text, as the real server does. */
export function answerV3(
  path: string,
  parameters: URLSearchParams,
  search: TraceSearch,
): Response | undefined {
  if (path === 'services') return jsonResponse(200, { services: search.services });
  if (path === 'operations') return listOperations(parameters, search);
  if (path === 'traces') return findTraces(parameters, search);
  const traceId = /^traces\/([^/]+)$/.exec(path)?.[1];
  if (traceId === undefined) return undefined;
  if (!/^[0-9a-fA-F]{1,32}$/.test(traceId)) return failure(400, `malformed parameter trace_id: ${traceId}`);
  const trace = search.byId(traceId);
  return trace === undefined ? failure(404, 'No traces found') : found([trace]);
}

function failure(httpCode: number, message: string): Response {
  return jsonResponse(httpCode, { error: { httpCode, message } }, 'text/plain; charset=utf-8');
}

function listOperations(parameters: URLSearchParams, search: TraceSearch): Response {
  const service = parameters.get('service') ?? '';
  if (service === '') return failure(400, "parameter 'service' is required");
  const kind = parameters.get('span_kind') ?? parameters.get('spanKind') ?? '';
  const operations = search.operationsOf(service).filter(({ spanKind }) => kind === '' || kind === spanKind);
  return jsonResponse(200, { operations });
}

class BadParameter extends Error {}

function findTraces(parameters: URLSearchParams, search: TraceSearch): Response {
  try {
    const traces = search.find(readQuery(parameters));
    return traces.length === 0 ? failure(404, 'No traces found') : found(traces);
  } catch (error) {
    if (error instanceof BadParameter) return failure(400, error.message);
    throw error;
  }
}

function readQuery(parameters: URLSearchParams): TraceQuery {
  const read = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = parameters.get(`query.${name}`);
      if (value !== null && value !== '') return value;
    }
    return undefined;
  };
  const operation = read('operationName', 'operation_name');
  return {
    service: read('serviceName', 'service_name') ?? '',
    ...(operation !== undefined && { operation }),
    startMs: readTime('query.startTimeMin', read('startTimeMin', 'start_time_min')),
    endMs: readTime('query.startTimeMax', read('startTimeMax', 'start_time_max')),
    minDurationMs: readDuration('query.durationMin', read('durationMin', 'duration_min'), 0),
    maxDurationMs: readDuration(
      'query.durationMax',
      read('durationMax', 'duration_max'),
      Number.POSITIVE_INFINITY,
    ),
    attributes: readAttributes(read('attributes')),
    limit: readDepth(read('searchDepth', 'search_depth', 'num_traces')),
  };
}

function readTime(name: string, text: string | undefined): number {
  if (text === undefined) throw new BadParameter(`malformed parameter ${name}: time is required`);
  // JavaScript keeps milliseconds of the fraction; that is enough for a window.
  const atMs = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) throw new BadParameter(`malformed parameter ${name}: parsing time "${text}"`);
  return atMs;
}

function readDuration(name: string, text: string | undefined, absent: number): number {
  if (text === undefined) return absent;
  const ms = goDurationMs(text);
  if (ms === undefined)
    throw new BadParameter(`malformed parameter ${name}: time: invalid duration "${text}"`);
  return ms;
}

function readDepth(text: string | undefined): number {
  if (text === undefined) return DEFAULT_DEPTH;
  const depth = Number(text);
  if (!Number.isInteger(depth) || depth < 0)
    throw new BadParameter(`malformed parameter query.searchDepth: ${text}`);
  return depth === 0 ? DEFAULT_DEPTH : depth;
}

function readAttributes(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) throw new SyntaxError('no object');
    return new Map(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    throw new BadParameter('malformed parameter query.attributes: no JSON object of strings');
  }
}

/** All traces in one list, grouped by what produced the spans: whoever reads it groups by trace. */
function found(traces: readonly TraceRecord[]): Response {
  const resourceSpans = traces.flatMap(({ traceId, spans }) => {
    const groups = new Map<string, SpanRecord[]>();
    for (const span of spans) {
      const group = groups.get(span.pod);
      if (group === undefined) groups.set(span.pod, [span]);
      else group.push(span);
    }
    return [...groups.values()].map((group) => resourceSpan(traceId, group));
  });
  return jsonResponse(200, { result: { resourceSpans } });
}

function resourceSpan(traceId: string, spans: readonly SpanRecord[]): unknown {
  const [first] = spans;
  const resource = [
    ['service.name', first?.service ?? ''],
    ['service.version', first?.version ?? ''],
    ['k8s.pod.name', first?.pod ?? ''],
  ] as const;
  return {
    resource: { attributes: resource.map(toKeyValue) },
    scopeSpans: [{ scope: {}, spans: spans.map((span) => toOtlp(traceId, span)) }],
  };
}

function toOtlp(traceId: string, span: SpanRecord): unknown {
  return {
    traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: SPAN_KINDS[span.kind],
    startTimeUnixNano: String(toNanos(span.startMs)),
    endTimeUnixNano: String(toNanos(span.startMs + span.durationMs)),
    attributes: span.attributes.map(toKeyValue),
    ...(span.events.length > 0 && {
      events: span.events.map(({ name, atMs, attributes }) => ({
        timeUnixNano: String(toNanos(atMs)),
        name,
        attributes: attributes.map(toKeyValue),
      })),
    }),
    status: span.failure === undefined ? {} : { code: 2, message: span.failure },
  };
}

function toKeyValue([key, value]: readonly [string, AttributeValue]): unknown {
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  return Number.isInteger(value)
    ? { key, value: { intValue: String(value) } }
    : { key, value: { doubleValue: value } };
}
