import type { Span, TraceSignal } from '@midwatch/core';
import type { Call, FailedLeaf, Period, ReadTrace } from './call.js';
import { type CoveredTime, toCoveredTime } from './covered-time.js';
import { isFailingSpan } from './span-failure.js';
import { clockShift, entersService, isClientSide, type SpanForest, toSpanForest } from './span-forest.js';

/** Cuts one trace into calls. */
export function readTrace(signal: TraceSignal, period: Period): ReadTrace {
  const forest = toSpanForest(signal.spans);
  let durationMs = 0;
  for (const end of forest.endMs) if (end > durationMs) durationMs = end;
  const calls: Call[] = [];
  const failedLeaves: FailedLeaf[] = [];
  const callOf: Call[] = [];
  // Filled in the order of calls, not of spans: without its length it would grow with holes.
  callOf.length = forest.spans.length;
  const trace: ReadTrace = {
    signal,
    period,
    startMs: signal.timestampMs,
    durationMs,
    calls,
    failedLeaves,
    callOfSpan: (spanId) => callOf[forest.indexOf.get(spanId) ?? -1],
  };
  const hasCallees = new Set<Call>();
  for (const index of forest.order) {
    const span = forest.spans[index];
    if (span === undefined) continue;
    let call = callOf[forest.parent[index] ?? -1];
    if (call === undefined || entersService(forest, index)) {
      if (call !== undefined) hasCallees.add(call);
      call = openCall(trace, forest, index, span, call);
      calls.push(call);
    }
    callOf[index] = call;
    call.spans.push(span);
    const isLeaf = call.spans.length > 1 && (forest.firstChild[index] ?? -1) < 0;
    if ((call.failed && !isLeaf) || !isFailingSpan(span)) continue;
    call.failed = true;
    if (isLeaf && span.kind !== 'producer' && span.kind !== 'consumer') {
      failedLeaves.push({ call, span, offsetMs: forest.startMs[index] ?? 0 });
    }
  }
  const waits = new Map<Call, CoveredTime>();
  for (const call of hasCallees) waits.set(call, waitingTime(call, forest));
  for (const index of forest.order) {
    const call = callOf[index];
    if (call !== undefined) call.selfMs += selfTime(forest, index, waits.get(call));
  }
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
    via: waits ? forest.spans[above]?.operation : undefined,
    isUnanswered: false,
    hasUnansweredCall: false,
    offsetMs: start,
    durationMs,
    callees: [],
    spans: [],
    selfMs: 0,
    waitMs: waits ? (forest.spans[above]?.durationNs ?? 0) / 1e6 - durationMs : undefined,
    leadMs: waits ? start - (forest.startMs[above] ?? 0) : undefined,
    failed: false,
    ownError: false,
    failedBelow: false,
    statements: [],
    places: [],
    errors: [],
    loggedNewError: false,
  };
  parent?.callees.push(call);
  return call;
}

/** When the call waits for other services: spans that do nothing else, and what they enter. */
function waitingTime(call: Call, forest: SpanForest): CoveredTime {
  const outgoing: [number, number][] = [];
  for (const span of call.spans) {
    const index = forest.indexOf.get(span.spanId) ?? -1;
    if (isClientSide(forest, index)) outgoing.push([forest.startMs[index] ?? 0, forest.endMs[index] ?? 0]);
    for (let child = forest.firstChild[index] ?? -1; child >= 0; child = forest.nextSibling[child] ?? -1) {
      if (!entersService(forest, child)) continue;
      const shift = clockShift(forest, child, index);
      outgoing.push([(forest.startMs[child] ?? 0) + shift, (forest.endMs[child] ?? 0) + shift]);
    }
  }
  return toCoveredTime(outgoing);
}

/**
 * A span's time less its children's, and less any time in which its call waits for another service: a reactive handler
 * stays open beside the call that it waits for. A span that only stands for a call has none; the call's wait is measured.
 */
function selfTime(forest: SpanForest, index: number, waiting: CoveredTime | undefined): number {
  if (waiting !== undefined && isClientSide(forest, index)) return 0;
  const start = forest.startMs[index] ?? 0;
  const end = forest.endMs[index] ?? start;
  let self = end - start - (waiting?.within(start, end) ?? 0);
  let until = start;
  for (let child = forest.firstChild[index] ?? -1; child >= 0; child = forest.nextSibling[child] ?? -1) {
    const shift = clockShift(forest, child, index);
    const from = Math.max((forest.startMs[child] ?? 0) + shift, until);
    const to = Math.min((forest.endMs[child] ?? 0) + shift, end);
    if (to <= from) continue;
    self -= to - from - (waiting?.within(from, to) ?? 0);
    until = to;
  }
  return Math.max(0, self);
}
