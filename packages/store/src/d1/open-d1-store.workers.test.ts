import { applyD1Migrations, type D1Migration } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, test } from 'vitest';
import { expectOneOfMany } from '../__fixtures__/begin-at-once.js';
import { emptyDatabase } from '../__fixtures__/empty-d1.js';
import { sampleRecord, sampleSteps } from '../__fixtures__/sample-records.js';
import { storeSuite } from '../__fixtures__/store-suite.js';
import { type D1DatabaseLike, newestD1Version, openD1Store } from './open-d1-store.js';

const { DB: database, MIGRATIONS: migrations } = env as {
  DB: D1DatabaseLike & { exec(text: string): Promise<unknown> };
  MIGRATIONS: D1Migration[];
};
const apply = (files: D1Migration[]) => applyD1Migrations(database, files);

beforeAll(async () => {
  await expect(openD1Store(database)).rejects.toMatchObject({
    code: 'not-migrated',
    message: expect.stringContaining('wrangler d1 migrations apply'),
  });
  await apply(migrations.slice(0, -1));
  await expect(openD1Store(database)).rejects.toMatchObject({ code: 'not-migrated' });
  await apply(migrations);
});

async function openEmpty() {
  await emptyDatabase(database);
  return openD1Store(database);
}

storeSuite('D1', openEmpty);

test('a write that fails half way leaves nothing of its transaction', async () => {
  const store = await openEmpty();
  await database.exec(
    "create trigger full before insert on alert begin select raise(abort, 'disk is full'); end",
  );
  const record = sampleRecord({ effects: { opened: sampleSteps(2) } });
  await expect(store.recordAlert(record)).rejects.toThrow('disk is full');
  await database.exec('drop trigger full');
  expect(await store.listIncidents({ limit: 1 })).toEqual({ items: [] });
  expect(await store.steps.claim({ nowMs: 10_000, leaseMs: 1 })).toBeUndefined();
  expect(await store.recordAlert(record)).toMatchObject({ outcome: 'opened' });
});

test('of several Workers that begin actions at once, one may do what one may, and the log is whole', async () => {
  const first = await openEmpty();
  await expectOneOfMany([first, await openD1Store(database), await openD1Store(database)], 30);
});

test('a database of a newer version is refused', async () => {
  await database.exec('update midwatch_schema set version = 99');
  await expect(openD1Store(database)).rejects.toMatchObject({ code: 'newer-schema' });
  await database.exec(`update midwatch_schema set version = ${newestD1Version}`);
});
