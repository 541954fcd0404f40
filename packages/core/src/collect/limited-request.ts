import { ConnectorError } from '../connector/connector-error.js';
import type { FetchLike } from '../connector/v1/connector.js';
import type { SlotLimiter, SlotTicket } from './slot-limiter.js';
import { trackBody } from './tracked-response.js';

export interface RequestEnd {
  /** It held its slot for too long while others waited: `evicted` for good, or `put-back` into the queue. */
  readonly outcome: 'read' | 'cancelled' | 'failed' | 'aborted' | 'evicted' | 'put-back';
  /** Absent when no response came. */
  readonly status?: number;
  readonly bodyBytes: number;
  readonly durationMs: number;
}

/** What all requests of a collection may use together; both throw when it is used up. */
export interface RequestBudget {
  takeRequest(): void;
  takeBytes(count: number): void;
}

export interface LimitedRequest {
  readonly connectorId: string;
  readonly priority: number;
  readonly limiter: SlotLimiter;
  readonly budget: RequestBudget;
  readonly send: FetchLike;
  readonly input: string;
  readonly init: RequestInit;
  /** Aborted when the query that this request belongs to is over. */
  readonly leaseSignal: AbortSignal;
  readonly onStart: () => void;
  readonly onEnd: (end: RequestEnd) => void;
}

/**
 * One request from its place in the queue to the end of its body. Whatever ends it gives its slot back at once. When its
 * slot is taken back before any answer it is put into the queue again: reading twice does no harm.
 */
export function sendLimited(request: LimitedRequest): Promise<Response> {
  const { connectorId, priority, limiter, budget, send, input, init, leaseSignal } = request;
  /** Of the whole request. */
  const controller = new AbortController();
  /** Of what is in flight now; another one after it has been put back. */
  let sending = new AbortController();
  let ticket: SlotTicket | undefined;
  let startedMs: number | undefined;
  let status: number | undefined;
  let bodyBytes = 0;
  let isOver = false;
  const { promise, resolve, reject } = Promise.withResolvers<Response>();

  function report(outcome: RequestEnd['outcome']): void {
    if (startedMs === undefined) return;
    const durationMs = Date.now() - startedMs;
    request.onEnd({ outcome, bodyBytes, durationMs, ...(status === undefined ? {} : { status }) });
  }
  function end(outcome: RequestEnd['outcome']): void {
    if (isOver) return;
    isOver = true;
    leaseSignal.removeEventListener('abort', onLeaseEnd);
    init.signal?.removeEventListener('abort', onConnectorAbort);
    ticket?.leave(startedMs === undefined || outcome === 'aborted' ? 'gone' : 'answered');
    report(outcome);
  }
  function abort(reason: unknown, outcome: 'aborted' | 'evicted'): void {
    end(outcome);
    sending.abort(reason);
    controller.abort(reason);
  }
  const onLeaseEnd = () => abort(leaseSignal.reason, 'aborted');
  const onConnectorAbort = () => abort(init.signal?.reason, 'aborted');
  const tookTooLong = () =>
    new ConnectorError({ code: 'timeout', connectorId, message: 'gave its place to others after too long' });

  function onEvict(): void {
    if (status !== undefined) {
      abort(tookTooLong(), 'evicted');
      return;
    }
    report('put-back');
    startedMs = undefined;
    sending.abort(tookTooLong());
    sending = new AbortController();
    enter();
  }

  async function start(signal: AbortSignal): Promise<Response> {
    budget.takeRequest();
    startedMs = Date.now();
    request.onStart();
    const response = await send(input, { ...init, redirect: 'manual', signal });
    if (signal.aborted) {
      response.body?.cancel().catch(() => undefined);
      throw signal.reason;
    }
    status = response.status;
    return trackBody(response, {
      signal,
      onEnd: end,
      onBytes(count) {
        bodyBytes += count;
        budget.takeBytes(count);
      },
    });
  }

  function enter(): void {
    const { signal } = sending;
    const onGrant = () => {
      start(signal).then(resolve, (error: unknown) => {
        // What failed because it was put back goes on waiting.
        if (signal.aborted && !isOver) return;
        end('failed');
        reject(error);
      });
    };
    ticket = limiter.enter({ connectorId, priority, onGrant, onEvict });
  }

  // Settles the promise even when `send` never does.
  controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  if (leaseSignal.aborted) onLeaseEnd();
  else if (init.signal?.aborted === true) onConnectorAbort();
  else {
    leaseSignal.addEventListener('abort', onLeaseEnd, { once: true });
    init.signal?.addEventListener('abort', onConnectorAbort, { once: true });
    enter();
  }
  return promise;
}
