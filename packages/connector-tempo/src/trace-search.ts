import {
  type CallContextV1,
  type Gap,
  type Provenance,
  type SignalQueryByKind,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import { toGapReason } from './failed-requests.js';
import { type SearchSlice, toSearchSlices } from './search-slices.js';
import type { SearchResult, TempoApi, TraceSummary } from './tempo-api.js';
import { toTraceQl } from './traceql.js';

type TraceQuery = SignalQueryByKind['traces'];

/** A trace that a search found, to be read by its id. */
export interface FoundTrace extends TraceSummary {
  readonly queryId: string;
}

export interface FoundTraces {
  /** Ascending in time, each once. */
  readonly traces: readonly FoundTrace[];
  /** Slices that hold more traces than were looked at. */
  readonly cutSlices: number;
  readonly gaps: readonly Gap[];
  readonly provenance: readonly Provenance[];
}

interface SliceAnswer extends SearchResult {
  readonly traces: readonly FoundTrace[];
  readonly cut: boolean;
  readonly provenance: Provenance;
}

export interface SearchScope {
  readonly connectorId: string;
  readonly api: TempoApi;
  readonly linkTo: ((traceQl: string, window: TimeWindow) => string) | undefined;
}

/** Tempo's `query_end_cutoff` in 3.0; 2.10 was seen to need 13 s. By its id a trace is there at once. */
const SEARCHABLE_AFTER_MS = 30_000;

/** Searches the slices of a window. Rejects when none was answered; one of several that fails is a gap. */
export async function searchTraces(
  query: TraceQuery,
  scope: SearchScope,
  call: CallContextV1,
): Promise<FoundTraces> {
  const provenance: Provenance[] = [];
  let found: FoundTraces = { traces: [], cutSlices: 0, gaps: [], provenance };
  for (const traceQl of toTraceQl(query)) {
    found = await searchSlices(traceQl, query, scope, call);
    provenance.push(...found.provenance);
    if (found.traces.length > 0 || found.gaps.some(({ reason }) => reason !== 'not-ingested-yet')) break;
  }
  return { ...found, provenance };
}

async function searchSlices(
  traceQl: string,
  query: TraceQuery,
  scope: SearchScope,
  call: CallContextV1,
): Promise<FoundTraces> {
  const slices = toSearchSlices(query);
  const ask = (slice: SearchSlice) => searchSlice(traceQl, slice, scope, call);
  const settled =
    query.keep === 'oldest'
      ? await inTurn(slices, query.limit, ask)
      : await Promise.allSettled(slices.map(ask));

  const answers: SliceAnswer[] = [];
  const gaps: Gap[] = [];
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') {
      answers.push(result.value);
      continue;
    }
    const window = slices[index]?.window ?? query.window;
    gaps.push({
      reason: toGapReason(result.reason),
      window,
      detail: `one of ${settled.length} searches failed`,
    });
  }
  const failed = settled.find((result) => result.status === 'rejected');
  if (answers.length === 0 && failed !== undefined) throw failed.reason;
  const unique = new Map(answers.flatMap(({ traces }) => traces.map((trace) => [trace.traceId, trace])));
  return {
    traces: [...unique.values()].sort((one, other) => one.timestampMs - other.timestampMs),
    cutSlices: answers.filter(({ cut }) => cut).length,
    gaps: [...gaps, ...answerGaps(answers), ...freshnessGaps(answers, query.window)],
    provenance: answers.map((answer) => answer.provenance),
  };
}

async function searchSlice(
  traceQl: string,
  { window, depth }: SearchSlice,
  { connectorId, api, linkTo }: SearchScope,
  call: CallContextV1,
): Promise<SliceAnswer> {
  const queryId = toQueryId(connectorId, traceQl, window);
  const result = await api.search({ traceQl, window, limit: depth + 1 }, call);
  // A search finds traces with a span in the window; one that began earlier belongs to the time before.
  const traces = result.traces
    .filter(({ timestampMs }) => timestampMs >= window.startMs && timestampMs < window.endMs)
    .map((trace) => ({ ...trace, queryId }));
  // The newest come first: when there are some from before the window, all that lie in it have come.
  const reachesStart = result.traces.some(({ timestampMs }) => timestampMs < window.startMs);
  const url = linkTo === undefined ? {} : { url: linkTo(traceQl, window) };
  const provenance = { queryId, language: 'traceql', text: traceQl, window, ...url };
  return { ...result, traces, cut: result.traces.length > depth && !reachesStart, provenance };
}

/** One slice after the other, until more than `limit` traces are there. */
async function inTurn(
  slices: readonly SearchSlice[],
  limit: number,
  ask: (slice: SearchSlice) => Promise<SliceAnswer>,
): Promise<PromiseSettledResult<SliceAnswer>[]> {
  const settled: PromiseSettledResult<SliceAnswer>[] = [];
  let found = 0;
  for (const slice of slices) {
    const [result] = await Promise.allSettled([ask(slice)]);
    settled.push(result);
    if (result.status === 'fulfilled') found += result.value.traces.length;
    if (found > limit) break;
  }
  return settled;
}

function answerGaps(answers: readonly SliceAnswer[]): Gap[] {
  const invalid = answers.reduce((sum, { invalidItems }) => sum + invalidItems, 0);
  const gaps: Gap[] = answers
    .filter(({ partial }) => partial)
    .map(({ provenance: { window } }) => ({
      reason: 'shard-failure',
      window,
      detail: 'the server did not look at all blocks',
    }));
  if (invalid === 0) return gaps;
  const missing = { count: invalid, exact: true };
  return [...gaps, { reason: 'invalid-item', missing, detail: 'found traces without an id or a time' }];
}

/** The end of a window that a search cannot see yet, by the server's clock: the gap tells that end, and no more. */
function freshnessGaps(answers: readonly SliceAnswer[], { startMs, endMs }: TimeWindow): Gap[] {
  if (answers.length === 0) return [];
  const searchableUntilMs =
    Math.max(...answers.map(({ answeredAtMs }) => answeredAtMs)) - SEARCHABLE_AFTER_MS;
  if (endMs <= searchableUntilMs) return [];
  const window = { startMs: Math.max(startMs, searchableUntilMs), endMs };
  return [
    { reason: 'not-ingested-yet', window, detail: 'Tempo finds a trace by search after up to 30 seconds' },
  ];
}
