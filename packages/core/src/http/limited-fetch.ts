import type { FetchLike } from '../connector/v1/connector.js';

/** Marks core's limited fetch: it lends its slot to another fetch, so that a connector's own `fetch` is limited too. */
const throughSlot = Symbol.for('midwatch.limitedFetch.through');

interface LimitedFetch extends FetchLike {
  [throughSlot]?: (fetch: FetchLike) => FetchLike;
}

/** The fetch a connector sends with: its own one inside core's limit, or core's. */
export function throughLimit(limited: FetchLike, own: FetchLike | undefined): FetchLike {
  if (own === undefined) return limited;
  const through = (limited as LimitedFetch)[throughSlot];
  return through === undefined ? own : through(own);
}
