import { AnalyzerError } from './analyzer-error.js';

/** The longest that `setTimeout` can wait; beyond it fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** As analyzers and reviewers are given it. */
export interface CallTime {
  readonly signal: AbortSignal;
  readonly deadlineAtMs: number;
}

export interface CallDeadline {
  /** Aborted with the `AnalyzerError` to reject with: `aborted` by the caller, `timeout` at the deadline. */
  readonly signal: AbortSignal;
  leftMs(): number;
  /** Settles like the work, or rejects once the signal is aborted: a fetch that ignores its signal holds nobody. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Rejects once the signal is aborted. */
  sleep(ms: number): Promise<void>;
  /** Lets go of the caller's signal and of the timer. */
  release(): void;
}

/** The caller's abort and the deadline as one, until released. */
export function createCallDeadline({ signal: caller, deadlineAtMs }: CallTime): CallDeadline {
  const controller = new AbortController();
  const { signal } = controller;
  const giveUp = () =>
    controller.abort(new AnalyzerError({ code: 'aborted', message: 'the caller gave up' }));
  const expire = () => controller.abort(new AnalyzerError({ code: 'timeout', message: 'no answer in time' }));
  const leftMs = () => deadlineAtMs - Date.now();

  let timer: ReturnType<typeof setTimeout> | undefined;
  if (caller.aborted) giveUp();
  else if (leftMs() <= 0) expire();
  else {
    timer = setTimeout(expire, Math.min(leftMs(), MAX_TIMER_MS));
    caller.addEventListener('abort', giveUp, { once: true });
  }

  let rejectAborted: (reason: unknown) => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    rejectAborted = reject;
  });
  aborted.catch(() => undefined);
  const onAbort = () => rejectAborted(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const race = <T>(work: Promise<T>): Promise<T> => Promise.race([aborted, work]);

  return {
    signal,
    leftMs,
    race,
    async sleep(ms) {
      let sleeping: ReturnType<typeof setTimeout> | undefined;
      try {
        await race(
          new Promise<void>((resolve) => {
            sleeping = setTimeout(resolve, ms);
          }),
        );
      } finally {
        clearTimeout(sleeping);
      }
    },
    release() {
      clearTimeout(timer);
      caller.removeEventListener('abort', giveUp);
    },
  };
}
