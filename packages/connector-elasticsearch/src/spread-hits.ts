import { type CallContextV1, ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import { answerGaps, unreadGap } from './answer-gaps.js';
import type { ElasticsearchApi } from './elasticsearch-api.js';
import { exactTotal, type SearchAnswer } from './elasticsearch-schema.js';
import { allOf, type Clause, withinWindow } from './query-clause.js';
import { type ReadRequest, type ReadResult, readHits, restOf } from './read-hits.js';

/** Each is read from its start without holes, so that rates can be taken in it. */
const SLICES = 4;

interface Slice {
  readonly window: TimeWindow;
  readonly count: number;
}

/**
 * Counts first, by quarters of the window: what fits is read as it is. Otherwise each quarter gets an equal share of the
 * limit, and what quiet ones leave of theirs goes to the others.
 */
export async function spreadHits(
  api: ElasticsearchApi,
  request: Omit<ReadRequest, 'keep'>,
  pageSize: number,
  call: CallContextV1,
): Promise<ReadResult> {
  const { limit, window } = request;
  const windows = toSlices(window);
  const counted = await api.search(toCountBody(request, windows), call);
  const total = exactTotal(counted);
  const slices = windows.map((slice, index) => ({ window: slice, count: countOf(counted, index) }));
  if (total === undefined || total <= limit || slices.some(({ count }) => Number.isNaN(count))) {
    return readHits(api, { ...request, keep: 'oldest' }, pageSize, call);
  }

  const shares = shareOut(slices, limit);
  const parts = await Promise.all(
    slices.map((slice, index) =>
      readSlice(api, { ...request, limit: shares[index] ?? 0 }, slice, pageSize, call),
    ),
  );
  const hits = parts.flatMap((part) => part.hits);
  const gaps: Gap[] = [
    {
      reason: 'row-limit',
      window,
      missing: { count: Math.max(1, total - hits.length), exact: total > hits.length },
    },
    ...answerGaps(counted, window),
    ...parts.flatMap((part) => part.gaps),
  ];
  return { hits, gaps };
}

function toSlices({ startMs, endMs }: TimeWindow): readonly TimeWindow[] {
  const edge = (index: number) => Math.round(startMs + ((endMs - startMs) * index) / SLICES);
  return Array.from({ length: SLICES }, (_, index) => ({ startMs: edge(index), endMs: edge(index + 1) }));
}

function toCountBody(request: Omit<ReadRequest, 'keep'>, windows: readonly TimeWindow[]): Clause {
  const { filters, timestamp, window } = request;
  const slices = windows.map((slice, index) => [String(index), withinWindow(timestamp.name, slice)] as const);
  return {
    size: 0,
    track_total_hits: true,
    query: allOf([withinWindow(timestamp.name, window), ...filters]),
    aggs: { slices: { filters: { filters: Object.fromEntries(slices) } } },
  };
}

function countOf({ aggregations }: SearchAnswer, index: number): number {
  return aggregations?.slices?.buckets[String(index)]?.doc_count ?? Number.NaN;
}

/** An equal share each, the quietest first, so that what they leave is known when the others are given theirs. */
function shareOut(slices: readonly Slice[], limit: number): readonly number[] {
  const shares = slices.map(() => 0);
  const quietFirst = slices.map(({ count }, index) => ({ count, index })).sort((a, b) => a.count - b.count);
  let [left, waiting] = [limit, slices.length];
  for (const { count, index } of quietFirst) {
    const share = Math.min(count, Math.floor(left / waiting));
    shares[index] = share;
    left -= share;
    waiting -= 1;
  }
  return shares;
}

async function readSlice(
  api: ElasticsearchApi,
  request: Omit<ReadRequest, 'keep'>,
  { count, window }: Slice,
  pageSize: number,
  call: CallContextV1,
): Promise<ReadResult> {
  if (request.limit === 0) return { hits: [], gaps: count === 0 ? [] : [{ reason: 'sampled', window }] };
  try {
    const { gaps, hits } = await readHits(api, { ...request, window, keep: 'oldest' }, pageSize, call);
    // How many are left out of the whole window is told once.
    const told = gaps.map((gap): Gap => (gap.reason === 'row-limit' ? toSampled(gap) : gap));
    const isCut = count > request.limit && !told.some(({ reason }) => reason === 'sampled');
    return {
      hits,
      gaps: isCut ? [...told, { reason: 'sampled', window: restOf(window, hits, 'oldest') }] : told,
    };
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    return { hits: [], gaps: [unreadGap(error, window)] };
  }
}

function toSampled({ detail, window }: Gap): Gap {
  return {
    reason: 'sampled',
    ...(window === undefined ? {} : { window }),
    ...(detail === undefined ? {} : { detail }),
  };
}
