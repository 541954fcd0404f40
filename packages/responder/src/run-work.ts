import type { Responder } from './responder.js';

export interface RunnerOptions {
  /** Steps at a time, as many deliveries beside them, and one shadow. @default 4 */
  readonly concurrency?: number;
  /** How often an idle runner looks for what became due. @default 1,000 */
  readonly pollMs?: number;
  /** Told when the store fails; the runner waits and goes on. */
  readonly onError?: (error: unknown) => void;
}

export interface Runner {
  /** Looks for work now: after an alert was received. */
  wake(): void;
  /** Takes no more work, and gives what runs so long to end; then it is cut, and handed out again later. */
  stop(graceMs?: number): Promise<void>;
}

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_POLL_MS = 1_000;
const DEFAULT_GRACE_MS = 10_000;
/** Every lane that wakes asks the store: of many wakes one after the other, each but the first waits so long for the others. */
const WAKE_EVERY_MS = 25;
/** After a cut, for what ignores its signal. */
const CUT_MS = 1_000;

/** Does a responder's work inside this process, until it is stopped. Deliveries have lanes of their own: no model holds them. */
export function runWork(responder: Responder, options: RunnerOptions = {}): Runner {
  const { concurrency = DEFAULT_CONCURRENCY, pollMs = DEFAULT_POLL_MS, onError } = options;
  const cut = new AbortController();
  const sleepers = new Set<() => void>();
  let isStopping = false;
  let wakes = 0;
  let lastWakeMs = -WAKE_EVERY_MS;
  let nextWake: ReturnType<typeof setTimeout> | undefined;

  function wakeNow(): void {
    clearTimeout(nextWake);
    nextWake = undefined;
    lastWakeMs = performance.now();
    wakes += 1;
    for (const end of [...sleepers]) end();
  }

  function wake(): void {
    const waitMs = lastWakeMs + WAKE_EVERY_MS - performance.now();
    if (waitMs <= 0) wakeNow();
    else if (!isStopping) nextWake ??= setTimeout(wakeNow, waitMs);
  }

  function sleep(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        sleepers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, pollMs);
      sleepers.add(end);
    });
  }

  async function lane(work: Responder['runStep'], leavesSuspects = false): Promise<void> {
    while (!isStopping) {
      const wakesBefore = wakes;
      try {
        const hasWorked = await work({ signal: cut.signal, ...(leavesSuspects && { leavesSuspects }) });
        // What was done may have left something for another lane.
        if (hasWorked) wake();
        // What was put in while this lane looked is looked for at once.
        else if (wakes === wakesBefore && !isStopping) await sleep();
      } catch (error) {
        onError?.(error);
        if (!isStopping) await sleep();
      }
    }
  }

  const lanes = Array.from({ length: concurrency }, (_, index) => [
    // One lane takes what may take the process down, one at a time: else others die beside it, and are given up for it.
    lane(responder.runStep, index > 0),
    lane(responder.deliver),
  ]);
  // One for all: shadows take no lane from what people wait for.
  lanes.push([lane(responder.runShadow)]);
  const ended = Promise.all(lanes.flat());

  return {
    wake,
    async stop(graceMs = DEFAULT_GRACE_MS) {
      isStopping = true;
      wakeNow();
      if (await endsWithin(ended, graceMs)) return;
      cut.abort(new Error('the runner was stopped'));
      await endsWithin(ended, CUT_MS);
    },
  };
}

async function endsWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
