import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { readLines, startChild } from '../__fixtures__/child-process.js';
import { sampleRecord, sampleSteps } from '../__fixtures__/sample-records.js';
import { storeSuite } from '../__fixtures__/store-suite.js';
import { openSqliteStore } from './open-sqlite-store.js';

const folder = mkdtempSync(join(tmpdir(), 'midwatch-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
function newFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

storeSuite('SQLite in memory', () => openSqliteStore({ path: ':memory:' }));
storeSuite('SQLite in a file', () => openSqliteStore({ path: newFile() }));

test('reads wait for no writer, and see what was committed', async () => {
  const path = newFile();
  const store = await openSqliteStore({ path, busyTimeoutMs: 20 });
  await store.recordAlert(sampleRecord());
  const other = new Database(path);
  other.exec("begin immediate; update incident set name = 'half'");
  expect(await store.getIncident('inc-1')).toMatchObject({ title: 'CheckoutErrors' });
  expect((await store.listIncidents({ limit: 1 })).items).toHaveLength(1);
  other.exec('rollback');
  other.close();
  await store.close();
});

test('everything is there when the file is opened again', async () => {
  const path = newFile();
  const first = await openSqliteStore({ path });
  await first.recordAlert(sampleRecord({ effects: { opened: sampleSteps(1) } }));
  await first.bundles.put('b', Uint8Array.of(1, 2, 3), 1);
  await first.close();
  const second = await openSqliteStore({ path });
  expect(await second.getIncident('inc-1')).toMatchObject({ alertCount: 1 });
  expect(await second.steps.claim({ nowMs: 1, leaseMs: 1 })).toMatchObject({ key: 's0' });
  expect(await second.bundles.get('b')).toEqual(Uint8Array.of(1, 2, 3));
  await second.close();
});

test('a write that fails half way leaves nothing of its transaction', async () => {
  const path = newFile();
  const store = await openSqliteStore({ path });
  const other = new Database(path);
  other.exec("create trigger full before insert on alert begin select raise(abort, 'disk is full'); end");
  const record = sampleRecord({ effects: { opened: sampleSteps(2) } });
  await expect(store.recordAlert(record)).rejects.toThrow('disk is full');
  other.exec('drop trigger full');
  expect(await store.listIncidents({ limit: 1 })).toEqual({ items: [] });
  expect(await store.steps.claim({ nowMs: 10_000, leaseMs: 1 })).toBeUndefined();
  expect(await store.recordAlert(record)).toMatchObject({ outcome: 'opened' });
  other.close();
  await store.close();
});

test('while another process holds the file for too long, a write rejects and changes nothing', async () => {
  const path = newFile();
  const store = await openSqliteStore({ path, busyTimeoutMs: 20 });
  const other = new Database(path);
  other.exec('begin immediate');
  await expect(store.recordAlert(sampleRecord())).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  other.exec('rollback');
  expect(await store.recordAlert(sampleRecord())).toMatchObject({ outcome: 'opened' });
  other.close();
  await store.close();
});

test('a file of a newer version, and one that is no database, are refused and let go', async () => {
  const path = newFile();
  await (await openSqliteStore({ path })).close();
  const other = new Database(path);
  other.exec('update midwatch_schema set version = 99');
  await expect(openSqliteStore({ path })).rejects.toMatchObject({ code: 'newer-schema' });
  other.exec('update midwatch_schema set version = 2');
  other.close();
  await (await openSqliteStore({ path })).close();
  await expect(openSqliteStore({ path: import.meta.filename })).rejects.toMatchObject({
    code: 'SQLITE_NOTADB',
  });
});

describe('several processes', () => {
  test('three that open a new file at once and share the steps do each once', async () => {
    const path = newFile();
    // The file is new to all three: whoever is first migrates it.
    const idle = ['x', 'y', 'z'].map((name) => readLines(startChild('work', path, name)));
    expect(await Promise.all(idle)).toEqual([[], [], []]);
    const store = await openSqliteStore({ path });
    await store.recordAlert(sampleRecord({ effects: { opened: sampleSteps(300) } }));
    const lines = await Promise.all(['a', 'b', 'c'].map((name) => readLines(startChild('work', path, name))));
    const done = lines.flat();
    expect(done).toHaveLength(300);
    expect(new Set(done).size).toBe(300);
    expect(done.every((line) => line.endsWith(' true'))).toBe(true);
    expect(await store.steps.claim({ nowMs: 20_000, leaseMs: 1 })).toBeUndefined();
    await store.close();
  }, 30_000);

  test('a writer killed ten times loses nothing that it acknowledged', async () => {
    const path = newFile();
    const acknowledged: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      const child = startChild('write', path, `r${round}`);
      // A prime step, so that the kill meets each of the three writes.
      const killAt = 20 + round * 7;
      const lines = await readLines(child, (count) => {
        if (count === killAt) child.kill('SIGKILL');
      });
      expect(child.signalCode).toBe('SIGKILL');
      expect(lines.length).toBeGreaterThanOrEqual(killAt);
      acknowledged.push(...lines);
    }
    const database = new Database(path);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    const steps = database.prepare('select count(*) from work_item where queue = ?').pluck();
    const incidents = database.prepare('select count(*) from incident').pluck().get();
    // Acknowledged or not, no alert is without its step, and no finished step without its delivery.
    expect(steps.get('step')).toBe(incidents);
    const unsent = `select count(*) from work_item as step where queue = 'step' and state = 'done' and not exists
      (select 1 from work_item as sent where sent.queue = 'outbox' and sent.incident_id = step.incident_id)`;
    expect(database.prepare(unsent).pluck().get()).toBe(0);
    database.close();
    const store = await openSqliteStore({ path });
    for (const line of acknowledged) {
      const [what, id = ''] = line.split(' ');
      if (what === 'alert') expect(await store.getIncident(id)).toMatchObject({ alertCount: 1 });
      if (what === 'bundle') expect(await store.bundles.get(id)).toHaveLength(2_000);
      if (what === 'step') expect(await store.steps.get(id, 's0')).toMatchObject({ state: 'done' });
    }
    await store.close();
  }, 60_000);
});
