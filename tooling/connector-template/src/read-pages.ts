import { ConnectorError, type GapReason } from '@midwatch/core';
import type { Page } from './template-api.js';

/** An end to every loop; at the vendor's page size enough for what a query may ask. */
const MAX_PAGES = 20;
const MAX_PAGE_SIZE = 500;

export interface ReadItems<Item> {
  readonly items: readonly Item[];
  /** How many items were no items. */
  readonly invalid: number;
  /** Why reading ended before all that was wanted had come. */
  readonly stopped: GapReason | undefined;
}

/**
 * Reads pages until at least `wanted` items have come, the vendor has no more, or something ends it. The first page's error is the
 * answer's; after it, what has been read stays. Pages shift while things happen, so that one item may come twice.
 */
export async function readPages<Item extends { readonly id: string }>(
  wanted: number,
  readPage: (cursor: string | undefined, pageSize: number) => Promise<Page>,
  parse: (value: unknown) => Item | 'outside' | 'invalid',
): Promise<ReadItems<Item>> {
  const items = new Map<string, Item>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let invalid = 0;
  const ended = (stopped?: GapReason) => ({ items: [...items.values()], invalid, stopped });

  for (let page = 0; page < MAX_PAGES; page++) {
    try {
      const { items: found, next } = await readPage(cursor, Math.min(wanted - items.size, MAX_PAGE_SIZE));
      for (const value of found) {
        const item = parse(value);
        if (item === 'invalid') invalid += 1;
        else if (item !== 'outside') items.set(item.id, item);
      }
      if (items.size >= wanted || next === undefined) return ended();
      // A cursor that comes again would be followed for ever.
      if (cursors.has(next)) return ended('page-failure');
      cursors.add(next);
      cursor = next;
    } catch (error) {
      // The caller's abort is never an answer in part.
      if (page === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
      return ended(error.code === 'timeout' ? 'deadline' : 'page-failure');
    }
  }
  return ended('row-limit');
}
