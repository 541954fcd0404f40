/** What a promise gives, or `undefined` as soon as the signal is aborted. */
export async function whileWanted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop: () => void = () => undefined;
  const unwanted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
  });
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, unwanted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
