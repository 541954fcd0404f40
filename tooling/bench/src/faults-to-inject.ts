import type { LogSignal, MetricSignal, Span, TraceSignal } from '@midwatch/core';

type Spans = readonly Span[];

/** A request after the fault: its spans, and the lines that were written because of it. */
export interface FaultyRequest {
  readonly spans: Spans;
  readonly lines: readonly LogSignal[];
}

/** What goes wrong with one service. */
export interface Fault {
  /** `entries`: the spans by which the service is entered. */
  readonly toFaulty: (trace: TraceSignal, entries: Spans) => FaultyRequest;
  /** What a metric of the service shows meanwhile. */
  readonly toFaultyValue?: (value: number, metric: MetricSignal) => number;
}

const SLOWER_MS = 1500;
const NETWORK_MS = 200;
/** How many times longer own work takes on a starved CPU. */
const STARVED = 6;

export const faults: Readonly<Record<string, Fault>> = {
  /** The service works longer before it answers. */
  'slow-work': {
    toFaulty: ({ spans }, entries) => ({
      spans: entries.reduce<Spans>((before, entry) => lengthen(before, entry.spanId, SLOWER_MS * 1e6), spans),
      lines: [],
    }),
  },
  /** The service answers at once: what it would have called, and written there, is gone. */
  'early-return': {
    toFaulty: ({ spans }, entries) => {
      const below = descendantsOf(spans, entries);
      return { spans: spans.filter(({ spanId }) => !below.has(spanId)), lines: [] };
    },
  },
  /** All that the service sends arrives later: its answers, and what it asks of others. */
  'network-delay': {
    toFaulty: ({ spans }, entries) => ({
      spans: [...entries, ...callsOut(spans, entries)].reduce<Spans>(
        (before, { spanId }) => delayAnswer(before, spanId, NETWORK_MS * 1e6),
        spans,
      ),
      lines: [],
    }),
  },
  /** All own work of the service takes several times as long. */
  'starved-cpu': {
    toFaulty: ({ spans }, entries) => ({
      spans: spans
        .filter(({ service }) => service === entries[0]?.service)
        .reduce<Spans>(
          (before, span) => lengthen(before, span.spanId, (STARVED - 1) * ownWorkNs(spans, span)),
          spans,
        ),
      lines: [],
    }),
    toFaultyValue: (value, { role, unit }) =>
      role !== 'cpu.usage' ? value : unit === '%' ? 95 - (value % 3) : value * STARVED ** 2,
  },
  /** The service fails after its work is done, says so, and fails everybody above it. */
  exception: {
    toFaulty: ({ spans, ...trace }, entries) => {
      const failing = new Set(entries.flatMap((entry) => [entry.spanId, ...ancestorsOf(spans, entry)]));
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      return {
        spans: spans.map((span) => (failing.has(span.spanId) ? { ...span, status: 'error' } : span)),
        lines: entries.flatMap((entry) => {
          const caller = byId.get(entry.parentSpanId ?? '');
          const own = 'java.lang.IllegalStateException: no element at cursor';
          const line = (span: Span, body: string) => toLine(trace, span, body);
          return [
            line(entry, own),
            ...(caller ? [line(caller, `500 Server Error from ${entry.service}`)] : []),
          ];
        }),
      };
    },
  },
};

/** The span, and all that waits for it, ends later; what came after begins later. */
function lengthen(spans: Spans, spanId: string, extraNs: number): Spans {
  return delay(spans, spanId, extraNs, true);
}

/** Whoever waits for the span hears of its end later. */
function delayAnswer(spans: Spans, spanId: string, extraNs: number): Spans {
  return delay(spans, spanId, extraNs, false);
}

function delay(spans: Spans, spanId: string, extraNs: number, isOwn: boolean): Spans {
  const late = spans.find((span) => span.spanId === spanId);
  if (late === undefined || extraNs <= 0) return spans;
  const above = ancestorsOf(spans, late);
  const endNs = BigInt(late.startNs) + BigInt(Math.round(late.durationNs));
  return spans.map((span) => {
    if ((isOwn && span === late) || above.has(span.spanId)) {
      return { ...span, durationNs: span.durationNs + extraNs };
    }
    if (span === late || BigInt(span.startNs) < endNs) return span;
    return { ...span, startNs: (BigInt(span.startNs) + BigInt(Math.round(extraNs))).toString() };
  });
}

/** The spans of other services that these lead to directly. */
function callsOut(spans: Spans, entries: Spans): Spans {
  const service = entries[0]?.service;
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.filter(
    (span) => span.service !== service && byId.get(span.parentSpanId ?? '')?.service === service,
  );
}

function ownWorkNs(spans: Spans, { spanId, durationNs }: Span): number {
  let own = durationNs;
  for (const span of spans) if (span.parentSpanId === spanId) own -= span.durationNs;
  return Math.max(0, own);
}

function descendantsOf(spans: Spans, from: Spans): ReadonlySet<string> {
  const above = new Set(from.map(({ spanId }) => spanId));
  const below = new Set<string>();
  for (let before = -1; before !== below.size; ) {
    before = below.size;
    for (const { spanId, parentSpanId = '' } of spans) {
      if (above.has(parentSpanId) || below.has(parentSpanId)) below.add(spanId);
    }
  }
  return below;
}

function ancestorsOf(spans: Spans, from: Span): ReadonlySet<string> {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const above = new Set<string>();
  let next = byId.get(from.parentSpanId ?? '');
  while (next !== undefined && !above.has(next.spanId)) {
    above.add(next.spanId);
    next = byId.get(next.parentSpanId ?? '');
  }
  return above;
}

function toLine(
  { traceId, connectorId, queryId }: Pick<TraceSignal, 'traceId' | 'connectorId' | 'queryId'>,
  { service, spanId, startNs, durationNs }: Span,
  body: string,
): LogSignal {
  const endNs = BigInt(startNs) + BigInt(Math.round(durationNs));
  return {
    kind: 'logs',
    id: `${spanId}-failed`,
    timestampMs: Number(endNs / 1_000_000n),
    timeUnixNano: endNs.toString(),
    connectorId,
    queryId,
    body,
    level: 'error',
    service,
    attributes: {},
    traceId,
    spanId,
  };
}
