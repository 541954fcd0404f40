import type { AlertRecord, RecordedAlert, Store } from '@midwatch/core/incident';
import { IntakeFullError } from './intake-full-error.js';

/** Of one transaction. Others wait for it, so that it must not take long. */
export const MAX_RECORDED_TOGETHER = 100;
/** Beyond the transaction that runs: with the largest alerts some 130 MB, with usual ones 4 MB. */
const MAX_WAITING = 2_000;
/** For the alerts of a transaction that failed, each by itself; what is left then is not kept. */
const ALONE_MS = 5_000;

export type RecordAlert = (record: AlertRecord) => Promise<RecordedAlert>;

interface Waiter {
  readonly record: AlertRecord;
  readonly resolve: (recorded: RecordedAlert) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Records what arrives while a transaction runs in one transaction after it, in the order in which it came: the disk is waited
 * for once. An alert that cannot be kept fails by itself, and none beside it. Rejects with an `IntakeFullError` when too many
 * wait already.
 */
export function recordTogether(store: Pick<Store, 'recordAlert' | 'recordAlerts'>): RecordAlert {
  const waiting: Waiter[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    for (;;) {
      // What has arrived by now is read before the timer is: it comes along.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const batch = waiting.splice(0, MAX_RECORDED_TOGETHER);
      if (batch.length === 0) break;
      await commit(store, batch);
    }
    isRunning = false;
  }

  return (record) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= MAX_WAITING) {
        reject(new IntakeFullError(waiting.length));
        return;
      }
      waiting.push({ record, resolve, reject });
      if (isRunning) return;
      isRunning = true;
      void run();
    });
}

async function commit(
  store: Pick<Store, 'recordAlert' | 'recordAlerts'>,
  batch: readonly Waiter[],
): Promise<void> {
  try {
    const recorded = await store.recordAlerts(batch.map(({ record }) => record));
    for (const [index, { reject, resolve }] of batch.entries()) {
      const own = recorded[index];
      if (own === undefined) reject(new Error('the store gave no answer for the alert'));
      else resolve(own);
    }
  } catch (error) {
    await commitEach(store, batch, error);
  }
}

/** Nothing of them is kept, or what is kept is a repetition now. */
async function commitEach(
  store: Pick<Store, 'recordAlert'>,
  batch: readonly Waiter[],
  error: unknown,
): Promise<void> {
  const startedAtMs = performance.now();
  for (const { record, reject, resolve } of batch) {
    // A store that is down is not waited for a hundred times.
    if (batch.length === 1 || performance.now() - startedAtMs > ALONE_MS) reject(error);
    else await store.recordAlert(record).then(resolve, reject);
  }
}
