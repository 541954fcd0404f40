import { type CallContextV1, ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import { type LogLine, sortByTime, toMs, toNs } from './log-lines.js';
import { toCountQl } from './logql.js';
import type { LokiApi } from './loki-api.js';
import { type ReadResult, readLines, unreadGap } from './read-lines.js';

/** Slices of a window that holds too much. Each is read from its start without holes, so that rates can be taken in it. */
const MAX_SLICES = 4;
const MIN_LINES_PER_SLICE = 50;
/** What the count may take longer than the lines themselves. */
const COUNT_GRACE_MS = 150;

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
  const counting = countLines(api, countQl, window, call);
  const taken = slices.map((slice) => {
    const part = takeSlice(whole.lines, slice, readUntilMs);
    return part.lines.length === slice.limit || readUntilMs >= slice.window.endMs ? part : undefined;
  });
  const open = taken.filter((part) => part === undefined).length;
  // What quiet slices leave of their share goes to the others.
  const left = slices.reduce(
    (sum, slice, index) => sum + slice.limit - (taken[index]?.lines.length ?? slice.limit),
    0,
  );
  const more = open === 0 ? 0 : Math.floor(left / open);
  const read = await Promise.all(
    slices.map(
      async (slice, index) =>
        taken[index] ??
        (await readSlice(api, logQl, { ...slice, limit: slice.limit + more }, pageSize, call)),
    ),
  );
  let spare = limit - read.reduce((sum, part) => sum + part.lines.length, 0);
  const parts = read.map((part, index) => {
    const slice = slices[index];
    if (spare <= 0 || slice === undefined || taken[index] === undefined) return part;
    // Lines that are there already cost nothing.
    const longer = takeSlice(whole.lines, { ...slice, limit: slice.limit + spare }, readUntilMs);
    spare -= longer.lines.length - part.lines.length;
    return longer;
  });
  const total = await counting.within(COUNT_GRACE_MS);
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

/** As much of a slice's share as was read already. */
function takeSlice(lines: readonly LogLine[], slice: Slice, readUntilMs: number): ReadResult {
  const { startMs, endMs } = slice.window;
  const inside = lines.filter((line) => toMs(line.timeNs) >= startMs && toMs(line.timeNs) < endMs);
  const next = inside[slice.limit];
  const coveredUntilMs = next === undefined ? Math.max(readUntilMs, startMs) : toMs(next.timeNs);
  const gaps: Gap[] =
    coveredUntilMs >= endMs ? [] : [{ reason: 'sampled', window: { startMs: coveredUntilMs, endMs } }];
  return { lines: inside.slice(0, slice.limit), gaps };
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

/** Only a help, so nobody waits for it: without it the number of missing lines stays unknown. */
function countLines(
  api: LokiApi,
  countQl: string,
  window: TimeWindow,
  call: CallContextV1,
): { within: (graceMs: number) => Promise<number | undefined> } {
  const givenUp = new AbortController();
  const signal = AbortSignal.any([call.signal, givenUp.signal]);
  // A range holds its end and not its start; one nanosecond earlier it is the window exactly.
  const counted = api.value(countQl, toNs(window.endMs) - 1n, { ...call, signal }).catch(() => undefined);
  return {
    async within(graceMs) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), graceMs);
      });
      const count = await Promise.race([counted, late]);
      clearTimeout(timer);
      givenUp.abort();
      return count;
    },
  };
}
