import {
  type CallContextV1,
  ConnectorError,
  createSignalIds,
  type Gap,
  type LogSignal,
  type Provenance,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  toQueryId,
} from '@midwatch/core';
import { compareNanoseconds, keepWithinLimit } from '@midwatch/core/otlp';
import { isUnknownService } from './known-service.js';
import { toLogSearches } from './log-query.js';
import { createLogReader, type LogLine, toKnownTraceIds, toLogSignal } from './log-signals.js';
import { type FoundLines, readLines } from './read-lines.js';
import { toUnreadGap } from './read-pages.js';
import { unaskedLabelGaps } from './search-text.js';
import type { SourceScope } from './source-scope.js';
import { spreadLines } from './spread-lines.js';

type LogsQuery = SignalQueryByKind['logs'];

/** Eleven pages: whole calls of a busy window's traces are asked for by 10,000 lines. */
const MAX_ITEMS = 10_000;

/** Log lines by search; all pages of it, or a spread over the window. */
export function createLogsSource(scope: SourceScope): SignalSourceV1<'logs'> {
  const { api, connectorId, links } = scope;

  async function doQuery(query: LogsQuery, call: CallContextV1): Promise<SignalBatchV1<'logs'>> {
    const { window, keep } = query;
    const limit = Math.min(query.limit, MAX_ITEMS);
    const read = createLogReader(query);
    const provenance: Provenance[] = [];
    const found: (FoundLines & { readonly queryId: string })[] = [];
    // One after the other: the searches of many trace ids share one small rate limit.
    for (const text of toLogSearches(query)) {
      const queryId = toQueryId(connectorId, text, window);
      const url = links.toSearch('logs', text, window);
      provenance.push({ queryId, language: 'datadog-logs', text, window, url });
      const search = { api, text, window, limit, read };
      const lines = await (keep === 'spread'
        ? spreadLines(search, call)
        : readLines({ ...search, keep }, call)
      ).catch((error: unknown): FoundLines => {
        if (found.length === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
        return { lines: [], gaps: [toUnreadGap(error, window)] };
      });
      found.push({ ...lines, queryId });
    }
    const { lines, gaps } = merge(found, query, limit);
    const toId = createSignalIds(connectorId, 'logs');
    const knownTraceIds = toKnownTraceIds(query.traceIds);
    const signals = lines.map(({ line, queryId }): LogSignal => {
      const linkTo = (one: LogLine) => links.toLog(one.id, one.timestampMs);
      return toLogSignal(line, { connectorId, queryId, toId, linkTo, knownTraceIds });
    });
    const unknown =
      signals.length === 0 && gaps.length === 0 && (await isUnknownService(scope, 'logs', query, call));
    const unmapped: Gap[] = unknown
      ? [{ reason: 'unmapped-target', detail: 'Datadog has no logs of a service with this name for a day' }]
      : [];
    const operation: Gap[] =
      query.target.operation === undefined
        ? []
        : [{ reason: 'unsupported-filter', detail: 'lines do not tell their operation' }];
    return {
      signals,
      gaps: [...gaps, ...unmapped, ...operation, ...unaskedLabelGaps(query.target)],
      provenance,
    };
  }
  return { limits: { maxItems: MAX_ITEMS }, doQuery };
}

interface PlacedLine {
  readonly line: LogLine;
  readonly queryId: string;
  readonly timestampMs: number;
}

/** The lines of all searches, each once, in time, within the limit. */
function merge(
  found: readonly (FoundLines & { readonly queryId: string })[],
  { window, keep }: LogsQuery,
  limit: number,
): { readonly lines: readonly PlacedLine[]; readonly gaps: readonly Gap[] } {
  const gaps = found.flatMap((one) => one.gaps);
  const byId = new Map<string, PlacedLine>();
  for (const { lines, queryId } of found) {
    for (const line of lines) {
      if (!byId.has(line.id)) byId.set(line.id, { line, queryId, timestampMs: line.timestampMs });
    }
  }
  const ascending = [...byId.values()].sort((one, other) => byTime(one.line, other.line));
  const kept = keepWithinLimit(ascending, { window, keep, limit });
  return { lines: kept.signals, gaps: [...gaps, ...kept.gaps] };
}

/** Many lines have the same millisecond: their ids keep them in one order. */
function byTime(one: LogLine, other: LogLine): number {
  return compareNanoseconds(one.timeNs, other.timeNs) || (one.id < other.id ? -1 : 1);
}
