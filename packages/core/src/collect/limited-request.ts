import { ConnectorError } from '../connector/connector-error.js';
import type { FetchLike } from '../connector/v1/connector.js';
import type { SlotLimiter, SlotTicket } from './slot-limiter.js';
import { trackBody } from './tracked-response.js';

export interface RequestEnd {
  /** `evicted`: it held its slot for too long while others waited. */
  readonly outcome: 'read' | 'cancelled' | 'failed' | 'aborted' | 'evicted';
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

/** One request from its place in the queue to the end of its body. Whatever ends it gives its slot back at once. */
export function sendLimited(request: LimitedRequest): Promise<Response> {
  const { connectorId, priority, limiter, budget, send, input, init, leaseSignal } = request;
  const controller = new AbortController();
  const { signal } = controller;
  let ticket: SlotTicket | undefined;
  let startedMs: number | undefined;
  let status: number | undefined;
  let bodyBytes = 0;
  let isOver = false;

  function end(outcome: RequestEnd['outcome']): void {
    if (isOver) return;
    isOver = true;
    leaseSignal.removeEventListener('abort', onLeaseEnd);
    init.signal?.removeEventListener('abort', onConnectorAbort);
    ticket?.leave(startedMs === undefined || outcome === 'aborted' ? 'gone' : 'answered');
    if (startedMs === undefined) return;
    const durationMs = Date.now() - startedMs;
    request.onEnd({ outcome, bodyBytes, durationMs, ...(status === undefined ? {} : { status }) });
  }
  function abort(reason: unknown, outcome: 'aborted' | 'evicted'): void {
    end(outcome);
    controller.abort(reason);
  }
  const onLeaseEnd = () => abort(leaseSignal.reason, 'aborted');
  const onConnectorAbort = () => abort(init.signal?.reason, 'aborted');
  const onEvict = () =>
    abort(
      new ConnectorError({
        code: 'timeout',
        connectorId,
        message: 'gave its place to others after too long',
      }),
      'evicted',
    );

  async function start(): Promise<Response> {
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

  return new Promise((resolve, reject) => {
    // Settles the promise even when `send` never does.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (leaseSignal.aborted) return onLeaseEnd();
    if (init.signal?.aborted === true) return onConnectorAbort();
    leaseSignal.addEventListener('abort', onLeaseEnd, { once: true });
    init.signal?.addEventListener('abort', onConnectorAbort, { once: true });
    const onGrant = () => {
      start().then(resolve, (error: unknown) => {
        end('failed');
        reject(error);
      });
    };
    ticket = limiter.enter({ connectorId, priority, onGrant, onEvict });
  });
}
