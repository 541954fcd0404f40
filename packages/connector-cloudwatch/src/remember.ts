import type { CallContextV1 } from '@midwatch/core';

/** What was looked up, kept while the connector lives. Calls side by side share one look-up. */
export interface Memory<T> {
  recall(key: string, find: () => Promise<T>, call: CallContextV1): Promise<T>;
}

const MAX_KEYS = 1000;

/** A look-up that failed, or whose result is not worth keeping, is neither kept nor shared. */
export function createMemory<T>(isWorthKeeping: (value: T) => boolean): Memory<T> {
  const known = new Map<string, T>();
  const running = new Map<string, Promise<{ readonly value: T } | undefined>>();

  async function look(key: string, find: () => Promise<T>): Promise<T> {
    const finding = find();
    const shared = finding.then(
      (value) => (isWorthKeeping(value) ? { value } : undefined),
      () => undefined,
    );
    running.set(key, shared);
    try {
      const value = await finding;
      if (known.size >= MAX_KEYS) known.clear();
      if (isWorthKeeping(value)) known.set(key, value);
      return value;
    } finally {
      if (running.get(key) === shared) running.delete(key);
    }
  }

  return {
    async recall(key, find, call) {
      const kept = known.get(key);
      if (kept !== undefined) return kept;
      const other = running.get(key);
      const shared = other === undefined ? undefined : await whileWanted(other, call);
      return shared === undefined ? look(key, find) : shared.value;
    },
  };
}

/** Another call's result, but not beyond this call's own abort or deadline. */
async function whileWanted<T>(other: Promise<T>, call: CallContextV1): Promise<T | undefined> {
  const stopped = waitUntil(call.deadlineAtMs - Date.now(), call.signal);
  try {
    return await Promise.race([other, stopped.promise.then(() => undefined)]);
  } finally {
    stopped.cancel();
  }
}

/**
 * Resolves after the time, or at once when the signal is aborted; `cancel` lets go of timer and signal. For what the API
 * itself makes one wait for: a query that another call started, the next look at one that runs.
 */
export function waitUntil(
  durationMs: number,
  signal: AbortSignal,
): { readonly promise: Promise<void>; cancel(): void } {
  let cancel: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    const finish = () => {
      cancel();
      resolve();
    };
    const timer = setTimeout(() => finish(), Math.max(0, Math.min(durationMs, 2 ** 31 - 1)));
    cancel = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
    };
    if (signal.aborted) finish();
    else signal.addEventListener('abort', finish, { once: true });
  });
  return { promise, cancel: () => cancel() };
}
