import type { Span } from '@midwatch/core';

/** The spans of one trace as arrays: times after the trace's start, parents by index, free of cycles and duplicates. */
export interface SpanForest {
  readonly spans: readonly Span[];
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** -1 for a root, an orphan, and where a cycle was cut. */
  readonly parent: Int32Array;
  /** In order of start. */
  readonly children: readonly (readonly number[])[];
  /** Every span once, a parent before its children. */
  readonly order: readonly number[];
}

/** Linear in the spans but for sorting, whatever their parents claim. */
export function toSpanForest(given: readonly Span[]): SpanForest {
  const indexOf = new Map<string, number>();
  const spans: Span[] = [];
  for (const span of given) {
    if (indexOf.has(span.spanId)) continue;
    indexOf.set(span.spanId, spans.length);
    spans.push(span);
  }
  let base = Number.POSITIVE_INFINITY;
  for (const span of spans) base = Math.min(base, Number(span.startNs));
  // A double keeps the nanoseconds of today to 256: enough for times in milliseconds.
  const startMs = Float64Array.from(spans, (span) => (Number(span.startNs) - base) / 1e6);
  const endMs = Float64Array.from(spans, (span, index) => (startMs[index] ?? 0) + span.durationNs / 1e6);
  const parent = Int32Array.from(spans, (span, index) => {
    const found = span.parentSpanId === undefined ? undefined : indexOf.get(span.parentSpanId);
    return found === undefined || found === index ? -1 : found;
  });
  const byStart = Array.from(spans.keys()).sort(
    (a, b) => (startMs[a] ?? 0) - (startMs[b] ?? 0) || (endMs[b] ?? 0) - (endMs[a] ?? 0) || a - b,
  );
  const children: number[][] = spans.map(() => []);
  for (const index of byStart) children[parent[index] ?? -1]?.push(index);
  return { spans, startMs, endMs, parent, children, order: parentsFirst(byStart, parent, children) };
}

/** What hangs in a cycle of parents is reached by cutting the cycle at its earliest span. */
function parentsFirst(
  byStart: readonly number[],
  parent: Int32Array,
  children: readonly (readonly number[])[],
): readonly number[] {
  const order: number[] = [];
  const seen = new Uint8Array(parent.length);
  const visitFrom = (root: number): void => {
    const stack = [root];
    seen[root] = 1;
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      order.push(index);
      const below = children[index] ?? [];
      for (let at = below.length - 1; at >= 0; at--) {
        const child = below[at];
        if (child === undefined || seen[child] === 1) continue;
        seen[child] = 1;
        stack.push(child);
      }
    }
  };
  for (const index of byStart) if (parent[index] === -1) visitFrom(index);
  for (const index of byStart) {
    if (seen[index] === 1) continue;
    parent[index] = -1;
    visitFrom(index);
  }
  return order;
}

/** Whether the span begins the work of a service: its parent is another service's, or its own side of a call to itself. */
export function entersService(forest: SpanForest, index: number): boolean {
  const span = forest.spans[index];
  const above = forest.spans[forest.parent[index] ?? -1];
  if (span === undefined || above === undefined) return true;
  return span.service !== above.service || (span.kind === 'server' && above.kind === 'client');
}

/** A span whose only child enters another service stands for that call: it does nothing but wait. Messages are not waited for. */
export function isClientSide(forest: SpanForest, index: number): boolean {
  const span = forest.spans[index];
  const below = forest.children[index] ?? [];
  const only = below[0];
  if (span === undefined || only === undefined || below.length > 1 || span.kind === 'producer') return false;
  return entersService(forest, only) && forest.spans[only]?.kind !== 'consumer';
}

/** A child's time on its parent's clock: moved into the parent when the two clocks disagree. */
export function onParentClock(forest: SpanForest, child: number, parent: number): readonly [number, number] {
  const from = forest.startMs[child] ?? 0;
  const to = forest.endMs[child] ?? from;
  if (forest.spans[child]?.service === forest.spans[parent]?.service) return [from, to];
  const start = forest.startMs[parent] ?? 0;
  const end = forest.endMs[parent] ?? start;
  const shift = from < start ? start - from : to > end ? Math.max(start - from, end - to) : 0;
  return [from + shift, to + shift];
}
