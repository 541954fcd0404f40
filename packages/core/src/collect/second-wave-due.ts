import type { CollectionRun } from './collection-run.js';

export interface WaveTask {
  readonly connectorId: string;
  readonly isTrace: boolean;
  readonly isWindow: boolean;
  /** Settles with the number of signals; never rejects. */
  readonly done: Promise<number>;
}

/** Of the deadline: wave 2 starts then at the latest. */
const LATEST_SHARE = 0.5;
/** Of the deadline: for the other trace queries of the connector that answered first, or as long again as it took. */
const MIN_PATIENCE_SHARE = 0.1;

/**
 * When to start wave 2: with the first traces of the window, once the connector that brought them has answered its other
 * trace queries too (what is abnormal shows only beside the baseline), but no longer than it took again. A hung source does
 * not hold it. Without traces: when everything else has come in. At the latest at half of the deadline.
 */
export async function secondWaveDue(tasks: readonly WaveTask[], run: CollectionRun): Promise<void> {
  const latest = run.pause(run.deadlineMs * LATEST_SHARE - run.elapsedMs());
  await Promise.race([latest, tracesRead(tasks, run)]);
}

/** Of the deadline: later, an answer by another name would hardly come in. */
const NAMES_SHARE = 0.6;

/** When to ask by other names: with the whole first wave, since only then it shows who knows none of them. */
export async function otherNamesDue(tasks: readonly WaveTask[], run: CollectionRun): Promise<void> {
  await Promise.race([run.pause(run.deadlineMs * NAMES_SHARE - run.elapsedMs()), allDone(tasks)]);
}

async function tracesRead(tasks: readonly WaveTask[], run: CollectionRun): Promise<void> {
  const traceTasks = tasks.filter(({ isTrace }) => isTrace);
  const first = new Promise<WaveTask>((resolve) => {
    for (const task of traceTasks) {
      if (task.isWindow) void task.done.then((count) => (count > 0 ? resolve(task) : undefined));
    }
  });
  const found = await Promise.race([first, allDone(traceTasks)]);
  if (found === undefined) return allDone(tasks);
  const patienceMs = Math.max(run.elapsedMs(), run.deadlineMs * MIN_PATIENCE_SHARE);
  const siblings = traceTasks.filter(({ connectorId }) => connectorId === found.connectorId);
  await Promise.race([allDone(siblings), run.pause(patienceMs)]);
}

async function allDone(tasks: readonly WaveTask[]): Promise<undefined> {
  await Promise.all(tasks.map(({ done }) => done));
  return undefined;
}
