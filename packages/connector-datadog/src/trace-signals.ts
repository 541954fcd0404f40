import { createSignalIds, type TraceSignal } from '@midwatch/core';
import { compareNanoseconds, nanosecondsToMs } from '@midwatch/core/otlp';
import { lowHalf } from './datadog-ids.js';
import type { FoundSpan } from './span-reader.js';

export interface TraceFrame {
  readonly connectorId: string;
  readonly queryId: string;
  readonly linkTo: (traceId: string) => string;
  /** Asked for under these, in full, by their low 64 bits. */
  readonly knownTraceIds: ReadonlyMap<string, string>;
  /** Not all spans of these traces were read. */
  readonly partial: boolean;
}

/**
 * Spans as traces, ascending. Of a trace of 128 bits only some spans tell the high half, so the low one is what they have in
 * common. A trace is complete when it begins with a span without a parent and all parents are there: only indexed
 * spans are found.
 */
export function toTraceSignals(found: readonly FoundSpan[], frame: TraceFrame): readonly TraceSignal[] {
  const groups = new Map<string, FoundSpan[]>();
  for (const one of found) {
    const key = lowHalf(one.traceId);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const toId = createSignalIds(frame.connectorId, 'traces');
  return [...groups]
    .map(([key, group]) => toTraceSignal(frame.knownTraceIds.get(key) ?? fullest(group), group, frame, toId))
    .sort(
      (one, other) =>
        compareNanoseconds(one.timeUnixNano, other.timeUnixNano) || (one.id < other.id ? -1 : 1),
    );
}

function fullest(group: readonly FoundSpan[]): string {
  const isFull = ({ traceId }: FoundSpan) => !traceId.startsWith('0'.repeat(16));
  return (group.find(isFull) ?? group[0])?.traceId ?? '';
}

function toTraceSignal(
  traceId: string,
  group: readonly FoundSpan[],
  frame: TraceFrame,
  toId: (...parts: readonly string[]) => string,
): TraceSignal {
  const unique = new Map(group.map(({ span }) => [span.spanId, span]));
  const spans = [...unique.values()].sort(
    (one, other) => compareNanoseconds(one.startNs, other.startNs) || other.durationNs - one.durationNs,
  );
  const isWhole = spans.every(({ parentSpanId }) => parentSpanId === undefined || unique.has(parentSpanId));
  const startNs = spans[0]?.startNs ?? '0';
  return {
    kind: 'traces',
    id: toId(traceId),
    timestampMs: nanosecondsToMs(startNs),
    timeUnixNano: startNs,
    connectorId: frame.connectorId,
    queryId: frame.queryId,
    url: frame.linkTo(traceId),
    traceId,
    complete: isWhole && !frame.partial,
    spans,
  };
}
