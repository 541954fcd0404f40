import { ConnectorError } from '../connector/connector-error.js';
import type { FetchLike } from '../connector/v1/connector.js';
import { type LendingFetch, throughSlot } from '../http/through-limit.js';
import { toRequestText } from './asked-request.js';
import { type RequestBudget, type RequestEnd, sendLimited } from './limited-request.js';
import { createSlotLimiter } from './slot-limiter.js';

export interface LimitedFetchOptions {
  /** @default 6 */
  readonly maxInFlight?: number;
  /** @default 2 */
  readonly maxInFlightPerConnector?: number;
  /** @default 250 */
  readonly maxRequests?: number;
  /** Of all bodies together, unpacked. @default 32 MiB */
  readonly maxBodyBytes?: number;
  /** A request in flight for longer may be aborted for those that wait. @default 1,000 */
  readonly overdueAfterMs?: number;
  /** @default the global fetch */
  readonly fetch?: FetchLike;
}

export interface FetchLeaseScope {
  readonly connectorId: string;
  /** Smaller goes first. @default 0 */
  readonly priority?: number;
  readonly onRequestStart?: (requestId: number) => void;
  readonly onRequestEnd?: (requestId: number, end: RequestEnd) => void;
}

/** One query's share of the limited fetch. */
export interface FetchLease {
  readonly fetch: FetchLike;
  /** What has been asked for so far, as a person would write it; not redacted, at most 10. */
  readonly asked: readonly string[];
  /** `budget`: a request was refused or a body cut, because the collection has used up its share. */
  readonly trouble: 'none' | 'evicted' | 'budget';
  /** Whether a request has left; one that only waited or was refused has not. */
  readonly hasSent: boolean;
  /** Aborts what is still in flight and refuses what comes later. */
  close(): void;
}

export interface LimitedFetch {
  /** The fetch to lend to one query of one connector. */
  lease(scope: FetchLeaseScope): FetchLease;
  /** Closes all leases. */
  close(): void;
}

const MAX_ASKED = 10;

/**
 * Bounds how many requests are in flight, in all and per connector, and how much they read. A slot is held until the body
 * has been read or dropped, the request is aborted, or its lease is closed: neither a fetch that ignores its signal nor a
 * body that nobody reads can keep it.
 */
export function createLimitedFetch(options: LimitedFetchOptions = {}): LimitedFetch {
  const limiter = createSlotLimiter({
    maxInFlight: options.maxInFlight ?? 6,
    maxPerConnector: options.maxInFlightPerConnector ?? 2,
    overdueAfterMs: options.overdueAfterMs ?? 1000,
  });
  const sendGlobally: FetchLike = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const budgetLeft = {
    requests: options.maxRequests ?? 250,
    bytes: options.maxBodyBytes ?? 32 * 1024 * 1024,
  };
  const leases = new Set<FetchLease>();
  let lastRequestId = 0;

  function lease(scope: FetchLeaseScope): FetchLease {
    const { connectorId } = scope;
    const controller = new AbortController();
    const asked: string[] = [];
    let trouble: FetchLease['trouble'] = 'none';
    let hasSent = false;

    const refuse = (what: string) => {
      trouble = 'budget';
      return new ConnectorError({
        code: 'too-large',
        connectorId,
        message: `the collection has used up its ${what}`,
      });
    };
    const budget: RequestBudget = {
      takeRequest() {
        if (budgetLeft.requests <= 0) throw refuse('requests');
        if (budgetLeft.bytes <= 0) throw refuse('bytes');
        budgetLeft.requests -= 1;
        hasSent = true;
      },
      takeBytes(count) {
        budgetLeft.bytes -= count;
        if (budgetLeft.bytes < 0) throw refuse('bytes');
      },
    };

    function through(send: FetchLike): FetchLike {
      return async (input, init = {}) => {
        if (asked.length < MAX_ASKED) asked.push(toRequestText(input, init));
        const requestId = ++lastRequestId;
        return sendLimited({
          ...{ connectorId, priority: scope.priority ?? 0, limiter, budget, send, input, init },
          leaseSignal: controller.signal,
          onStart: () => scope.onRequestStart?.(requestId),
          onEnd(end) {
            if (end.outcome === 'evicted') trouble = 'evicted';
            scope.onRequestEnd?.(requestId, end);
          },
        });
      };
    }

    const self: FetchLease = {
      fetch: Object.assign<FetchLike, LendingFetch | object>(through(sendGlobally), {
        [throughSlot]: through,
      }),
      asked,
      get trouble() {
        return trouble;
      },
      get hasSent() {
        return hasSent;
      },
      close() {
        leases.delete(self);
        if (controller.signal.aborted) return;
        const message = 'the time of this query is over';
        controller.abort(new ConnectorError({ code: 'aborted', connectorId, message }));
      },
    };
    leases.add(self);
    return self;
  }

  return {
    lease,
    close() {
      for (const open of leases) open.close();
      limiter.close();
    },
  };
}
