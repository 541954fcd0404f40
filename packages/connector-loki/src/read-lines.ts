import { type CallContextV1, ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import { compareNs, type LogLine, sortByTime, toLogLines, toMs, toNs } from './log-lines.js';
import type { LokiApi } from './loki-api.js';
import type { StreamsAnswer } from './loki-schema.js';

export interface ReadRequest {
  readonly logQl: string;
  readonly window: TimeWindow;
  readonly limit: number;
  readonly keep: 'newest' | 'oldest';
}

/** Lines ascending in time, and what is not among them. */
export interface ReadResult {
  readonly lines: readonly LogLine[];
  readonly gaps: readonly Gap[];
}

/** More than any honest server needs: each page but the last brings at least one new line. */
const MAX_PAGES = 60;

/** Asks for one line more than wanted, the only way to tell full from cut, page by page from the wanted end. */
export async function readLines(
  api: LokiApi,
  request: ReadRequest,
  pageSize: number,
  call: CallContextV1,
): Promise<ReadResult> {
  const { keep, limit, window } = request;
  const wanted = limit + 1;
  const found = new Map<string, LogLine>();
  const gaps: Gap[] = [];
  let startNs = toNs(window.startMs);
  let endNs = toNs(window.endMs);
  let exhausted = false;

  for (let page = 0; page < MAX_PAGES && found.size < wanted && !exhausted; page++) {
    const edge = edgeOf(found, keep);
    // The lines of the last nanosecond come again, because others of that nanosecond may be missing.
    const repeated = [...found.values()].filter((line) => line.timeNs === edge).length;
    const pageLimit = Math.min(pageSize, wanted - found.size + repeated);
    let answer: StreamsAnswer;
    try {
      const direction = keep === 'newest' ? 'backward' : 'forward';
      answer = await api.lines({ logQl: request.logQl, startNs, endNs, limit: pageLimit, direction }, call);
    } catch (error) {
      if (found.size === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
      gaps.push(unreadGap(error, rest(window, found, keep)));
      break;
    }
    gaps.push(...answerGaps(answer, window));
    const { lines, invalid } = toLogLines(answer);
    if (invalid > 0) gaps.push({ reason: 'invalid-item', missing: { count: invalid, exact: true } });
    const before = found.size;
    for (const line of lines) found.set(line.key, line);
    exhausted = lines.length + invalid < pageLimit;
    const next = edgeOf(found, keep);
    if (exhausted || next === undefined) break;
    // A full page without anything new: one nanosecond holds more lines than a page, and the rest of it is out of reach.
    const stuck = found.size === before;
    if (stuck)
      gaps.push({
        reason: 'row-limit',
        window: around(next),
        detail: 'more lines in one nanosecond than fit',
      });
    if (keep === 'newest') endNs = BigInt(next) + (stuck ? 0n : 1n);
    else startNs = BigInt(next) + (stuck ? 1n : 0n);
    if (startNs >= endNs) break;
  }

  const sorted = sortByTime([...found.values()]);
  const kept = keep === 'newest' ? sorted.slice(-limit) : sorted.slice(0, limit);
  if (sorted.length > limit) {
    const uncovered = rest(window, new Map(kept.map((line) => [line.key, line])), keep);
    gaps.push({ reason: 'row-limit', window: uncovered, missing: { count: 1, exact: false } });
  }
  return { lines: kept, gaps };
}

/** The time of the line furthest from the end that was asked for. */
function edgeOf(found: ReadonlyMap<string, LogLine>, keep: 'newest' | 'oldest'): string | undefined {
  let edge: string | undefined;
  for (const { timeNs } of found.values()) {
    if (
      edge === undefined ||
      (keep === 'newest' ? compareNs(timeNs, edge) < 0 : compareNs(timeNs, edge) > 0)
    ) {
      edge = timeNs;
    }
  }
  return edge;
}

/** The part of the window beyond the lines that were read; the millisecond of the last one counts as not covered. */
function rest(
  window: TimeWindow,
  found: ReadonlyMap<string, LogLine>,
  keep: 'newest' | 'oldest',
): TimeWindow {
  const edge = edgeOf(found, keep);
  if (edge === undefined) return window;
  return keep === 'newest'
    ? { startMs: window.startMs, endMs: Math.min(toMs(edge) + 1, window.endMs) }
    : { startMs: Math.max(toMs(edge), window.startMs), endMs: window.endMs };
}

function around(timeNs: string): TimeWindow {
  return { startMs: toMs(timeNs), endMs: toMs(timeNs) + 1 };
}

/** What was not read because a later request failed. */
export function unreadGap(error: ConnectorError, window: TimeWindow): Gap {
  if (error.code === 'timeout') return { reason: 'deadline', window };
  if (error.code === 'too-large') return { reason: 'byte-limit', window };
  return { reason: 'page-failure', window, detail: `a later request failed: ${error.code}` };
}

function answerGaps(answer: StreamsAnswer, window: TimeWindow): readonly Gap[] {
  const gaps: Gap[] = [];
  if ((answer.warnings ?? []).length > 0) {
    gaps.push({
      reason: 'shard-failure',
      window,
      detail: 'Loki answered with a warning: lines may be missing',
    });
  }
  const { summary, ingester } = answer.data.stats ?? {};
  const untouched =
    summary?.splits === 0 &&
    summary.shards === 0 &&
    summary.totalLinesProcessed === 0 &&
    (ingester?.totalReached ?? 0) === 0;
  // `max_query_lookback` moves the start silently; a window wholly before it is answered without a look.
  if (untouched && (answer.data.result ?? []).length === 0) {
    const detail = 'Loki did not look: the window may lie before its max_query_lookback';
    gaps.push({ reason: 'retention', window, detail });
  }
  return gaps;
}
