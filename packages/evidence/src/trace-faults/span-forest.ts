import type { Span } from '@midwatch/core';

/** The spans of one trace as arrays: times after the trace's start, parents by index, free of cycles and duplicates. */
export interface SpanForest {
  readonly spans: readonly Span[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** -1 for a root, an orphan, and where a cycle was cut. */
  readonly parent: Int32Array;
  /** The earliest child of each span, and after it the next one in order of start; -1 ends. */
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  /** Every span once, a parent before its children. */
  readonly order: Int32Array;
}

/** Linear in the spans but for sorting, whatever their parents claim. */
export function toSpanForest(given: readonly Span[]): SpanForest {
  const indexOf = new Map<string, number>();
  const spans: Span[] = [];
  // A double keeps the nanoseconds of today to 256: enough for times in milliseconds.
  const startNs: number[] = [];
  let base = Number.POSITIVE_INFINITY;
  for (const span of given) {
    if (indexOf.has(span.spanId)) continue;
    indexOf.set(span.spanId, spans.length);
    spans.push(span);
    const start = Number(span.startNs);
    startNs.push(start);
    if (start < base) base = start;
  }
  const count = spans.length;
  const startMs = new Float64Array(count);
  const endMs = new Float64Array(count);
  const parent = new Int32Array(count);
  let isSorted = true;
  for (let index = 0; index < count; index++) {
    const span = spans[index];
    if (span === undefined) continue;
    const start = ((startNs[index] ?? base) - base) / 1e6;
    startMs[index] = start;
    endMs[index] = start + span.durationNs / 1e6;
    if (index > 0 && start < (startMs[index - 1] ?? 0)) isSorted = false;
    const found = span.parentSpanId === undefined ? undefined : indexOf.get(span.parentSpanId);
    parent[index] = found === undefined || found === index ? -1 : found;
  }
  const byStart = Int32Array.from(spans.keys());
  if (!isSorted) byStart.sort((a, b) => (startMs[a] ?? 0) - (startMs[b] ?? 0) || a - b);
  const { firstChild, nextSibling } = linkChildren(byStart, parent);
  const order = parentsFirst(byStart, parent, firstChild, nextSibling);
  return { spans, indexOf, startMs, endMs, parent, firstChild, nextSibling, order };
}

function linkChildren(byStart: Int32Array, parent: Int32Array) {
  const firstChild = new Int32Array(parent.length).fill(-1);
  const nextSibling = new Int32Array(parent.length).fill(-1);
  for (let at = byStart.length - 1; at >= 0; at--) {
    const index = byStart[at] ?? 0;
    const above = parent[index] ?? -1;
    if (above < 0) continue;
    nextSibling[index] = firstChild[above] ?? -1;
    firstChild[above] = index;
  }
  return { firstChild, nextSibling };
}

/** What hangs in a cycle of parents is reached by cutting the cycle at its earliest span. */
function parentsFirst(
  byStart: Int32Array,
  parent: Int32Array,
  firstChild: Int32Array,
  nextSibling: Int32Array,
): Int32Array {
  const order = new Int32Array(parent.length);
  const seen = new Uint8Array(parent.length);
  let filled = 0;
  const visitFrom = (root: number): void => {
    let done = filled;
    order[filled++] = root;
    seen[root] = 1;
    while (done < filled) {
      const index = order[done++] ?? 0;
      for (let child = firstChild[index] ?? -1; child >= 0; child = nextSibling[child] ?? -1) {
        if (seen[child] === 1) continue;
        seen[child] = 1;
        order[filled++] = child;
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
  const only = forest.firstChild[index] ?? -1;
  if (only < 0 || (forest.nextSibling[only] ?? -1) >= 0 || forest.spans[index]?.kind === 'producer')
    return false;
  return entersService(forest, only) && forest.spans[only]?.kind !== 'consumer';
}

/** How far a child's times must be moved to lie in its parent's, when the two run on clocks that disagree. */
export function clockShift(forest: SpanForest, child: number, parent: number): number {
  if (forest.spans[child]?.service === forest.spans[parent]?.service) return 0;
  const from = forest.startMs[child] ?? 0;
  const start = forest.startMs[parent] ?? 0;
  if (from < start) return start - from;
  const late = (forest.endMs[child] ?? from) - (forest.endMs[parent] ?? start);
  return late > 0 ? Math.max(start - from, -late) : 0;
}
