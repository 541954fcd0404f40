import { type CallContextV1, ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import { type LogLine, sortByTime, toMs, toNs } from './log-lines.js';
import { toCountQl } from './logql.js';
import type { LokiApi } from './loki-api.js';
import { type ReadResult, readLines, unreadGap } from './read-lines.js';

/** Slices of a window that holds too much. Each is read from its start without holes, so that rates can be taken in it. */
const MAX_SLICES = 6;
const MIN_LINES_PER_SLICE = 50;

export interface SpreadRequest {
  readonly logQl: string;
  readonly window: TimeWindow;
  readonly limit: number;
}

/** All lines of the window in one request when they fit; else an equal share of each slice, and how many are left out. */
export async function spreadLines(
  api: LokiApi,
  request: SpreadRequest,
  pageSize: number,
  call: CallContextV1,
): Promise<ReadResult & { readonly countQl?: string }> {
  const { limit, logQl, window } = request;
  const whole = await readLines(api, { ...request, keep: 'oldest' }, pageSize, call);
  if (!whole.gaps.some((gap) => gap.reason === 'row-limit')) return whole;

  const lastRead = whole.lines.at(-1);
  const readUntilMs = lastRead === undefined ? window.startMs : toMs(lastRead.timeNs);
  const countQl = toCountQl(logQl, window.endMs - window.startMs);
  const slices = toSlices(window, limit);
  const [total, ...parts] = await Promise.all([
    countLines(api, countQl, window, call),
    ...slices.map((slice) =>
      // What the first answer already holds wholly is not asked for again.
      slice.window.endMs <= readUntilMs
        ? Promise.resolve(takeSlice(whole.lines, slice))
        : readSlice(api, logQl, slice, pageSize, call),
    ),
  ]);
  const lines = sortByTime(parts.flatMap((part) => part.lines));
  const missing = total === undefined ? undefined : total - lines.length;
  return {
    lines,
    gaps: [
      {
        reason: 'row-limit',
        window,
        missing:
          missing === undefined || missing < 1 ? { count: 1, exact: false } : { count: missing, exact: true },
      },
      ...parts.flatMap((part) => part.gaps),
    ],
    countQl,
  };
}

interface Slice {
  readonly window: TimeWindow;
  readonly limit: number;
}

function toSlices(window: TimeWindow, limit: number): readonly Slice[] {
  const count = Math.min(
    Math.max(Math.floor(limit / MIN_LINES_PER_SLICE), 2),
    MAX_SLICES,
    Math.max(limit, 1),
  );
  const edge = (index: number) =>
    Math.round(window.startMs + ((window.endMs - window.startMs) * index) / count);
  return Array.from({ length: count }, (_, index) => ({
    window: { startMs: edge(index), endMs: edge(index + 1) },
    limit: Math.floor(limit / count) + (index < limit % count ? 1 : 0),
  })).filter((slice) => slice.window.endMs > slice.window.startMs);
}

function takeSlice(lines: readonly LogLine[], slice: Slice): ReadResult {
  const { startMs, endMs } = slice.window;
  const inside = lines.filter((line) => toMs(line.timeNs) >= startMs && toMs(line.timeNs) < endMs);
  const kept = inside.slice(0, slice.limit);
  const next = inside[slice.limit];
  if (next === undefined) return { lines: kept, gaps: [] };
  return { lines: kept, gaps: [{ reason: 'sampled', window: { startMs: toMs(next.timeNs), endMs } }] };
}

async function readSlice(
  api: LokiApi,
  logQl: string,
  slice: Slice,
  pageSize: number,
  call: CallContextV1,
): Promise<ReadResult> {
  try {
    const result = await readLines(api, { logQl, ...slice, keep: 'oldest' }, pageSize, call);
    return { lines: result.lines, gaps: result.gaps.map(toSampled) };
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    return { lines: [], gaps: [unreadGap(error, slice.window)] };
  }
}

/** The count of the whole window is told once. */
function toSampled(gap: Gap): Gap {
  if (gap.reason !== 'row-limit' || gap.missing === undefined) return gap;
  return gap.window === undefined ? { reason: 'sampled' } : { reason: 'sampled', window: gap.window };
}

/** Only a help: without it the number of missing lines stays unknown. */
async function countLines(
  api: LokiApi,
  countQl: string,
  window: TimeWindow,
  call: CallContextV1,
): Promise<number | undefined> {
  try {
    // A range holds its end and not its start; one nanosecond earlier it is the window exactly.
    return await api.value(countQl, toNs(window.endMs) - 1n, call);
  } catch (error) {
    if (ConnectorError.is(error) && error.code !== 'aborted') return undefined;
    throw error;
  }
}
