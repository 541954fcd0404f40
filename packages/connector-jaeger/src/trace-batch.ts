import type { Gap, SignalBatchV1, SignalQueryByKind, TraceSignal } from '@midwatch/core';
import { keepWithinLimit, matchesTarget } from '@midwatch/core/otlp';
import type { Answer } from './sent-request.js';
import { isCutTrace } from './span-warnings.js';

type TraceQuery = SignalQueryByKind['traces'];

/** The traces of all answers as one batch: each once, in order, cut to the limit, with what is missing. */
export function toTraceBatch(
  answers: readonly Answer[],
  query: TraceQuery,
  isWanted: (trace: TraceSignal) => boolean,
  webUrl: string | undefined,
): SignalBatchV1<'traces'> {
  const found = new Map(
    answers.flatMap(({ traces }) =>
      traces.map((trace) => [trace.traceId, isCutTrace(trace) ? { ...trace, complete: false } : trace]),
    ),
  );
  const wanted = [...found.values()]
    .filter(isWanted)
    .sort((left, right) => left.timestampMs - right.timestampMs);
  const kept = keepWithinLimit(wanted, query);
  const cut = answers.filter((answer) => answer.cut).length;
  return {
    signals: kept.signals.map((trace) =>
      webUrl === undefined ? trace : { ...trace, url: `${webUrl}/trace/${trace.traceId}` },
    ),
    gaps: [
      ...(cut > 0 ? cutGaps(cut, query, found.size - wanted.length) : kept.gaps),
      ...answerGaps(answers),
      ...cutTraceGaps(kept.signals),
    ],
    provenance: answers.map(({ provenance }) => provenance),
  };
}

/** Jaeger neither says that there are more traces, nor promises which ones it gives. */
function cutGaps(cut: number, query: TraceQuery, unwanted: number): Gap[] {
  const missing = { count: cut, exact: false };
  const gaps: Gap[] = [
    { reason: 'sampled', missing, detail: 'Jaeger gives about the newest traces of a search' },
  ];
  const filtered = query.onlyErrors === true || query.minDurationMs !== undefined;
  if (filtered && unwanted > 0) {
    const detail = 'the server did not filter as asked, so wanted traces may lie behind those it gave';
    gaps.push({ reason: 'unsupported-filter', detail });
  }
  return gaps;
}

function answerGaps(answers: readonly Answer[]): Gap[] {
  const gaps: Gap[] = [];
  const invalid = answers.reduce((sum, { invalidItems }) => sum + invalidItems, 0);
  if (invalid > 0) {
    gaps.push({
      reason: 'invalid-item',
      missing: { count: invalid, exact: true },
      detail: 'spans that could not be read',
    });
  }
  if (answers.some(({ partial }) => partial)) {
    gaps.push({ reason: 'shard-failure', detail: 'the server named errors beside what it found' });
  }
  return gaps;
}

function cutTraceGaps(traces: readonly TraceSignal[]): Gap[] {
  if (!traces.some(isCutTrace)) return [];
  const detail = 'traces that are larger than the server gives out: spans of them are missing';
  return [{ reason: 'byte-limit', detail }];
}

/** What a search has to check again: a trace's own time, and the filters that a server may not know. */
export function createTraceFilter(query: TraceQuery): (trace: TraceSignal) => boolean {
  const { window, target, onlyErrors, minDurationMs = 0 } = query;
  return ({ timestampMs, spans }) => {
    // A search finds traces with a span in the window; one that began earlier belongs to the time before.
    if (timestampMs < window.startMs || timestampMs >= window.endMs) return false;
    if (onlyErrors === true && !spans.some(({ status }) => status === 'error')) return false;
    return spans.some(
      (span) =>
        span.durationNs >= minDurationMs * 1e6 &&
        (target.operation === undefined || span.operation === target.operation) &&
        matchesTarget(target, span.service, span.attributes),
    );
  };
}
