import type { World } from '../engine/world.js';
import { MINUTE_MS, type RequestStore } from '../traces/request-store.js';
import type { SpanRecord, TraceRecord } from '../traces/trace-record.js';
import { type DatadogItem, type ItemReader, podTags, toDecimal, toIso, writeTags } from './datadog-item.js';

/** A request that began in the minute before may still have spans. */
const LONGEST_TRACE_MINUTES = 1;

/** All spans, as if every one were indexed: decimal ids, with the high half of a trace id on its first span only. */
export function createDatadogSpans(world: World, requests: RequestStore): ItemReader {
  const tagsOf = new Map(world.pods.map((pod) => [pod.name, podTags(world, pod)]));

  function toItem(trace: TraceRecord, span: SpanRecord): DatadogItem {
    const tags = tagsOf.get(span.pod) ?? new Map<string, string>();
    const durationNs = Math.round(span.durationMs * 1e6);
    const low = toDecimal(trace.traceId);
    const status = span.failure === undefined ? 'ok' : 'error';
    return {
      atMs: span.startMs,
      text: span.name,
      valuesOf: (key) => {
        switch (key) {
          case 'trace_id':
            return [low, trace.traceId];
          case 'status':
            return [status];
          case 'resource_name':
            return [span.name];
          case '@duration':
            return [String(durationNs)];
          default: {
            const value = tags.get(key);
            return value === undefined ? [] : [value];
          }
        }
      },
      write: () => ({
        id: `AY${span.spanId}`,
        type: 'spans',
        attributes: {
          trace_id: low,
          span_id: toDecimal(span.spanId),
          parent_id: span.parentSpanId === undefined ? '0' : toDecimal(span.parentSpanId),
          start_timestamp: toIso(span.startMs),
          end_timestamp: toIso(span.startMs + span.durationMs),
          service: span.service,
          operation_name: operationName(span),
          resource_name: span.name,
          type: typeOf(span),
          env: tags.get('env'),
          host: tags.get('kube_node'),
          single_span: false,
          ingestion_reason: 'auto',
          retained_by: 'retention_filter',
          tags: writeTags(tags),
          custom: customOf(
            span,
            durationNs,
            span.parentSpanId === undefined ? trace.traceId.slice(0, 16) : undefined,
          ),
        },
      }),
    };
  }

  return ({ startMs, endMs }) => {
    const first = Math.max(Math.floor(startMs / MINUTE_MS) - LONGEST_TRACE_MINUTES, requests.firstMinute);
    const last = Math.min(Math.floor((endMs - 1) / MINUTE_MS), requests.lastMinute);
    const items: DatadogItem[] = [];
    for (let minute = first; minute <= last; minute += 1) {
      for (const { trace } of requests.ofMinute(minute)) {
        for (const span of trace.spans) {
          const atMs = Math.floor(span.startMs);
          if (atMs >= startMs && atMs < endMs) items.push(toItem(trace, span));
        }
      }
    }
    return items.sort((left, right) => left.atMs - right.atMs);
  };
}

function isDatabase(span: SpanRecord): boolean {
  return span.attributes.some(([key]) => key === 'db.system.name');
}

function operationName(span: SpanRecord): string {
  if (span.kind === 'consumer') return 'rabbitmq.process';
  if (isDatabase(span)) return span.kind === 'client' ? 'postgres.client.query' : 'postgresql.query';
  return span.kind === 'client' ? 'http.client.request' : 'http.server.request';
}

function typeOf(span: SpanRecord): string {
  if (span.kind === 'consumer') return 'queue';
  if (isDatabase(span)) return 'db';
  return span.kind === 'client' ? 'http' : 'web';
}

/** Dotted names as nested objects, which is how the API answers them. */
function customOf(span: SpanRecord, durationNs: number, high: string | undefined): unknown {
  const custom: Record<string, unknown> = { duration: durationNs, version: span.version };
  const put = (path: string, value: unknown): void => {
    const keys = path.split('.');
    const last = keys.pop() ?? path;
    let inside = custom;
    for (const key of keys) {
      const known = inside[key];
      const next = typeof known === 'object' && known !== null ? (known as Record<string, unknown>) : {};
      inside[key] = next;
      inside = next;
    }
    inside[last] = value;
  };
  put('span.kind', span.kind);
  if (high !== undefined) put('_dd.p.tid', high);
  for (const [name, value] of span.attributes) {
    if (name !== 'error.type')
      put(
        name === 'http.response.status_code' ? 'http.status_code' : name,
        typeof value === 'number' ? String(value) : value,
      );
  }
  if (span.failure === undefined) return custom;
  const thrown = span.attributes.find(([name]) => name === 'error.type')?.[1];
  if (thrown !== undefined) put('error.type', thrown);
  put('error.message', span.failure);
  return custom;
}
