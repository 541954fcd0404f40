import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@midwatch/core/incident';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { expectOneOfMany } from '../__fixtures__/begin-at-once.js';
import { expectWholeLog, sampleBegin } from '../__fixtures__/sample-actions.js';
import { sampleRecord } from '../__fixtures__/sample-records.js';
import { createSqlStore } from '../sql/create-sql-store.js';
import type { SqlEngine } from '../sql/sql-engine.js';
import { keptPlanDialect } from './kept-plan-dialect.js';
import { migrate } from './migrate.js';
import { openSqliteStore } from './open-sqlite-store.js';

test('of several that share a file and begin actions at once, one may do what one may, and the log is whole', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'midwatch-')), 'midwatch.db');
  const stores = [await openSqliteStore({ path }), await openSqliteStore({ path })] as const;
  await expectOneOfMany(stores, 50);
  for (const store of stores) await store.close();
});

/** Two stores over one database; the other writes each time between reading the head and writing behind it, so often. */
function openOvertaken(times: number) {
  const database = new Database(':memory:');
  migrate(database);
  const batch: SqlEngine['batch'] = async (statements) =>
    database.transaction(() =>
      statements.map(({ sql, parameters }) => {
        const statement = database.prepare(sql);
        return statement.reader ? statement.all(...parameters) : [statement.run(...parameters)].slice(1);
      }),
    )();
  const open = (given: SqlEngine['batch']): Store =>
    createSqlStore({
      dialect: keptPlanDialect,
      batch: given,
      toCell: (bytes) => bytes,
      fromCell: (cell) => cell as Uint8Array,
      close: async () => undefined,
    });
  const other = open(batch);
  let left = times;
  const store = open(async (statements) => {
    const rows = await batch(statements);
    if (left > 0 && statements.some(({ sql }) => sql.startsWith('select number, hash, at_ms'))) {
      left -= 1;
      await other.actions.log.append([{ actor: 'bob', action: 'noted' }], 1);
    }
    return rows;
  });
  return { other, store };
}

test('a writer that is overtaken begins again behind the new head', async () => {
  const { other, store } = openOvertaken(31);
  await store.recordAlert(sampleRecord());
  expect(await store.actions.begin(sampleBegin('p1'))).toBe('begun');
  expect(await other.actions.log.head()).toMatchObject({ number: 32 });
  expect(await store.actions.listOf('inc-1')).toHaveLength(1);
  await expectWholeLog(other, 32);
});

test('one that is overtaken each time says so, has written nothing, and keeps nobody from writing', async () => {
  const { other, store } = openOvertaken(32);
  await store.recordAlert(sampleRecord());
  await expect(store.actions.begin(sampleBegin('p1'))).rejects.toMatchObject({ code: 'log-busy' });
  expect(await store.actions.get('p1')).toBeUndefined();
  await expectWholeLog(other, 32);
  expect(await store.actions.begin(sampleBegin('p1'))).toBe('begun');
  await expectWholeLog(other, 33);
});

test('whoever changes a row, in whatever column, is found out', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'midwatch-')), 'midwatch.db');
  const store = await openSqliteStore({ path });
  await store.recordAlert(sampleRecord());
  await store.actions.begin(sampleBegin('p1'));
  const database = new Database(path);
  const row = database.prepare('select * from action_log').get() as Record<string, string | number>;
  for (const [column, value] of Object.entries(row)) {
    const set = database.prepare(`update action_log set ${column} = ?`);
    for (const forged of [typeof value === 'number' ? 77 : '"77"', ...(column === 'salt' ? [null] : [])]) {
      set.run(forged);
      await expect(expectWholeLog(store, 1), `${column} is ${forged}`).rejects.toThrow();
    }
    set.run(value);
  }
  await expectWholeLog(store, 1);
  database.close();
  await store.close();
});
