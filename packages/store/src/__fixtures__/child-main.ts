import { existsSync, writeSync } from 'node:fs';
import type { Store } from '@midwatch/core/incident';
import { openPostgresStore } from '../postgres/open-postgres-store.js';
import { openSqliteStore } from '../sqlite/open-sqlite-store.js';
import { sampleRecord, sampleSteps } from './sample-records.js';

const [task = '', path = '', name = ''] = process.argv.slice(2);
/** Straight to the pipe: what was printed was acknowledged, also when the process is killed now. */
const acknowledge = (line: string) => writeSync(1, `${line}\n`);

/** Waits for the file `go`, then opens ten files one after the other: the others do the same at the same time. */
async function open(): Promise<void> {
  acknowledge('ready');
  for (let waited = 0; !existsSync(`${path}.go`) && waited < 20_000_000; waited += 1);
  for (let index = 0; index < 10; index += 1)
    await (await openSqliteStore({ path: `${path}-${index}` })).close();
  acknowledge('opened');
}

/** A hundred alerts of one group. */
async function storm(store: Store): Promise<void> {
  for (let index = 0; index < 100; index += 1) {
    const id = `${name}-${index}`;
    const record = sampleRecord({
      incidentId: id,
      alert: { fingerprint: id },
      effects: { opened: sampleSteps(1) },
    });
    acknowledge((await store.recordAlert(record)).outcome);
  }
}

/** Alert after alert, each with a bundle and a step that is claimed and completed, until it is killed. */
async function write(store: Store): Promise<void> {
  for (let index = 0; index < 5_000; index += 1) {
    const id = `${name}-${index}`;
    await store.recordAlert(
      sampleRecord({
        incidentId: id,
        groupKey: id,
        alert: { fingerprint: id },
        effects: { opened: sampleSteps(1) },
      }),
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
async function work(store: Store): Promise<void> {
  for (let index = 0; index < 5_000; index += 1) {
    const step = await store.steps.claim({ nowMs: 10_000, leaseMs: 60_000 });
    if (step === undefined) return;
    const isDone = await store.steps.complete(step, { nowMs: 10_001, result: name });
    acknowledge(`${step.key} ${isDone}`);
  }
}

const tasks = new Map([
  ['storm', storm],
  ['work', work],
  ['write', write],
]);
const run = tasks.get(task);
if (run === undefined) await open();
else {
  const isUrl = path.startsWith('postgres:');
  const store = await (isUrl ? openPostgresStore({ url: path }) : openSqliteStore({ path }));
  await run(store);
  await store.close();
}
