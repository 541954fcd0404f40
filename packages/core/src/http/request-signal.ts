import { ConnectorError } from '../connector/connector-error.js';
import type { CallContextV1 } from '../connector/v1/connector.js';

/** What one request belongs to, for its errors. */
export interface RequestScope {
  readonly connectorId: string;
  /** As in the allow list: holds no value. */
  readonly path: string;
  readonly call: CallContextV1;
}

export interface RequestSignal {
  /** Aborted with the `ConnectorError` to reject with: `aborted` by the caller, `timeout` at the deadline. */
  readonly signal: AbortSignal;
  /** Settles like the promise, or rejects at once when the signal is aborted: what ignores its signal holds nobody. */
  readonly race: <T>(promise: Promise<T>) => Promise<T>;
  /** Lets go of the caller's signal and of the timer. */
  release(): void;
}

/** The longest that `setTimeout` can wait; beyond it fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The caller's abort and the deadline as one signal, until released. A timer of our own, because that of `AbortSignal.timeout` cannot be cleared. */
export function createRequestSignal({ connectorId, path, call }: RequestScope): RequestSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const giveUp = () =>
    controller.abort(
      new ConnectorError({ code: 'aborted', connectorId, message: `the caller gave up on ${path}` }),
    );
  const expire = () =>
    controller.abort(
      new ConnectorError({ code: 'timeout', connectorId, message: `no answer in time from ${path}` }),
    );

  const leftMs = call.deadlineAtMs - Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  if (call.signal.aborted) giveUp();
  else if (leftMs <= 0) expire();
  else {
    timer = setTimeout(expire, Math.min(leftMs, MAX_TIMER_MS));
    call.signal.addEventListener('abort', giveUp, { once: true });
  }

  let rejectRace: (reason: unknown) => void;
  const aborted = new Promise<never>((_, reject) => {
    rejectRace = reject;
  });
  aborted.catch(() => undefined);
  const onAbort = () => rejectRace(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });

  return {
    signal,
    race: (promise) => Promise.race([aborted, promise]),
    release() {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', giveUp);
    },
  };
}
