import { writeSync } from 'node:fs';
import { openSqliteStore } from '../sqlite/open-sqlite-store.js';
import { sampleRecord, sampleSteps } from './sample-records.js';

const [task = '', path = '', name = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path });
/** Straight to the pipe: what was printed was acknowledged, also when the process is killed now. */
const acknowledge = (line: string) => writeSync(1, `${line}\n`);

/** Alert after alert, each with a bundle and a step that is claimed and completed, until it is killed. */
async function write(): Promise<void> {
  for (let index = 0; index < 5_000; index += 1) {
    const id = `${name}-${index}`;
    await store.recordAlert(
      sampleRecord({ incidentId: id, groupKey: id, alert: { fingerprint: id }, effects: { opened: sampleSteps(1) } }),
    );
    acknowledge(`alert ${id}`);
    await store.bundles.put(id, new Uint8Array(2_000).fill(index), 1);
    acknowledge(`bundle ${id}`);
    const step = await store.steps.claim({ nowMs: 1, leaseMs: 1_000 });
    if (step === undefined) continue;
    const deliveries = [{ key: 'd', channel: 'slack', payload: id, dueAtMs: 1 }];
    await store.steps.complete(step, { nowMs: 2, result: name, effects: { deliveries } });
    acknowledge(`step ${step.incidentId}`);
  }
}

/** Claims and completes until nothing is left. */
async function work(): Promise<void> {
  for (let index = 0; index < 5_000; index += 1) {
    const step = await store.steps.claim({ nowMs: 10_000, leaseMs: 60_000 });
    if (step === undefined) return;
    const isDone = await store.steps.complete(step, { nowMs: 10_001, result: name });
    acknowledge(`${step.key} ${isDone}`);
  }
}

await (task === 'write' ? write() : work());
await store.close();
