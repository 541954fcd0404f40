import Database from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import { type CommitGroup, commitTogether } from './commit-together.js';

let database: Database.Database;
let group: CommitGroup;
let said: string[];

beforeEach(() => {
  said = [];
  database = new Database(':memory:', { verbose: (text) => said.push(String(text)) });
  database.exec(`create table one (id integer primary key);
    create table other (id integer references one deferrable initially deferred);`);
  group = commitTogether(database);
});

const insert = (id: number) => () => database.prepare('insert into one values (?)').run(id).changes;
const kept = () => database.prepare('select id from one order by id').pluck().all();

test('what comes in one turn is answered in order, when the transaction has ended', async () => {
  const answered: unknown[] = [];
  const noted = (id: number) =>
    group.write(insert(id)).then(() => answered.push([id, database.inTransaction, kept()]));
  await Promise.all([noted(1), noted(2)]);
  expect(answered).toEqual([
    [1, false, [1, 2]],
    [2, false, [1, 2]],
  ]);
});

test('nothing is saved for taking it back while nothing fails', async () => {
  await Promise.all([group.write(insert(1)), group.write(insert(2))]);
  expect(said.filter((text) => /savepoint/i.test(text))).toEqual([]);
  expect(said.filter((text) => text === 'COMMIT')).toHaveLength(1);
});

test('what fails by itself is not tried again', async () => {
  let runs = 0;
  const failing = group.write(() => {
    runs += 1;
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect(runs).toBe(1);
});

test('what fails half way takes back what is its own', async () => {
  const settled = await Promise.allSettled([
    group.write(insert(1)),
    group.write(() => {
      insert(2)();
      throw new Error('no more');
    }),
    group.write(insert(3)),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(kept()).toEqual([1, 3]);
});

test.each([
  ['the end of the transaction fails', () => database.prepare('insert into other values (9)').run()],
  [
    'a statement ends the transaction',
    () => database.prepare('insert or rollback into one values (1)').run(),
  ],
])('where %s, nothing is kept, nothing is acknowledged, and the next goes on', async (_, work) => {
  const settled = await Promise.allSettled([
    group.write(insert(1)),
    group.write(work),
    group.write(insert(3)),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(kept()).toEqual([]);
  await group.write(insert(4));
  expect(kept()).toEqual([4]);
});
