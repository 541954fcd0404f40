import type { FetchLike } from '../connector/v1/connector.js';

/** Marks core's limited fetch: it lends its slot to another fetch, so that a connector's own `fetch` is limited too. */
export const throughSlot = Symbol.for('midwatch.limitedFetch.through');

export interface LendingFetch extends FetchLike {
  [throughSlot]?: (own: FetchLike) => FetchLike;
}

/** The fetch a connector sends with: its own one inside core's limit, or core's. */
export function throughLimit(limited: FetchLike, own: FetchLike | undefined): FetchLike {
  if (own === undefined) return limited;
  const through = (limited as LendingFetch)[throughSlot];
  return through === undefined ? own : through(own);
}
