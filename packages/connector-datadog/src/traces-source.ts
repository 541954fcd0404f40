import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type Provenance,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import { toTraceId } from '@midwatch/core/otlp';
import { lowHalf, writtenTraceIds } from './datadog-ids.js';
import { isUnknownService } from './known-service.js';
import { readPages, toUnreadGap } from './read-pages.js';
import { anyOf, unaskedLabelGaps } from './search-text.js';
import type { SourceScope } from './source-scope.js';
import { readSpan } from './span-reader.js';
import { searchSpans } from './span-search.js';
import { toTraceSignals } from './trace-signals.js';

type TracesQuery = SignalQueryByKind['traces'];
type TracesBatch = SignalBatchV1<'traces'>;

/** Their spans come together, a thousand to a page; 300 requests an hour are for all that ask. */
const MAX_TRACES = 100;
const MAX_SPANS_PER_PAGE = 1000;
const MAX_PAGES = 10;
/** A trace's spans lie around the one that was found. */
const PADDING_MS = 15 * 60_000;

/** Traces by a search for spans, then all spans of the traces found; or by ids. */
export function createTracesSource(scope: SourceScope): SignalSourceV1<'traces'> {
  const { api, connectorId, links } = scope;

  function toProvenance(text: string, window: TimeWindow): Provenance {
    const queryId = toQueryId(connectorId, text, window);
    const url = links.toSearch('spans', text, window);
    return { queryId, language: 'datadog-spans', text, window, url };
  }

  async function readWhole(text: string, around: TimeWindow, call: CallContextV1) {
    const window = { startMs: around.startMs - PADDING_MS, endMs: around.endMs + PADDING_MS };
    const search = { api, product: 'spans', text, window, newestFirst: false } as const;
    const read = await readPages(
      { ...search, pageSize: MAX_SPANS_PER_PAGE, maxPages: MAX_PAGES, toItems: readSpan },
      () => false,
      () => around,
      call,
    );
    const isPartial = read.broken || read.gaps.some(({ reason }) => reason !== 'invalid-item');
    return { spans: read.items, gaps: read.gaps, isPartial };
  }

  async function bySearch(query: TracesQuery, call: CallContextV1): Promise<TracesBatch> {
    const { window } = query;
    const found = await searchSpans(query, api, call);
    const provenance = [toProvenance(found.text, window)];
    const queryId = provenance[0]?.queryId ?? '';
    if (found.traces.length === 0) {
      const unknown = found.gaps.length === 0 && (await isUnknownService(scope, 'spans', query, call));
      const detail = 'Datadog has no spans of a service with this name for a day';
      const gaps: Gap[] = unknown ? [...found.gaps, { reason: 'unmapped-target', detail }] : [...found.gaps];
      return { signals: [], gaps, provenance };
    }
    const text = `trace_id:${anyOf(found.traces.map(({ writtenTraceId }) => writtenTraceId))}`;
    const times = found.spans.map(({ timestampMs }) => timestampMs);
    const around = { startMs: Math.min(...times), endMs: Math.max(...times) + 1 };
    provenance.push(toProvenance(text, around));
    const whole = await readWhole(text, around, call).catch((error: unknown) => {
      if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
      return { spans: [], gaps: [toUnreadGap(error, window)], isPartial: true };
    });
    const chosen = new Set(found.traces.map(({ traceId }) => lowHalf(traceId)));
    const spans = [...found.spans, ...whole.spans].filter(({ traceId }) => chosen.has(lowHalf(traceId)));
    const frame = {
      connectorId,
      queryId,
      linkTo: links.toTrace,
      knownTraceIds: new Map(),
      partial: whole.isPartial,
    };
    const signals = toTraceSignals(spans, frame).filter(
      // A search finds spans of the window; a trace that began earlier belongs to the time before.
      ({ timestampMs }) => timestampMs >= window.startMs && timestampMs < window.endMs,
    );
    return { signals, gaps: [...found.gaps, ...whole.gaps, ...unaskedLabelGaps(query.target)], provenance };
  }

  async function byIds(
    ids: readonly string[],
    query: TracesQuery,
    call: CallContextV1,
  ): Promise<TracesBatch> {
    const unique = [...new Set(ids.flatMap((id) => toTraceId(id) ?? []))];
    const asked = unique.slice(0, query.limit);
    if (asked.length === 0) return { signals: [], gaps: [], provenance: [] };
    const text = `trace_id:${anyOf(asked.flatMap(writtenTraceIds))}`;
    const provenance = [toProvenance(text, query.window)];
    const { gaps, isPartial, spans } = await readWhole(text, query.window, call);
    const signals = toTraceSignals(spans, {
      connectorId,
      queryId: provenance[0]?.queryId ?? '',
      linkTo: links.toTrace,
      knownTraceIds: new Map(asked.map((traceId) => [lowHalf(traceId), traceId])),
      partial: isPartial,
    });
    return {
      signals,
      gaps: [...gaps, ...idGaps(asked.length - signals.length, unique.length - asked.length)],
      provenance,
    };
  }

  return {
    limits: { maxItems: MAX_TRACES },
    doQuery: (query, call) => {
      const limited = { ...query, limit: Math.min(query.limit, MAX_TRACES) };
      return query.traceIds === undefined ? bySearch(limited, call) : byIds(query.traceIds, limited, call);
    },
  };
}

function idGaps(absent: number, left: number): Gap[] {
  const gaps: Gap[] = [];
  if (absent > 0) {
    const missing = { count: absent, exact: true };
    gaps.push({
      reason: 'sampled',
      missing,
      detail: 'not indexed: no retention filter kept them, or they are too old',
    });
  }
  if (left > 0) {
    gaps.push({
      reason: 'budget',
      missing: { count: left, exact: true },
      detail: 'so many traces fit into a search',
    });
  }
  return gaps;
}
