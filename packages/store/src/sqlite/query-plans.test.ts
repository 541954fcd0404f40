import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { useEverything } from '../__fixtures__/use-everything.js';
import { createSqlStore } from '../sql/create-sql-store.js';
import { sqliteDialect } from '../sql/sqlite-dialect.js';
import { migrate } from './migrate.js';

/**
 * A table read from end to end, or sorted: what takes longer with every incident that is kept. Neither a parameter that is
 * read as a table, nor the rows of an inner query, whose own plan is looked at.
 */
const growing =
  /^SCAN (?!CONSTANT|json_each |numbered|\w+ VIRTUAL TABLE INDEX 32:M|\(subquery)(?!.* USING (COVERING )?INDEX)|TEMP B-TREE/;

test('no statement reads or sorts a whole table', async () => {
  const database = new Database(':memory:');
  migrate(database);
  const slow = new Map<string, string[]>();
  let asked = 0;
  const store = createSqlStore({
    dialect: sqliteDialect,
    batch: async (statements) =>
      statements.map(({ sql, parameters }) => {
        const plan = database.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
        const bad = plan.map(({ detail }) => detail).filter((detail) => growing.test(detail));
        if (bad.length > 0) slow.set(sql, bad);
        asked += 1;
        const statement = database.prepare(sql);
        return statement.reader ? statement.all(...parameters) : [statement.run(...parameters)].slice(1);
      }),
    toCell: (bytes) => bytes,
    fromCell: (cell) => cell as Uint8Array,
    close: async () => undefined,
  });
  await useEverything(store);
  expect(Object.fromEntries(slow)).toEqual({});
  expect(asked).toBeGreaterThan(50);
});
