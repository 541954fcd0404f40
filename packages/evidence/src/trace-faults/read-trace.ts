import type { Span, TraceSignal } from '@midwatch/core';
import type { Call, Period, ReadTrace } from './call.js';
import { type CoveredTime, toCoveredTime } from './covered-time.js';
import { isFailingSpan } from './span-failure.js';
import { entersService, isClientSide, onParentClock, type SpanForest, toSpanForest } from './span-forest.js';

/** Cuts one trace into calls. */
export function readTrace(signal: TraceSignal, period: Period): ReadTrace {
  const forest = toSpanForest(signal.spans);
  let durationMs = 0;
  for (const end of forest.endMs) if (end > durationMs) durationMs = end;
  const trace: ReadTrace = { signal, period, startMs: signal.timestampMs, durationMs, calls: [] };
  const callOf: Call[] = [];
  const spansOf = new Map<Call, number[]>();
  for (const index of forest.order) {
    const span = forest.spans[index];
    if (span === undefined) continue;
    const above = callOf[forest.parent[index] ?? -1];
    const call =
      above === undefined || entersService(forest, index)
        ? openCall(trace, forest, index, span, above)
        : above;
    callOf[index] = call;
    if (isFailingSpan(span)) call.failed = true;
    const own = spansOf.get(call);
    if (own === undefined) spansOf.set(call, [index]);
    else own.push(index);
  }
  for (const [call, indexes] of spansOf) addOwnSpans(call, forest, indexes);
  return trace;
}

function openCall(
  trace: ReadTrace,
  forest: SpanForest,
  index: number,
  entry: Span,
  parent: Call | undefined,
): Call {
  const above = forest.parent[index] ?? -1;
  const start = forest.startMs[index] ?? 0;
  const durationMs = entry.durationNs / 1e6;
  const waits = parent !== undefined && isClientSide(forest, above);
  const call: Call = {
    trace,
    service: entry.service,
    operation: entry.operation,
    parent,
    entry,
    offsetMs: start,
    durationMs,
    callees: [],
    spans: [],
    waitMs: waits ? Math.max(0, (forest.spans[above]?.durationNs ?? 0) / 1e6 - durationMs) : undefined,
    leadMs: waits ? start - (forest.startMs[above] ?? 0) : undefined,
    failed: false,
    ownError: false,
    failedBelow: false,
    statements: new Map(),
    placedStatements: new Map(),
    errors: new Set(),
    loggedNewError: false,
  };
  trace.calls.push(call);
  parent?.callees.push(call);
  return call;
}

/** Self times: a span's time less its children's, and less any time in which the call waits for another service. */
function addOwnSpans(call: Call, forest: SpanForest, indexes: readonly number[]): void {
  const outgoing: (readonly [number, number])[] = [];
  for (const index of indexes) {
    for (const child of forest.children[index] ?? []) {
      if (entersService(forest, child)) outgoing.push(onParentClock(forest, child, index));
    }
    if (isClientSide(forest, index)) outgoing.push([forest.startMs[index] ?? 0, forest.endMs[index] ?? 0]);
  }
  const waiting = toCoveredTime(outgoing);
  for (const index of indexes) {
    const span = forest.spans[index];
    if (span === undefined) continue;
    const waitsForCall = isClientSide(forest, index);
    call.spans.push({ span, selfMs: waitsForCall ? 0 : selfTime(forest, index, waiting), waitsForCall });
  }
}

function selfTime(forest: SpanForest, index: number, waiting: CoveredTime): number {
  const start = forest.startMs[index] ?? 0;
  const end = forest.endMs[index] ?? start;
  let self = end - start - waiting.within(start, end);
  let until = start;
  for (const child of forest.children[index] ?? []) {
    const [childStart, childEnd] = onParentClock(forest, child, index);
    const from = Math.max(childStart, until);
    const to = Math.min(childEnd, end);
    if (to <= from) continue;
    self -= to - from - waiting.within(from, to);
    until = to;
  }
  return Math.max(0, self);
}
