import { ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import type { LogLine } from './log-line.js';

/** What a query brought, sorted by time. */
export interface LinesRead {
  readonly lines: readonly LogLine[];
  readonly gaps: readonly Gap[];
  /** The query as a person would run it again. */
  readonly text: string;
  readonly language: string;
}

export interface Cut {
  readonly limit: number;
  readonly keep: 'newest' | 'oldest';
  readonly window: TimeWindow;
  /** How many lines the server counted; absent when it counts none. */
  readonly matched?: number | undefined;
  /** The server had more than it gave, whatever is left of that here. */
  readonly isFull: boolean;
}

/** As many lines as asked for, from the asked end, and what is missing of them. */
export function cutLines(
  lines: readonly LogLine[],
  { isFull, keep, limit, matched, window }: Cut,
): { readonly lines: readonly LogLine[]; readonly gaps: readonly Gap[] } {
  const sorted = lines.toSorted((a, b) => a.timestampMs - b.timestampMs);
  const kept = keep === 'newest' ? sorted.slice(Math.max(0, sorted.length - limit)) : sorted.slice(0, limit);
  if (kept.length === sorted.length && !isFull) return { lines: kept, gaps: [] };
  const counted = (matched ?? 0) - kept.length;
  const missing = { count: Math.max(1, counted), exact: false };
  return { lines: kept, gaps: [{ reason: 'row-limit', window: unread(kept, keep, window), missing }] };
}

/** What lies beyond the last line that was kept; the line's own millisecond may have more. */
function unread(kept: readonly LogLine[], keep: 'newest' | 'oldest', window: TimeWindow): TimeWindow {
  const edge = kept.at(keep === 'newest' ? 0 : -1);
  if (edge === undefined) return window;
  return keep === 'newest'
    ? { startMs: window.startMs, endMs: Math.min(edge.timestampMs + 1, window.endMs) }
    : { startMs: edge.timestampMs, endMs: window.endMs };
}

/** A part that failed while others did not. */
export function failureGap(failure: ConnectorError, window: TimeWindow): Gap {
  const reasons = { timeout: 'deadline', 'too-large': 'byte-limit' } as const;
  const reason =
    failure.code === 'timeout' || failure.code === 'too-large' ? reasons[failure.code] : 'page-failure';
  return { reason, window, detail: `not read: ${failure.code}` };
}

/** A vendor that gives a page again would do so for ever: what comes after it cannot be read. */
export function repeatGap(window?: TimeWindow): Gap {
  const where = window === undefined ? {} : { window };
  return { reason: 'page-failure', ...where, detail: 'CloudWatch gave the same page or token again' };
}

/** Whether a list lacks nothing that another look-up would bring. */
export function isWhole(gaps: readonly Gap[]): boolean {
  return gaps.every(({ reason }) => reason !== 'page-failure');
}

/** Rejects only when nothing was answered, or the caller gave up. */
export async function settleReads<T>(
  reads: readonly { readonly window: TimeWindow; readonly read: Promise<T> }[],
): Promise<{ readonly done: readonly T[]; readonly gaps: readonly Gap[] }> {
  const settled = await Promise.allSettled(reads.map(({ read }) => read));
  const done = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const gaps: Gap[] = [];
  for (const [index, one] of settled.entries()) {
    if (one.status === 'fulfilled') continue;
    const failure: unknown = one.reason;
    if (done.length === 0 || !ConnectorError.is(failure) || failure.code === 'aborted') throw failure;
    const window = reads[index]?.window;
    if (window !== undefined) gaps.push(failureGap(failure, window));
  }
  return { done, gaps };
}
