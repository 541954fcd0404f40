import type { Span, TraceSignal } from '../connector/v1/signal.js';

/** One span as a call of its service. */
export interface SpanCall {
  readonly service: string;
  readonly operation: string;
  /** `undefined` at the root. */
  readonly caller: { readonly service: string; readonly operation: string } | undefined;
  /** Its own time: without what its children cover. */
  readonly selfMs: number;
  /** It failed and none of its children did: it did not just pass an error on. */
  readonly hasOwnError: boolean;
}

/** The spans of one trace as calls. Linear but for the sorting of each span's children. */
export function toSpanCalls({ spans }: TraceSignal): SpanCall[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const childrenOf = new Map<string, Span[]>();
  for (const span of spans) {
    if (span.parentSpanId === undefined || span.parentSpanId === span.spanId) continue;
    const siblings = childrenOf.get(span.parentSpanId);
    if (siblings === undefined) childrenOf.set(span.parentSpanId, [span]);
    else siblings.push(span);
  }
  return spans.map((span) => {
    const children = childrenOf.get(span.spanId) ?? [];
    const parent = span.parentSpanId === undefined ? undefined : byId.get(span.parentSpanId);
    return {
      service: span.service,
      operation: span.operation,
      caller: parent,
      selfMs: selfMsOf(span, children),
      hasOwnError: hasFailed(span) && !children.some(hasFailed),
    };
  });
}

function selfMsOf(span: Span, children: readonly Span[]): number {
  const startMs = toMs(span.startNs);
  const endMs = startMs + span.durationNs / 1e6;
  const intervals = children
    .map((child) => [toMs(child.startNs), toMs(child.startNs) + child.durationNs / 1e6] as const)
    .sort(([one], [other]) => one - other);
  let coveredMs = 0;
  let reachedMs = startMs;
  for (const [from, to] of intervals) {
    const clippedTo = Math.min(to, endMs);
    coveredMs += Math.max(0, clippedTo - Math.max(from, reachedMs));
    reachedMs = Math.max(reachedMs, clippedTo);
  }
  return Math.max(0, endMs - startMs - coveredMs);
}

/** A millionth of a millisecond is lost, which does not matter for a ranking. */
function toMs(nanoseconds: string): number {
  return Number(nanoseconds) / 1e6;
}

/** By status, or by the attributes in use where backends keep none. */
export function hasFailed({ status, attributes }: Span): boolean {
  if (status === 'error') return true;
  const get = (name: string) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined);
  if (get('error') === true || get('error') === 'true') return true;
  const http = Number(get('http.response.status_code') ?? get('http.status_code') ?? 0);
  const grpc = Number(get('rpc.grpc.status_code') ?? 0);
  return http >= 500 || grpc > 0;
}
