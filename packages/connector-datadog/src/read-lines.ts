import type { CallContextV1, Gap, TimeWindow } from '@midwatch/core';
import type { DatadogApi } from './datadog-api.js';
import type { LogLine } from './log-signals.js';
import { type PageSearch, readPages } from './read-pages.js';

export interface LineSearch {
  readonly api: DatadogApi;
  readonly text: string;
  readonly window: TimeWindow;
  readonly limit: number;
  readonly read: (item: unknown) => readonly LogLine[] | undefined;
}

/** In the order of the search, and what is not among them. */
export interface FoundLines {
  readonly lines: readonly LogLine[];
  readonly gaps: readonly Gap[];
}

/** The vendor's cap of one page. */
export const MAX_PAGE = 1000;
/** More than any limit needs, as long as pages are full. */
const MAX_PAGES = 30;

/** Asks for one line more than wanted, the only way to tell full from cut, from the wanted end. */
export async function readLines(
  { keep, ...search }: LineSearch & { readonly keep: 'newest' | 'oldest' },
  call: CallContextV1,
): Promise<FoundLines> {
  const { limit, window } = search;
  const pages = toPageSearch(search, keep === 'newest');
  const unread = (lines: readonly LogLine[]) => restOf(window, lines, keep);
  const { items, gaps } = await readPages(pages, (lines) => lines.length > limit, unread, call);
  if (items.length <= limit) return { lines: items, gaps };
  const lines = items.slice(0, limit);
  const missing = { count: items.length - limit, exact: false };
  return { lines, gaps: [...gaps, { reason: 'row-limit', window: unread(lines), missing }] };
}

export function toPageSearch(
  { api, text, window, limit, read }: LineSearch,
  newestFirst: boolean,
): PageSearch<LogLine> {
  const pageSize = Math.min(limit + 1, MAX_PAGE);
  return { api, product: 'logs', text, window, newestFirst, pageSize, maxPages: MAX_PAGES, toItems: read };
}

/** The part of the window beyond the lines that were read; the millisecond of the last one counts as not covered. */
export function restOf(window: TimeWindow, lines: readonly LogLine[], keep: 'newest' | 'oldest'): TimeWindow {
  const edge = lines.at(-1)?.timestampMs;
  if (edge === undefined) return window;
  return keep === 'newest'
    ? { startMs: window.startMs, endMs: Math.min(edge + 1, window.endMs) }
    : { startMs: Math.max(edge, window.startMs), endMs: window.endMs };
}
