/** Settles like the work, or rejects with `toReason()` as soon as the signal is aborted; the work is then left alone. */
export async function untilAborted<T>(
  signal: AbortSignal | undefined,
  toReason: () => unknown,
  work: Promise<T>,
): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(toReason());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
