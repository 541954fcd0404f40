import type { FetchLike } from '../connector/v1/connector.js';

export interface LimitedFetchOptions {
  /** @default 6 */
  readonly maxInFlight?: number;
  /** @default 2 */
  readonly maxInFlightPerConnector?: number;
  /** @default 100 */
  readonly maxRequests?: number;
  /** Of all bodies together. @default 32 MiB */
  readonly maxBodyBytes?: number;
  /** @default the global fetch */
  readonly fetch?: FetchLike;
}

/** One query's share of the limited fetch. */
export interface FetchLease {
  readonly fetch: FetchLike;
  /** Aborts what is still in flight and refuses what comes later. */
  close(): void;
}

export interface LimitedFetch {
  /** The fetch to lend to one query of one connector. */
  lease(scope: { readonly connectorId: string; readonly priority?: number }): FetchLease;
}

/** Bounds how many requests are in flight, in all and per connector, and how much they may read. */
export function createLimitedFetch(_options: LimitedFetchOptions = {}): LimitedFetch {
  throw new Error('not written yet');
}
