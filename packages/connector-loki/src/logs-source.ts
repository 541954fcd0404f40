import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type LogLevel,
  type Provenance,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  toQueryId,
} from '@midwatch/core';
import * as z from 'zod';
import { createLabelMemory } from './label-memory.js';
import { isAtLeast } from './log-level.js';
import { hasLevelLabel, levelOf, toLogSignals } from './log-signals.js';
import { type LogQuery, toLogQl } from './logql.js';
import type { LokiApi } from './loki-api.js';
import type { LabelOptions } from './loki-labels.js';
import { withLevelLabel, withLevelWords, withTraceIds } from './loki-query.js';
import { mergeLines, type ReadOfQuery } from './merge-lines.js';
import { readLines, unreadGap } from './read-lines.js';
import { spreadLines } from './spread-lines.js';
import { selectTarget } from './target-selection.js';

type LogsQuery = SignalQueryByKind['logs'];

export interface LogsSourceOptions extends LabelOptions {
  readonly connectorId: string;
  readonly api: LokiApi;
  /** The server's `max_entries_limit_per_query`. */
  readonly maxEntriesPerRequest: number;
  /** Trace ids: core asks for 64 at once, which are 9 KB; an address holds fewer. */
  readonly maxIdsPerQuery: number;
  readonly linkTo: ((logQl: string, window: LogsQuery['window']) => string) | undefined;
}

/** One below Loki's default cap of 5,000 entries, since one line more than wanted is asked for. */
const MAX_ITEMS = 4999;
/** Loki's default `max_query_length` of 30 days and an hour, above which it refuses a query. */
const MAX_WINDOW_MS = 721 * 3_600_000;
/** Keeps a page of long lines below the cap on bodies. */
const MAX_PAGE = 2500;

/** `native: { loki: { query: '{app="x"} | json | status >= 500' } }` replaces the built query. */
const nativeSchema = z.object({ query: z.string().min(1) });

/** A query as text, with the gaps its making left. */
interface Prepared {
  readonly queries: readonly (LogQuery | string)[];
  readonly gaps: readonly Gap[];
  readonly serviceLabel: string | undefined;
  /** Set when nothing can be asked: what was tried. */
  readonly lookup?: string;
}

export function createLogsSource(options: LogsSourceOptions): SignalSourceV1<'logs'> {
  const { api, connectorId, linkTo } = options;
  const pageSize = Math.min(options.maxEntriesPerRequest, MAX_PAGE);
  const memory = createLabelMemory();
  // Once seen, labelled levels are a property of the server: an empty answer then needs no second look.
  let levelsAreLabelled = false;

  async function prepare(query: LogsQuery, call: CallContextV1): Promise<Prepared> {
    const native = query.native?.[connectorId];
    if (native !== undefined)
      return { queries: [parseNative(native, connectorId)], gaps: [], serviceLabel: undefined };
    const selection = await selectTarget(api, query.target, query.window, options, memory, call);
    const { gaps, lookup, selector, serviceLabel } = selection;
    if (selector === undefined) return { queries: [], gaps, serviceLabel, lookup };
    const base: LogQuery = { selector, filters: selection.filters, contains: query.contains ?? [] };
    if (query.traceIds === undefined) return { queries: [base], gaps, serviceLabel };
    const traced = withTraceIds(base, query.traceIds, options.maxIdsPerQuery);
    return { queries: traced.queries, gaps: [...gaps, ...traced.gaps], serviceLabel };
  }

  async function doQuery(query: LogsQuery, call: CallContextV1): Promise<SignalBatchV1<'logs'>> {
    const { window } = query;
    const limit = Math.min(query.limit, MAX_ITEMS);
    const provenance = new Map<string, Provenance>();
    const record = (text: string, language = 'logql') => {
      const queryId = toQueryId(connectorId, text, window);
      const link = language === 'logql' && linkTo !== undefined ? { url: linkTo(text, window) } : {};
      provenance.set(queryId, { queryId, language, text, window, ...link });
      return queryId;
    };

    async function read(logQl: string): Promise<ReadOfQuery> {
      const queryId = record(logQl);
      const { keep } = query;
      if (keep !== 'spread') {
        return { queryId, ...(await readLines(api, { logQl, window, limit, keep }, pageSize, call)) };
      }
      const { countQl, ...result } = await spreadLines(api, { logQl, window, limit }, pageSize, call);
      if (countQl !== undefined) record(countQl);
      return { queryId, ...result };
    }

    async function readAtLevel(base: LogQuery, minimum: LogLevel): Promise<ReadOfQuery> {
      const labelled = await read(toLogQl(withLevelLabel(base, minimum)));
      levelsAreLabelled ||= labelled.lines.some((line) =>
        Object.hasOwn({ ...line.stream, ...line.metadata }, 'detected_level'),
      );
      if (labelled.lines.length > 0 || labelled.gaps.length > 0 || levelsAreLabelled) return labelled;
      // Nothing at this level, or no levels here at all: one line of any level tells.
      const { lines } = await readLines(
        api,
        { logQl: toLogQl(base), window, limit: 1, keep: 'newest' },
        pageSize,
        call,
      );
      const [line] = lines;
      if (line === undefined || hasLevelLabel(line)) return labelled;
      const byWords = await read(toLogQl(withLevelWords(base, minimum)));
      const detail = `lines carry no level here: chosen by words such as ${minimum}`;
      return {
        ...byWords,
        lines: byWords.lines.filter((one) => isAtLeast(levelOf(one) ?? minimum, minimum)),
        gaps: [...byWords.gaps, { reason: 'unsupported-filter', detail }],
      };
    }

    const prepared = await prepare(query, call);
    if (prepared.lookup !== undefined) record(prepared.lookup, 'http');
    const { minLevel } = query;
    const results = await settleReads(
      prepared.queries.map((one) => {
        if (typeof one === 'string') return read(one);
        return minLevel === undefined || minLevel === 'trace'
          ? read(toLogQl(one))
          : readAtLevel(one, minLevel);
      }),
      window,
    );
    const merged = mergeLines(results.reads, limit, query.keep);
    const signals = toLogSignals(merged.lines, {
      connectorId,
      queryIdOf: (line) => merged.queryIds.get(line.key) ?? '',
      serviceLabel: prepared.serviceLabel,
    });
    return {
      signals,
      gaps: [...prepared.gaps, ...merged.gaps, ...results.gaps],
      provenance: [...provenance.values()],
    };
  }

  return { limits: { maxItems: MAX_ITEMS, maxWindowMs: MAX_WINDOW_MS }, doQuery };
}

function parseNative(native: unknown, connectorId: string): string {
  const parsed = nativeSchema.safeParse(native);
  if (parsed.success) return parsed.data.query;
  throw new ConnectorError({ code: 'bad-query', connectorId, message: '`native` must be { query: LogQL }' });
}

/** Rejects only when no query was answered, or the caller gave up. */
async function settleReads(
  reads: readonly Promise<ReadOfQuery>[],
  window: LogsQuery['window'],
): Promise<{ readonly reads: readonly ReadOfQuery[]; readonly gaps: readonly Gap[] }> {
  const settled = await Promise.allSettled(reads);
  const done = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const gaps: Gap[] = [];
  for (const failure of failures) {
    if (done.length === 0 || !ConnectorError.is(failure) || failure.code === 'aborted') throw failure;
    gaps.push(unreadGap(failure, window));
  }
  return { reads: done, gaps };
}
