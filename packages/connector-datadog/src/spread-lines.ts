import { type CallContextV1, ConnectorError, type Gap } from '@midwatch/core';
import type { LogLine } from './log-signals.js';
import { type FoundLines, type LineSearch, MAX_PAGE, restOf, toPageSearch } from './read-lines.js';
import { type ReadPages, readPages, toUnreadGap } from './read-pages.js';

/** Parts of a window that holds too much; each is read from its start without holes, so that rates can be taken in it. */
const MAX_PARTS = 4;

/**
 * The whole window where one page holds it or it fits the limit; else an equal share of each part, what quiet parts leave
 * of theirs to the others, and by a count how many lines are left out.
 */
export async function spreadLines(search: LineSearch, call: CallContextV1): Promise<FoundLines> {
  const { api, limit, text, window } = search;
  const enough = (lines: readonly LogLine[]) => lines.length > limit;
  const first = await readPages(
    { ...toPageSearch(search, false), maxPages: 1 },
    // One page tells whether more is needed.
    (lines) => lines.length >= Math.min(limit + 1, MAX_PAGE),
    (lines) => restOf(window, lines, 'oldest'),
    call,
  );
  if (isWhole(first) && !enough(first.items)) return { lines: first.items, gaps: first.gaps };
  const [counted, parts] = await Promise.all([
    countOf(() => api.countLogs(text, window, call)),
    readParts(search, call),
  ]);
  const lines = parts.flatMap((part) => part.lines);
  const cut = parts.some((part) => part.cut);
  const gaps = parts.flatMap((part) => part.gaps);
  if (!cut) return { lines, gaps };
  const left = counted === undefined ? 0 : counted - lines.length;
  const missing = left < 1 ? { count: 1, exact: false } : { count: left, exact: true };
  return { lines, gaps: [{ reason: 'row-limit', window, missing }, ...gaps] };
}

function isWhole({ cursor, broken }: ReadPages<LogLine>): boolean {
  return cursor === undefined && !broken;
}

interface Part {
  readonly lines: readonly LogLine[];
  readonly gaps: readonly Gap[];
  readonly cut: boolean;
}

interface Slice {
  readonly search: LineSearch;
  readonly read: ReadPages<LogLine>;
}

async function readParts(search: LineSearch, call: CallContextV1): Promise<readonly Part[]> {
  const { limit, window } = search;
  const count = Math.max(1, Math.min(MAX_PARTS, limit));
  const edge = (index: number) =>
    Math.round(window.startMs + ((window.endMs - window.startMs) * index) / count);
  const share = (index: number) => Math.floor(limit / count) + (index < limit % count ? 1 : 0);
  const readOn = async (part: LineSearch, from?: ReadPages<LogLine>): Promise<Slice> => {
    const read = await readPages(
      toPageSearch(part, false),
      (lines) => lines.length > part.limit,
      (lines) => restOf(part.window, lines, 'oldest'),
      call,
      from,
    );
    return { search: part, read };
  };
  const settled = await Promise.allSettled(
    Array.from({ length: count }, (_, index) =>
      readOn({
        ...search,
        limit: share(index),
        window: { startMs: edge(index), endMs: edge(index + 1) },
      }),
    ),
  );
  const slices = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const taken = slices.reduce(
    (sum, { search: { limit: most }, read }) => sum + Math.min(most, read.items.length),
    0,
  );
  const open = slices.filter((slice) => isCut(slice) && !slice.read.broken);
  const more = open.length === 0 ? 0 : Math.floor((limit - taken) / open.length);
  const extended = await Promise.all(
    slices.map(async (slice) =>
      more > 0 && open.includes(slice)
        ? await readOn({ ...slice.search, limit: slice.search.limit + more }, slice.read)
        : slice,
    ),
  );
  const failed = settled.flatMap((result, index): Part[] => {
    if (result.status === 'fulfilled') return [];
    const error: unknown = result.reason;
    if (slices.length === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
    const part = { startMs: edge(index), endMs: edge(index + 1) };
    return [{ lines: [], gaps: [toUnreadGap(error, part)], cut: false }];
  });
  return [...extended.map(toPart), ...failed];
}

function isCut({ search, read }: Slice): boolean {
  return read.items.length > search.limit;
}

function toPart(slice: Slice): Part {
  const { search, read } = slice;
  if (!isCut(slice)) return { lines: read.items, gaps: read.gaps, cut: false };
  const lines = read.items.slice(0, search.limit);
  const window = restOf(search.window, lines, 'oldest');
  return { lines, gaps: [...read.gaps, { reason: 'sampled', window }], cut: true };
}

/** Only a help: without it the number of missing lines stays unknown. */
async function countOf(count: () => Promise<number | undefined>): Promise<number | undefined> {
  try {
    return await count();
  } catch (error) {
    if (ConnectorError.is(error) && error.code !== 'aborted') return undefined;
    throw error;
  }
}
