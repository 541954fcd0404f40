import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { useEverything, useShadowTally, useTally } from '../__fixtures__/use-everything.js';
import { createSqlStore } from '../sql/create-sql-store.js';
import { keptPlanDialect } from './kept-plan-dialect.js';
import { migrate } from './migrate.js';

/**
 * A table read from end to end, or sorted: what takes longer with every incident that is kept. Neither a parameter that is
 * read as a table, nor the rows of an inner query, whose own plan is looked at.
 */
const growing =
  /^SCAN (?!CONSTANT|json_each |numbered|\w+ VIRTUAL TABLE INDEX 32:M|\(subquery)(?!.* USING (COVERING )?INDEX)|TEMP B-TREE/;

/** Groups are sorted: what the window has. */
const beyondWindow = /^SCAN (a|s|o|r|n|i|analysis|outcome|rating|incident)\b/;

test('no statement reads or sorts a whole table', async () => {
  const { asked, slow, store } = openWatched(growing);
  await useEverything(store);
  expect(Object.fromEntries(slow)).toEqual({});
  expect(asked()).toBeGreaterThan(50);
});

test('a tally reads what is in its window, by indexes', async () => {
  const { asked, slow, store } = openWatched(beyondWindow);
  await useTally(store);
  expect(Object.fromEntries(slow)).toEqual({});
  expect(asked()).toBe(7 * 3 + 4 + 1);
});

test('so does a comparison of shadows', async () => {
  const { asked, slow, store } = openWatched(/^SCAN (s|f|g|b|h|n|m|x|o|analysis|outcome)\b/);
  await useShadowTally(store);
  expect(Object.fromEntries(slow)).toEqual({});
  expect(asked()).toBe(2);
});

function openWatched(bad: RegExp) {
  const database = new Database(':memory:');
  migrate(database);
  const slow = new Map<string, string[]>();
  let asked = 0;
  const store = createSqlStore({
    dialect: keptPlanDialect,
    batch: async (statements) =>
      statements.map(({ sql, parameters }) => {
        const plan = database.prepare(`explain query plan ${sql}`).all(...parameters) as { detail: string }[];
        const found = plan.map(({ detail }) => detail).filter((detail) => bad.test(detail));
        if (found.length > 0) slow.set(sql, found);
        asked += 1;
        const statement = database.prepare(sql);
        return statement.reader ? statement.all(...parameters) : [statement.run(...parameters)].slice(1);
      }),
    toCell: (bytes) => bytes,
    fromCell: (cell) => cell as Uint8Array,
    close: async () => undefined,
  });
  return { asked: () => asked, slow, store };
}
