import type { Span } from '@midwatch/core';
import { nanosecondsToMs } from '@midwatch/core/otlp';
import { spanIdOf, traceIdOf } from './datadog-ids.js';
import { type SpanItem, spanSchema } from './datadog-schema.js';
import { isoToNanoseconds } from './iso-time.js';
import { type Attributes, toFlatAttributes, toTagMap, valueAt } from './tags.js';

/** One indexed span and the trace that it belongs to. */
export interface FoundSpan {
  readonly traceId: string;
  /** As Datadog writes it: a search finds it by this. */
  readonly writtenTraceId: string;
  readonly timestampMs: number;
  readonly span: Span;
}

/** Reads an item of an answer; undefined where it is no span. */
export function readSpan(value: unknown): readonly FoundSpan[] | undefined {
  const { data } = spanSchema.safeParse(value);
  if (data === undefined) return undefined;
  const { attributes: item } = data;
  const nested = { ...item.attributes, ...item.custom };
  const traceId = traceIdOf(item.trace_id, valueAt(nested, '_dd.p.tid'));
  const spanId = spanIdOf(item.span_id);
  const startNs = isoToNanoseconds(item.start_timestamp);
  if (traceId === undefined || spanId === undefined || startNs === undefined) return undefined;
  const parentSpanId = spanIdOf(item.parent_id);
  const kind = kindOf(valueAt(nested, 'span.kind'), item.type);
  const failed = isFailed(item.status, nested);
  const span: Span = {
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    service: item.service ?? 'unknown_service',
    operation: item.resource_name ?? item.operation_name ?? '',
    ...(kind === undefined ? {} : { kind }),
    startNs,
    durationNs: durationOf(valueAt(nested, 'duration'), startNs, item.end_timestamp),
    status: failed ? 'error' : 'unset',
    attributes: attributesOf(item, nested),
  };
  return [{ traceId, writtenTraceId: String(item.trace_id), timestampMs: nanosecondsToMs(startNs), span }];
}

const kinds: readonly NonNullable<Span['kind']>[] = ['internal', 'server', 'client', 'producer', 'consumer'];
/** https://docs.datadoghq.com/tracing/trace_collection/tracing_naming_convention/#span-types */
const kindByType: ReadonlyMap<string, NonNullable<Span['kind']>> = new Map([
  ['web', 'server'],
  ['http', 'client'],
  ['db', 'client'],
  ['sql', 'client'],
  ['cache', 'client'],
  ['redis', 'client'],
  ['queue', 'consumer'],
  ['worker', 'consumer'],
]);

function kindOf(told: unknown, type: string | null | undefined): Span['kind'] {
  return kinds.find((kind) => kind === told) ?? kindByType.get(type ?? '');
}

/** An error is told by the span's status, by a number, or by nothing but what was thrown. */
function isFailed(status: string | null | undefined, nested: object): boolean {
  if (status != null && status !== '') return status === 'error';
  const error = valueAt(nested, 'error');
  if (typeof error === 'object' && error !== null) return Object.keys(error).length > 0;
  return error === 1 || error === '1' || error === true;
}

/** Nanoseconds. The times of a span have milliseconds only. */
function durationOf(told: unknown, startNs: string, end: string | null | undefined): number {
  if (typeof told === 'number' && Number.isFinite(told) && told >= 0) return told;
  const endNs = end == null ? undefined : isoToNanoseconds(end);
  return endNs === undefined ? 0 : Math.max(0, Number(BigInt(endNs) - BigInt(startNs)));
}

/** Datadog's names, and OpenTelemetry's of what failed and of who was called. */
const otherNames: readonly (readonly [string, string])[] = [
  ['error.type', 'exception.type'],
  ['error.message', 'exception.message'],
  ['error.msg', 'exception.message'],
  ['out.host', 'server.address'],
  ['network.destination.name', 'server.address'],
];

function attributesOf(item: SpanItem['attributes'], nested: object): Attributes {
  const { env, host, operation_name, tags, type } = item;
  const place = [...(env == null ? [] : [`env:${env}`]), ...(host == null ? [] : [`host:${host}`])];
  const attributes = toFlatAttributes(nested, toTagMap([...(tags ?? []), ...place]));
  const extra = new Map<string, string | number | boolean>();
  if (operation_name != null) extra.set('operation_name', operation_name);
  if (type != null) extra.set('span.type', type);
  for (const [name, other] of otherNames) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (value !== undefined && !Object.hasOwn(attributes, other) && !extra.has(other))
      extra.set(other, value);
  }
  return { ...attributes, ...Object.fromEntries(extra) };
}
