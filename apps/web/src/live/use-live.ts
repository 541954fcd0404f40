import { useEffect, useState } from 'preact/hooks';
import { type Answer, ask, Refusal } from './ask.js';

export interface Live<T> {
  readonly value?: T;
  /** Why what is shown may be old. */
  readonly problem?: string;
  /** The server knows no such thing. */
  readonly isMissing?: boolean;
  readonly checkedAtMs?: number;
}

const MAX_PAUSE_MS = 60_000;

/** Told when the server wants a token (again). */
export const SIGNED_OUT = 'midwatch-signed-out';

/**
 * What is at a path, asked for again and again: whole when it is new, a 304 when it is not. It rests while nobody looks, and asks at
 * once when somebody does; after a failure it asks less often.
 */
export function useLive<T>(path: string | undefined, everyMs: number): Live<T> & { again(): void } {
  const [live, setLive] = useState<Live<T>>({});
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    if (path === undefined) return undefined;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let etag: string | undefined;
    let failures = 0;
    let isAsking = false;

    const check = async () => {
      clearTimeout(timer);
      if (isAsking || document.hidden) return;
      isAsking = true;
      try {
        const answer = await ask<T>(path, { etag, signal: ending.signal });
        failures = 0;
        if (answer !== 'unchanged') etag = answer.etag;
        setLive((before) => toLive(before, answer));
      } catch (error) {
        if (ending.signal.aborted) return;
        failures += 1;
        if (error instanceof Refusal && error.status === 401) dispatchEvent(new Event(SIGNED_OUT));
        const isMissing = error instanceof Refusal && error.status === 404;
        setLive(({ checkedAtMs, value }) => ({
          ...(value === undefined ? {} : { value }),
          ...(checkedAtMs === undefined ? {} : { checkedAtMs }),
          problem: error instanceof Refusal ? error.message : 'the server cannot be reached',
          isMissing,
        }));
      } finally {
        isAsking = false;
      }
      timer = setTimeout(() => void check(), Math.min(MAX_PAUSE_MS, everyMs * 2 ** failures));
    };

    const onVisible = () => void check();
    document.addEventListener('visibilitychange', onVisible);
    void check();
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      clearTimeout(timer);
      ending.abort();
    };
  }, [path, everyMs, turn]);

  return { ...live, again: () => setTurn((before) => before + 1) };
}

function toLive<T>(before: Live<T>, answer: Answer<T> | 'unchanged'): Live<T> {
  const checkedAtMs = Date.now();
  if (answer !== 'unchanged') return { value: answer.value, checkedAtMs };
  return before.value === undefined ? { checkedAtMs } : { value: before.value, checkedAtMs };
}
