import { type CallContextV1, ConnectorError } from '@midwatch/core';
import type { FileContent, Reading } from './file-content.js';

/** A file that is read once for all queries. */
export interface SharedFile<T> {
  /** Rejects with `aborted`; at the deadline resolves with what was read until then, or rejects with `timeout`. */
  read(call: CallContextV1): Promise<FileContent<T>>;
}

/**
 * Queries that come while the file is being read wait for the same reading. It ends when nobody waits any more, and a
 * failure is not kept: the next query opens the file anew.
 */
export function createSharedFile<T>(
  connectorId: string,
  name: string,
  start: () => Reading<T>,
): SharedFile<T> {
  let content: FileContent<T> | undefined;
  let current: { readonly reading: Reading<T>; waiting: number } | undefined;

  function begin() {
    const started = { reading: start(), waiting: 0 };
    current = started;
    started.reading.done.then(
      (result) => {
        // One that was given up resolves too, with the part that it had read.
        if (current !== started) return;
        if (!result.passing) content = result.content;
        current = undefined;
      },
      () => {
        if (current === started) current = undefined;
      },
    );
    return started;
  }

  async function read(call: CallContextV1): Promise<FileContent<T>> {
    if (call.signal.aborted) throw aborted(connectorId, name);
    if (content !== undefined) return content;
    const joined = current ?? begin();
    joined.waiting++;
    try {
      const outcome = await untilCallEnds(joined.reading.done, call);
      if (outcome === 'aborted') throw aborted(connectorId, name);
      if (outcome !== 'deadline') return outcome.content;
      return soFar(joined.reading.soFar());
    } finally {
      joined.waiting--;
      if (joined.waiting === 0 && current === joined) {
        current = undefined;
        joined.reading.cancel();
      }
    }
  }

  function soFar(read: FileContent<T>): FileContent<T> {
    const { signals, gaps } = read;
    if (signals.length === 0) {
      throw new ConnectorError({ code: 'timeout', connectorId, message: `${name} was not read in time` });
    }
    return {
      ...read,
      gaps: [...gaps, { reason: 'deadline', detail: `${name} was not read to its end in time` }],
    };
  }
  return { read };
}

/** Whatever comes first: the result, the caller's abort, or the deadline. */
async function untilCallEnds<T>(
  result: Promise<T>,
  call: CallContextV1,
): Promise<T | 'aborted' | 'deadline'> {
  const ended = new AbortController();
  const stop = new Promise<'aborted' | 'deadline'>((resolve) => {
    const timer = setTimeout(
      () => resolve('deadline'),
      Math.min(Math.max(0, call.deadlineAtMs - Date.now()), MAX_TIMER_MS),
    );
    const onAbort = () => resolve('aborted');
    call.signal.addEventListener('abort', onAbort, { once: true });
    ended.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', onAbort);
    });
  });
  try {
    return await Promise.race([result, stop]);
  } finally {
    ended.abort();
  }
}

/** A timer takes 31 bits. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function aborted(connectorId: string, name: string): ConnectorError {
  return new ConnectorError({ code: 'aborted', connectorId, message: `the caller gave up on ${name}` });
}
