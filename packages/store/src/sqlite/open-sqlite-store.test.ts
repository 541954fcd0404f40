import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { readLines, startChild } from '../__fixtures__/child-process.js';
import { sampleRecord, sampleSteps } from '../__fixtures__/sample-records.js';
import { storeSuite } from '../__fixtures__/store-suite.js';
import { sampleSaid } from '../__fixtures__/use-everything.js';
import { openSqliteStore } from './open-sqlite-store.js';
import { sqliteMigrations } from './sqlite-migrations.js';

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

test('what is deleted does not stay behind in the log beside the file', async () => {
  const path = newFile();
  const store = await openSqliteStore({ path });
  await store.bundles.put('large', new TextEncoder().encode('quagmire'.repeat(1_000_000)), 1);
  await store.prune({ bundlesBeforeMs: 2, limit: 9 });
  // As much as brings the log round to its start, and again.
  for (const key of ['a', 'b', 'c']) await store.bundles.put(key, new Uint8Array(5 * 1024 * 1024), 3);
  for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes('quagmire')).toBe(false);
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

test('retention leaves no row behind', async () => {
  const path = newFile();
  const store = await openSqliteStore({ path });
  await store.recordAlert(sampleRecord({ effects: { opened: sampleSteps(3) } }));
  const approval = { id: 'a', incidentId: 'inc-1', hash: 'h', action: 1, requestedAtMs: 1, expiresAtMs: 2 };
  await store.approvals.request(approval);
  await store.audit.append([{ atMs: 1, incidentId: 'inc-1', actor: 'ann', action: 'looked' }]);
  await store.bundles.put('b', new Uint8Array(3_000_000), 1);
  await store.changes.add([{ timestampMs: 1, service: 'checkout', changes: [] }], 1);
  await store.applyOnce({ incidentId: 'inc-1', actionKey: 'a', nowMs: 2, effects: sampleSaid });
  const everything = {
    incidentsBeforeMs: 90_000,
    bundlesBeforeMs: 90_000,
    auditBeforeMs: 90_000,
    changesBeforeMs: 90_000,
    ledgerBeforeMs: 90_000,
  };
  expect(await store.prune({ ...everything, limit: 9 })).toEqual({
    incidents: 1,
    bundles: 1,
    auditEntries: 1,
    changes: 1,
    analyses: 1,
    outcomes: 1,
    ratings: 1,
    memories: 0,
  });
  const other = new Database(path);
  const tables = [
    'incident',
    'alert',
    'work_item',
    'approval',
    'audit_entry',
    'bundle',
    'bundle_part',
    'told_change',
    'incident_action',
    'analysis',
    'outcome',
    'rating',
    'memory',
    'memory_shown',
  ];
  for (const table of tables) {
    expect([table, other.prepare(`select count(*) from ${table}`).pluck().get()]).toEqual([table, 0]);
  }
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
  other.exec(`update midwatch_schema set version = ${sqliteMigrations.length}`);
  other.close();
  await (await openSqliteStore({ path })).close();
  await expect(openSqliteStore({ path: import.meta.filename })).rejects.toMatchObject({
    code: 'SQLITE_NOTADB',
  });
});

describe('several processes', () => {
  test('of three that open new files at once, one migrates each and none fails', async () => {
    const path = newFile();
    let ready = 0;
    const onLine = (count: number) => {
      if (count === 1) ready += 1;
      if (ready === 3) writeFileSync(`${path}.go`, '');
    };
    const lines = ['a', 'b', 'c'].map((name) => readLines(startChild('open', path, name), onLine));
    expect(await Promise.all(lines)).toEqual(Array.from({ length: 3 }, () => ['ready', 'opened']));
  });

  test('three that record one storm open one incident', async () => {
    const path = newFile();
    const store = await openSqliteStore({ path });
    const lines = await Promise.all(
      ['a', 'b', 'c'].map((name) => readLines(startChild('storm', path, name))),
    );
    expect(lines.flat().toSorted()).toEqual([...Array.from({ length: 299 }, () => 'joined'), 'opened']);
    expect((await store.listIncidents({ limit: 9 })).items).toMatchObject([{ alertCount: 300 }]);
    await store.close();
  });

  test('three that share the steps do each once', async () => {
    const path = newFile();
    const store = await openSqliteStore({ path });
    await store.recordAlert(sampleRecord({ effects: { opened: sampleSteps(300) } }));
    const lines = await Promise.all(['a', 'b', 'c'].map((name) => readLines(startChild('work', path, name))));
    const done = lines.flat();
    expect(done).toHaveLength(300);
    expect(new Set(done).size).toBe(300);
    expect(done.every((line) => line.endsWith(' true'))).toBe(true);
    expect(await store.steps.claim({ nowMs: 20_000, leaseMs: 1 })).toBeUndefined();
    await store.close();
  });

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
  });
});

describe('read-only', () => {
  test('reads what another process keeps, while that writes, and writes nothing', async () => {
    const path = newFile();
    const writer = await openSqliteStore({ path });
    await writer.recordAlert(sampleRecord());
    const reader = await openSqliteStore({ path, readOnly: true });
    expect(await reader.getIncident('inc-1')).toMatchObject({ title: 'CheckoutErrors' });
    await expect(reader.recordAlert(sampleRecord({ alert: { fingerprint: 'f2' } }))).rejects.toThrow(
      /readonly/,
    );
    await writer.bundles.put('k', new Uint8Array([1, 2]), 5);
    expect(await reader.bundles.get('k')).toEqual(new Uint8Array([1, 2]));
    await reader.close();
    await writer.close();
  });

  test('makes no file, and refuses what it cannot read as it is', async () => {
    await expect(openSqliteStore({ path: newFile(), readOnly: true })).rejects.toThrow(/unable to open/);
    const empty = newFile();
    new Database(empty).exec('create table other (id)').close();
    await expect(openSqliteStore({ path: empty, readOnly: true })).rejects.toMatchObject({
      code: 'not-migrated',
    });
    const path = newFile();
    await (await openSqliteStore({ path })).close();
    const database = new Database(path);
    const refused: unknown[] = [];
    for (const version of [1, 99]) {
      database.prepare('update midwatch_schema set version = ?').run(version);
      await openSqliteStore({ path, readOnly: true }).catch((error: unknown) => refused.push(error));
      expect(database.prepare('select version from midwatch_schema').pluck().get()).toBe(version);
    }
    expect(refused).toMatchObject([{ code: 'older-schema' }, { code: 'newer-schema' }]);
    database.close();
  });
});
