import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  type TraceSignal,
  toQueryId,
} from '@midwatch/core';
import { matchesTarget, toTraceId } from '@midwatch/core/otlp';
import { chooseTraces } from './choose-traces.js';
import { type ReadTraces, readTraces } from './read-traces.js';
import { type SearchScope, searchTraces } from './trace-search.js';

type TraceQuery = SignalQueryByKind['traces'];
type TraceBatch = SignalBatchV1<'traces'>;

/** Each trace is a request: with three queries of an incident, and two requests in flight, more do not fit its 3 seconds. */
const MAX_TRACES = 25;
/** The server's default limit of 168 hours, less what rounding to whole seconds may add. */
const MAX_WINDOW_MS = 168 * 3_600_000 - 2000;
/** Where a service without traces in the window is looked for. */
const KNOWN_BACK_MS = 24 * 3_600_000;

/** Traces of Tempo by search or by id. */
export function createTraceSource(scope: SearchScope): SignalSourceV1<'traces'> {
  const { connectorId, api, linkTo } = scope;

  async function bySearch(query: TraceQuery, call: CallContextV1): Promise<TraceBatch> {
    const found = await searchTraces(query, scope, call);
    const { chosen, gaps: choiceGaps } = chooseTraces(found, query);
    const wanted = chosen.map(({ traceId, queryId, timestampMs, durationMs }) => ({
      ...{ traceId, queryId },
      window: { startMs: timestampMs, endMs: timestampMs + durationMs },
    }));
    const read = await readTraces(wanted, api, connectorId, call);
    const signals = read.traces.filter(createTraceFilter(query, read));
    const gaps: Gap[] = [...found.gaps, ...choiceGaps, ...read.gaps];
    if (read.absent > 0) {
      const missing = { count: read.absent, exact: true };
      gaps.push({ reason: 'page-failure', missing, detail: 'found by search, but not by their ids' });
    }
    if (choiceGaps.length > 0 && signals.length < read.traces.length) {
      const detail = 'the server did not filter as asked, so wanted traces may lie behind those it gave';
      gaps.push({ reason: 'unsupported-filter', detail });
    }
    if (found.traces.length === 0) gaps.push(...(await unknownService(query, gaps, call)));
    return toBatch(signals, gaps, found.provenance);
  }

  /** Nothing found for a service that the server has not heard of for a day is no answer about that service. */
  async function unknownService(
    { target: { service }, window: { endMs } }: TraceQuery,
    gaps: readonly Gap[],
    call: CallContextV1,
  ): Promise<Gap[]> {
    if (service === undefined || gaps.some(({ reason }) => reason !== 'not-ingested-yet')) return [];
    const day = { startMs: endMs - KNOWN_BACK_MS, endMs };
    const services = await api.services(day, call).catch((error: unknown): readonly string[] => {
      if (ConnectorError.is(error) && error.code !== 'aborted') return [];
      throw error;
    });
    // Without a list nothing speaks against the name.
    if (services.length === 0 || services.includes(service)) return [];
    return [
      { reason: 'unmapped-target', detail: 'Tempo has no traces of a service with this name for a day' },
    ];
  }

  async function byIds(ids: readonly string[], query: TraceQuery, call: CallContextV1): Promise<TraceBatch> {
    const { window, limit } = query;
    const unique = [...new Set(ids.flatMap((id) => toTraceId(id) ?? []))];
    const asked = unique.slice(0, limit).map((traceId) => {
      const text = `GET /api/v2/traces/${traceId}`;
      return { traceId, window, text, queryId: toQueryId(connectorId, text, window) };
    });
    const { traces, absent, gaps: readGaps } = await readTraces(asked, api, connectorId, call);
    const gaps = [...readGaps];
    if (absent > 0) {
      const missing = { count: absent, exact: true };
      gaps.push({
        reason: 'sampled',
        missing,
        detail: 'not stored: sampled out, or older than what is kept',
      });
    }
    if (asked.length < unique.length) {
      const missing = { count: unique.length - asked.length, exact: true };
      gaps.push({ reason: 'budget', missing, detail: 'each trace by its id is a request' });
    }
    const provenance = asked.map(({ traceId, text, queryId }) => {
      const url = linkTo === undefined ? {} : { url: linkTo(traceId, window) };
      return { queryId, language: 'http', text, window, ...url };
    });
    return toBatch(traces, gaps, provenance);
  }

  function toBatch(
    traces: readonly TraceSignal[],
    gaps: readonly Gap[],
    provenance: TraceBatch['provenance'],
  ): TraceBatch {
    const ascending = [...traces].sort((one, other) => one.timestampMs - other.timestampMs);
    const signals = ascending.map((trace) => {
      const around = { startMs: trace.timestampMs - 60_000, endMs: trace.timestampMs + 60_000 };
      return linkTo === undefined ? trace : { ...trace, url: linkTo(trace.traceId, around) };
    });
    return { signals, gaps, provenance };
  }

  return {
    limits: { maxItems: MAX_TRACES, maxWindowMs: MAX_WINDOW_MS },
    doQuery: (query, call) => {
      const limited = { ...query, limit: Math.min(query.limit, MAX_TRACES) };
      return query.traceIds === undefined ? bySearch(limited, call) : byIds(query.traceIds, limited, call);
    },
  };
}

/** What the search may not have seen: a trace's first span, the place that its spans tell, servers that filter otherwise. */
function createTraceFilter(query: TraceQuery, { partialIds }: ReadTraces): (trace: TraceSignal) => boolean {
  const { window, target, onlyErrors, minDurationMs = 0 } = query;
  return ({ traceId, timestampMs, spans }) => {
    if (timestampMs < window.startMs || timestampMs >= window.endMs) return false;
    // What the search found in it may be among what the server left out.
    if (partialIds.has(traceId)) return true;
    if (onlyErrors === true && !spans.some(({ status }) => status === 'error')) return false;
    return spans.some(
      (span) =>
        span.durationNs >= minDurationMs * 1e6 &&
        (target.operation === undefined || span.operation === target.operation) &&
        matchesTarget(target, span.service, span.attributes),
    );
  };
}
