import type { Page, PageRequest } from '@midwatch/core/incident';
import { StoreError } from './store-error.js';

const maxLimit = 200;

/** Where a page ended: the number it is ordered by, and what tells items with the same number apart. */
export interface PagePosition {
  readonly order: number;
  readonly tie: string;
}

/** Reads a request. A limit or cursor that no page has is refused. */
export function parsePageRequest(page: PageRequest): { limit: number; after?: PagePosition } {
  const { limit, cursor } = page;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new StoreError('bad-page', `a page's limit is a whole number from 1 to ${maxLimit}`);
  }
  if (cursor === undefined) return { limit };
  const end = cursor.indexOf('.');
  const order = Number(cursor.slice(0, Math.max(end, 0)));
  if (!/^-?\d{1,16}\./.test(cursor) || !Number.isSafeInteger(order)) {
    throw new StoreError('bad-page', 'the cursor is none that a page gave: begin again without one');
  }
  return { limit, after: { order, tie: cursor.slice(end + 1) } };
}

/** A page from at most `limit + 1` items: the one too many shows that there is a next page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  positionOf: (row: Row) => PagePosition,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map((row) => toItem(row));
  if (rows.length <= limit || last === undefined) return { items };
  const { order, tie } = positionOf(last);
  return { items, next: `${order}.${tie}` };
}
