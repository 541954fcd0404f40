const SLICE_MS = 8;

/** Lets timers and other sources' answers have their turn: to be awaited between items of a long loop. */
export function createTimeSlice(): () => Promise<void> | undefined {
  let startedMs = Date.now();
  return () => {
    if (Date.now() - startedMs < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setTimeout(() => {
        startedMs = Date.now();
        resolve();
      }, 0);
    });
  };
}
