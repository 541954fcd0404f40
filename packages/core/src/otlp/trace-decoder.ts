import { createSignalIds } from '../connector/signal-id.js';
import type { Span, TraceSignal } from '../connector/v1/signal.js';
import { type Attributes, isJsonObject, type JsonObject, listOf, toAttributes } from './any-value.js';
import type { Decoded, DecodeScope, OtlpDecoder } from './decoded.js';
import { toSpanId, toTraceId } from './identifier.js';
import { compareNanoseconds, nanosecondsToMs, toNanoseconds } from './nanoseconds.js';
import { type Resource, toResource } from './resource.js';

/** By number, as Jaeger and the Collector write them; Tempo writes `SPAN_KIND_SERVER`. Zero is unspecified. */
const spanKinds = [undefined, 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const statusCodes = ['unset', 'ok', 'error'] as const;

/**
 * Spans to whole traces, grouped by trace id over all messages: a search answers with all its traces merged into one list,
 * and a file spreads one trace over many lines. A span that came twice counts once.
 */
export function createTraceDecoder(scope: DecodeScope): OtlpDecoder<TraceSignal> {
  const spansByTrace = new Map<string, Span[]>();
  let invalidItems = 0;

  function add(message: unknown): void {
    if (!isJsonObject(message)) {
      invalidItems++;
      return;
    }
    // Tempo's first trace API calls the same list `batches`.
    for (const entry of listOf(message['resourceSpans'] ?? message['batches'])) {
      if (!isJsonObject(entry)) continue;
      const resource = toResource(entry['resource']);
      for (const scoped of listOf(entry['scopeSpans'])) {
        for (const item of isJsonObject(scoped) ? listOf(scoped['spans']) : []) addSpan(item, resource);
      }
    }
  }

  function addSpan(item: unknown, resource: Resource): void {
    const traceId = isJsonObject(item) ? toTraceId(item['traceId']) : undefined;
    const span = isJsonObject(item) ? toSpan(item, resource) : undefined;
    if (traceId === undefined || span === undefined) {
      invalidItems++;
      return;
    }
    const spans = spansByTrace.get(traceId);
    if (spans === undefined) spansByTrace.set(traceId, [span]);
    else spans.push(span);
  }

  function decoded(): Decoded<TraceSignal> {
    const signals: TraceSignal[] = [];
    for (const [traceId, spans] of spansByTrace) signals.push(toTraceSignal(traceId, spans, scope));
    signals.sort((left, right) => compareNanoseconds(left.timeUnixNano, right.timeUnixNano));
    return { signals, invalidItems };
  }
  return { add, decoded };
}

/** One trace of its spans, whatever API brought them. `spans` must not be empty. */
export function toTraceSignal(traceId: string, spans: readonly Span[], scope: DecodeScope): TraceSignal {
  const unique = new Map<string, Span>();
  // A client and its server may share one span id (Zipkin), so the id alone does not tell a repeated span.
  for (const span of spans)
    unique.set(`${span.spanId} ${span.startNs} ${span.service} ${span.operation}`, span);
  const ordered = [...unique.values()].sort((left, right) => compareNanoseconds(left.startNs, right.startNs));
  const spanIds = new Set(ordered.map((span) => span.spanId));
  const startNs = ordered[0]?.startNs ?? '0';
  return {
    kind: 'traces',
    id: createSignalIds(scope.connectorId, 'traces')(traceId),
    timestampMs: nanosecondsToMs(startNs),
    timeUnixNano: startNs,
    ...scope,
    traceId,
    complete: ordered.every(({ parentSpanId }) => parentSpanId === undefined || spanIds.has(parentSpanId)),
    spans: ordered,
  };
}

function toSpan(item: JsonObject, resource: Resource): Span | undefined {
  const spanId = toSpanId(item['spanId']);
  const startNs = toNanoseconds(item['startTimeUnixNano']);
  if (spanId === undefined || startNs === undefined) return undefined;
  const parentSpanId = toSpanId(item['parentSpanId']);
  const kind = toSpanKind(item['kind']);
  const status = toStatus(item['status']);
  return {
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    service: resource.service ?? 'unknown_service',
    operation: typeof item['name'] === 'string' ? item['name'] : '',
    ...(kind === undefined ? {} : { kind }),
    startNs,
    durationNs: durationOf(startNs, toNanoseconds(item['endTimeUnixNano'])),
    ...(status === undefined ? {} : { status }),
    attributes: spanAttributes(item, resource),
  };
}

/** A span that never ended has no end time; it lasted 0, as far as anybody knows. */
function durationOf(startNs: string, endNs: string | undefined): number {
  return endNs === undefined ? 0 : Math.max(0, Number(BigInt(endNs) - BigInt(startNs)));
}

/** The resource's attributes, the span's own, and what its status and its first exception say. */
function spanAttributes(item: JsonObject, resource: Resource): Attributes {
  const own = listOf(item['attributes']);
  const message = isJsonObject(item['status']) ? item['status']['message'] : undefined;
  const exception = listOf(item['events']).find(
    (event) => isJsonObject(event) && event['name'] === 'exception',
  );
  if (own.length === 0 && exception === undefined && typeof message !== 'string') return resource.attributes;
  const thrown = isJsonObject(exception) ? toAttributes(exception['attributes']) : {};
  return {
    ...resource.attributes,
    ...pick(thrown, 'exception.type'),
    ...pick(thrown, 'exception.message'),
    ...(typeof message === 'string' && message !== '' ? { 'otel.status_description': message } : {}),
    ...toAttributes(own),
  };
}

function pick(attributes: Attributes, key: string): Attributes {
  const value = attributes[key];
  return value === undefined ? {} : { [key]: value };
}

function toSpanKind(value: unknown): Span['kind'] {
  if (typeof value === 'number') return spanKinds[value];
  if (typeof value !== 'string') return undefined;
  const name = value.replace(/^SPAN_KIND_/, '').toLowerCase();
  return spanKinds.find((kind) => kind === name);
}

/** An object without a code is protobuf's way to write "unset"; no object at all says nothing. */
function toStatus(value: unknown): Span['status'] {
  if (!isJsonObject(value)) return undefined;
  const { code } = value;
  if (typeof code === 'number') return statusCodes[code];
  if (typeof code !== 'string') return 'unset';
  const name = code.replace(/^STATUS_CODE_/, '').toLowerCase();
  return statusCodes.find((status) => status === name);
}
