export interface Repetition {
  readonly firstAfterMs: number;
  /** From the end of one to the start of the next. */
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/** Does something again and again, one at a time. Gives what ends it, and waits for what is under way. */
export function keepDoing(
  { everyMs, firstAfterMs, onError }: Repetition,
  work: (hasEnded: () => boolean) => Promise<void>,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let hasEnded = false;
  let timer = setTimeout(turn, firstAfterMs);
  function turn(): void {
    running = work(() => hasEnded)
      .catch(onError)
      .finally(() => {
        if (!hasEnded) timer = setTimeout(turn, everyMs);
      });
  }
  return async () => {
    hasEnded = true;
    clearTimeout(timer);
    await running;
  };
}
