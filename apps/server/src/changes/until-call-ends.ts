import { type CallContextV1, ConnectorError } from '@midwatch/core';

const MAX_TIMER_MS = 2 ** 31 - 1;

/** The result while the call lasts; afterwards `aborted` or `timeout`, whatever becomes of it. */
export async function untilCallEnds<T>(
  connectorId: string,
  call: CallContextV1,
  start: () => Promise<T>,
): Promise<T> {
  const aborted = () => new ConnectorError({ code: 'aborted', connectorId, message: 'the caller gave up' });
  if (call.signal.aborted) throw aborted();
  let end: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    const late = () =>
      reject(
        new ConnectorError({ code: 'timeout', connectorId, message: 'the store did not answer in time' }),
      );
    const remainingMs = Math.max(0, call.deadlineAtMs - Date.now());
    const timer = setTimeout(late, Math.min(remainingMs, MAX_TIMER_MS));
    const onAbort = () => reject(aborted());
    call.signal.addEventListener('abort', onAbort, { once: true });
    end = () => {
      clearTimeout(timer);
      call.signal.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([start(), ended]);
  } finally {
    end?.();
  }
}
