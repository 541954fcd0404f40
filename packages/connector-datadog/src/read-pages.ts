import { type CallContextV1, ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import type { DatadogApi, SearchProduct } from './datadog-api.js';
import { valueAt } from './tags.js';

/** What is searched for, in which order, and how an item is read; an item that is not wanted is `[]`, an odd one undefined. */
export interface PageSearch<T> {
  readonly api: DatadogApi;
  readonly product: SearchProduct;
  readonly text: string;
  readonly window: TimeWindow;
  readonly newestFirst: boolean;
  readonly pageSize: number;
  readonly maxPages: number;
  readonly toItems: (item: unknown) => readonly T[] | undefined;
}

/** Where a search stands: it can be read on. */
export interface ReadPages<T> {
  /** In the order of the search. */
  readonly items: readonly T[];
  /** Absent when everything was read. */
  readonly cursor: string | undefined;
  /** It ended before its time; why is among the gaps. */
  readonly broken: boolean;
  readonly pages: number;
  /** Ids of items, and cursors, that have been seen. */
  readonly seen: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

/**
 * Reads until `enough` says so or the cursor is absent: a short page, even an empty one, may still have one. The first
 * page's failure rejects; that of a later one is a gap over the time that was not read, which `unread` tells.
 */
export async function readPages<T>(
  search: PageSearch<T>,
  enough: (items: readonly T[]) => boolean,
  unread: (items: readonly T[]) => TimeWindow,
  call: CallContextV1,
  from?: ReadPages<T>,
): Promise<ReadPages<T>> {
  const { api, product, text, window, newestFirst, pageSize, maxPages, toItems } = search;
  const items: T[] = [...(from?.items ?? [])];
  const gaps: Gap[] = [...(from?.gaps ?? [])];
  const seen = new Set(from?.seen);
  let cursor = from?.cursor;
  let pages = from?.pages ?? 0;
  let broken = false;
  const stop = (gap: Gap) => {
    gaps.push(gap);
    broken = true;
  };

  for (
    let first = from === undefined;
    (first || cursor !== undefined) && !broken && !enough(items);
    first = false
  ) {
    if (pages >= maxPages) {
      stop({ reason: 'row-limit', window: unread(items), detail: `more than ${maxPages} pages` });
      break;
    }
    try {
      const asked = { text, window, newestFirst, limit: pageSize, cursor };
      const answer = await api.search(product, asked, call);
      pages += 1;
      const data = answer.data ?? [];
      const fresh = data.filter((item) => isFirst(item, seen));
      const read = fresh.map(toItems);
      for (const found of read) items.push(...(found ?? []));
      const invalid = read.filter((found) => found === undefined).length;
      if (invalid > 0) gaps.push({ reason: 'invalid-item', missing: { count: invalid, exact: true } });
      // Each page says it again.
      for (const gap of partialGaps(answer.meta, window)) {
        if (!gaps.some(({ reason }) => reason === gap.reason)) gaps.push(gap);
      }
      const next = answer.meta?.page?.after ?? undefined;
      const isKnown = data.length > 0 && fresh.length === 0;
      const repeats = next !== undefined && (seen.has(`cursor ${next}`) || isKnown);
      cursor = repeats ? undefined : next;
      if (repeats) stop(repeatGap(unread(items)));
      else if (next !== undefined) seen.add(`cursor ${next}`);
      if (cursor !== undefined && answer.usedUpForSeconds !== undefined && !enough(items)) {
        const detail = `the rate limit is used up for ${answer.usedUpForSeconds} s`;
        stop({ reason: 'budget', window: unread(items), detail });
      }
    } catch (error) {
      if (pages === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
      stop(toUnreadGap(error, unread(items)));
    }
  }
  return { items, cursor, broken, pages, seen, gaps };
}

/** A page that comes again brings nothing twice; what has no id is told apart by its reader. */
function isFirst(item: unknown, seen: Set<string>): boolean {
  const id = valueAt(item, 'id');
  if (typeof id !== 'string') return true;
  const key = `item ${id}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** What comes after a page that is given again cannot be read: it would go round for ever. */
export function repeatGap(window?: TimeWindow): Gap {
  const where = window === undefined ? {} : { window };
  return { reason: 'page-failure', ...where, detail: 'Datadog gave the same page or cursor again' };
}

/** What was not read because a later request failed. */
export function toUnreadGap(error: ConnectorError, window: TimeWindow): Gap {
  if (error.code === 'timeout') return { reason: 'deadline', window };
  if (error.code === 'too-large') return { reason: 'byte-limit', window };
  return { reason: 'page-failure', window, detail: `a later request failed: ${error.code}` };
}

interface Meta {
  readonly status?: string | null | undefined;
  readonly warnings?: readonly unknown[] | null | undefined;
}

function partialGaps(meta: Meta | null | undefined, window: TimeWindow): Gap[] {
  const timedOut: Gap[] =
    meta?.status === 'timeout'
      ? [{ reason: 'vendor-timeout', window, detail: 'Datadog ran out of time and gave what it had found' }]
      : [];
  if ((meta?.warnings ?? []).length === 0) return timedOut;
  return [...timedOut, { reason: 'shard-failure', window, detail: 'Datadog answered with a warning' }];
}
