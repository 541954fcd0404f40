import type { Gap, SignalQueryByKind, Span, TraceSignal } from '@midwatch/core';
import { matchesTarget } from '@midwatch/core/otlp';
import { type Found, targetConditions } from './query-file.js';
import { sliceWindow } from './time-slice.js';

type TraceQuery = SignalQueryByKind['traces'];

/** The traces that a query asks for. The duration asked for is that of a span of the target. */
export function findTraces(all: readonly TraceSignal[], query: TraceQuery): Found<TraceSignal> {
  const { target, onlyErrors, minDurationMs, traceIds } = query;
  const ids = traceIds === undefined ? undefined : new Set(traceIds);
  const minDurationNs = (minDurationMs ?? 0) * 1e6;
  // A file whose spans tell nothing about failure cannot be asked for failed ones.
  const tellsErrors = onlyErrors !== true || all.some(({ spans }) => spans.some(tellsStatus));
  const signals = sliceWindow(all, query.window, ({ timestampMs }) => timestampMs).filter((trace) => {
    if (ids !== undefined && !ids.has(trace.traceId)) return false;
    if (onlyErrors === true && tellsErrors && !trace.spans.some(hasFailed)) return false;
    return trace.spans.some(
      (span) =>
        span.durationNs >= minDurationNs &&
        (target.operation === undefined || target.operation === span.operation) &&
        matchesTarget(target, span.service, span.attributes),
    );
  });
  return {
    signals,
    gaps: errorGaps(tellsErrors),
    conditions: [
      ...targetConditions(query),
      ...(onlyErrors === true ? ['failed'] : []),
      ...(minDurationMs === undefined ? [] : [`at least ${minDurationMs} ms`]),
      ...(ids === undefined ? [] : [`of ids ${[...ids].join(' ')}`]),
    ],
  };
}

function errorGaps(tellsErrors: boolean): Gap[] {
  if (tellsErrors) return [];
  return [
    {
      reason: 'unsupported-filter',
      detail: 'no span in the file has a status, so failed ones cannot be told',
    },
  ];
}

function tellsStatus(span: Span): boolean {
  return span.status !== undefined || hasFailed(span);
}

function hasFailed({ status, attributes }: Span): boolean {
  if (status === 'error' || attributes['error'] === true || attributes['error'] === 'true') return true;
  if (attributes['exception.type'] !== undefined || attributes['error.type'] !== undefined) return true;
  return Number(attributes['http.response.status_code'] ?? attributes['http.status_code'] ?? 0) >= 500;
}
