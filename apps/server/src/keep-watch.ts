import { type WatchOptions, watchItself } from '@midwatch/responder';

const FIRST_AFTER_MS = 10_000;
const EVERY_MS = 60_000;

/** Looks at Midwatch itself once a minute. Gives what ends it, and waits for a look that is under way. */
export function keepWatch(options: WatchOptions, onError: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let hasEnded = false;
  let timer = setTimeout(look, FIRST_AFTER_MS);
  function look(): void {
    running = watchItself(options)
      .catch(onError)
      .finally(() => {
        if (!hasEnded) timer = setTimeout(look, EVERY_MS);
      });
  }
  return async () => {
    hasEnded = true;
    clearTimeout(timer);
    await running;
  };
}
