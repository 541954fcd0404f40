import { type CallContextV1, ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import { compareNanoseconds, nanosecondsToMs } from '@midwatch/core/otlp';
import { answerGaps, createGapList, unreadGap } from './answer-gaps.js';
import { readField } from './document.js';
import { type ElasticsearchApi, type Flavor, isRefused } from './elasticsearch-api.js';
import { exactTotal, type Hit, type SearchAnswer } from './elasticsearch-schema.js';
import type { MappedField } from './field-map.js';
import { allOf, type Clause, withinWindow } from './query-clause.js';
import { toTimeNs, toTimeText } from './time-text.js';

/** A hit whose time could be read. */
export interface TimedHit {
  readonly hit: Hit;
  readonly timeNs: string;
}

export interface ReadRequest {
  readonly timestamp: MappedField;
  readonly filters: readonly Clause[];
  readonly window: TimeWindow;
  readonly limit: number;
  readonly keep: 'newest' | 'oldest';
  /** Fields to be read by the mapping, for aliases. */
  readonly fields: readonly string[];
  /** What the server could not filter exactly. */
  accepts(hit: Hit): boolean;
}

export interface ReadResult {
  /** Ascending. */
  readonly hits: readonly TimedHit[];
  readonly gaps: readonly Gap[];
}

/** Pages of one query; more than any limit needs. */
const MAX_PAGES = 40;

/** Where the next page begins, and how the pages hang together. */
interface Cursor {
  readonly flavor: Flavor | undefined;
  /** Absent for an answer of one page, and where the server has no points in time. */
  pitId?: string;
  after?: readonly unknown[];
}

/** One line more than wanted is asked for: the only way to tell full from cut. More than a page goes through a point in time. */
export async function readHits(
  api: ElasticsearchApi,
  request: ReadRequest,
  pageSize: number,
  call: CallContextV1,
): Promise<ReadResult> {
  if (request.limit < pageSize) return readPages(api, request, pageSize, { flavor: undefined }, call);
  const flavor = await api.flavor(call);
  const cursor: Cursor = { flavor };
  try {
    cursor.pitId = await api.openPointInTime(flavor, call);
  } catch (error) {
    // Some managed servers have none. Pages then overlap by the time of their last line, and nothing holds the index still.
    if (!isRefused(error)) throw error;
  }
  try {
    return await readPages(api, request, pageSize, cursor, call);
  } finally {
    if (cursor.pitId !== undefined) await api.closePointInTime(flavor, cursor.pitId, call);
  }
}

async function readPages(
  api: ElasticsearchApi,
  request: ReadRequest,
  pageSize: number,
  cursor: Cursor,
  call: CallContextV1,
): Promise<ReadResult> {
  const { keep, limit, window } = request;
  const wanted = limit + 1;
  const seen = new Set<string>();
  const found: TimedHit[] = [];
  const gaps = createGapList();
  const edge = { timeNs: '', count: 0 };
  let [invalid, dropped] = [0, 0];
  let total: number | undefined;

  for (let page = 0; page < MAX_PAGES && found.length < wanted; page++) {
    // Those of the last moment come again, where the cursor is a time.
    const repeated = cursor.after?.length === 1 ? edge.count : 0;
    const size = Math.min(pageSize, wanted - found.length + repeated);
    let answer: SearchAnswer;
    try {
      answer = await api.search(toBody(request, size, cursor, page === 0), call);
    } catch (error) {
      if (page === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
      gaps.add(unreadGap(error, restOf(window, found, keep)));
      break;
    }
    if (page === 0) total = exactTotal(answer);
    for (const gap of answerGaps(answer, window)) gaps.add(gap);
    if (cursor.pitId !== undefined) cursor.pitId = answer.pit_id ?? cursor.pitId;

    const seenBefore = seen.size;
    let last: TimedHit | undefined;
    for (const hit of answer.hits.hits) {
      const key = `${hit._index}/${hit._id}`;
      const timeNs = toTimeNs(readField(hit, request.timestamp.name));
      if (timeNs !== undefined) last = { hit, timeNs };
      if (seen.has(key)) continue;
      seen.add(key);
      edge.count = timeNs === edge.timeNs ? edge.count + 1 : 1;
      edge.timeNs = timeNs ?? '';
      if (timeNs === undefined) invalid += 1;
      else if (request.accepts(hit)) found.push({ hit, timeNs });
      else dropped += 1;
    }
    if (answer.hits.hits.length < size) break;
    if (seen.size === seenBefore || last === undefined) {
      const detail =
        'a page brought nothing new: one moment holds more lines than a page, or the server repeats it';
      gaps.add({ reason: 'row-limit', window: restOf(window, found, keep), detail });
      break;
    }
    // Without a cursor of the server's an answer is one page; what its filter let through may have left it short.
    if (cursor.flavor === undefined || page === MAX_PAGES - 1) {
      if (found.length < wanted) gaps.add({ reason: 'row-limit', window: restOf(window, [last], keep) });
      break;
    }
    cursor.after = nextAfter(last, request, cursor);
  }

  const sorted = found.sort((left, right) => compareNanoseconds(left.timeNs, right.timeNs));
  const hits = keep === 'newest' ? sorted.slice(-limit) : sorted.slice(0, limit);
  if (sorted.length > limit) {
    const count = (total ?? 0) - limit;
    const exact = count > 0 && dropped + invalid === 0;
    const missing = { count: exact ? count : 1, exact };
    gaps.add({
      reason: 'row-limit',
      window: restOf(window, keep === 'newest' ? hits.toReversed() : hits, keep),
      missing,
    });
  }
  if (invalid > 0) gaps.add({ reason: 'invalid-item', missing: { count: invalid, exact: true } });
  return { hits, gaps: gaps.all() };
}

function toBody(
  request: ReadRequest,
  size: number,
  cursor: Cursor,
  isFirst: boolean,
): Readonly<Record<string, unknown>> {
  const { timestamp, window } = request;
  const { after, flavor, pitId } = cursor;
  return {
    size,
    fields: [{ field: timestamp.name, format: 'strict_date_optional_time_nanos' }, ...request.fields],
    // The server's own default, said: beyond it counting costs more than the lines.
    track_total_hits: isFirst ? 10_000 : false,
    sort: [
      {
        [timestamp.name]: {
          order: request.keep === 'newest' ? 'desc' : 'asc',
          unmapped_type: timestamp.hasNanos ? 'date_nanos' : 'date',
          // Nanoseconds as a number lose their last digits in JSON. OpenSearch refuses a format here.
          ...(flavor === 'elasticsearch' ? { format: 'strict_date_optional_time_nanos' } : {}),
          ...(timestamp.hasNanos ? { numeric_type: 'date_nanos' } : {}),
        },
      },
    ],
    query: allOf([withinWindow(timestamp.name, window), ...request.filters]),
    ...(pitId === undefined ? {} : { pit: { id: pitId } }),
    ...(after === undefined ? {} : { search_after: after }),
  };
}

/** The server's own cursor where it holds a tiebreaker; else just beside the last line, so that its equals come again. */
function nextAfter(
  { hit, timeNs }: TimedHit,
  { keep, timestamp }: ReadRequest,
  cursor: Cursor,
): readonly unknown[] {
  const sort = hit.sort ?? [];
  if (cursor.pitId !== undefined && sort.length > 1) return sort;
  const unitNs = timestamp.hasNanos ? 1n : 1_000_000n;
  return [toTimeText(`${BigInt(timeNs) + (keep === 'newest' ? unitNs : -unitNs)}`)];
}

/** The part of the window beyond the last line that was read; that line's millisecond counts as not covered. */
export function restOf(
  window: TimeWindow,
  inOrder: readonly TimedHit[],
  keep: 'newest' | 'oldest',
): TimeWindow {
  const edge = inOrder.at(-1);
  if (edge === undefined) return window;
  const edgeMs = nanosecondsToMs(edge.timeNs);
  return keep === 'newest'
    ? { startMs: window.startMs, endMs: Math.min(edgeMs + 1, window.endMs) }
    : { startMs: Math.max(edgeMs, window.startMs), endMs: window.endMs };
}
