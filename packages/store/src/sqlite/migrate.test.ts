import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { readMigrations, toEmbeddedSource } from '../__fixtures__/embed-migrations.js';
import { newestD1Version } from '../d1/open-d1-store.js';
import { migrate } from './migrate.js';
import { sqliteMigrations } from './sqlite-migrations.js';

const versionOf = (database: Database.Database) =>
  database.prepare('select version from midwatch_schema').pluck().get();
const newest = sqliteMigrations.length;
const broken = {
  version: newest + 1,
  name: 'broken.sql',
  text: 'CREATE TABLE half (id TEXT); INSERT INTO none;',
};

test('the embedded migrations are those of the files', async () => {
  await expect(toEmbeddedSource('sqlite')).toMatchFileSnapshot('./sqlite-migrations.ts');
});

test("D1's folder holds the common files unchanged, and each file sets its own number", () => {
  const d1 = readMigrations('d1');
  expect(d1).toEqual(expect.arrayContaining(readMigrations('common')));
  for (const { name, text } of [...d1, ...readMigrations('common', 'sqlite')]) {
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      `UPDATE midwatch_schema SET version = ${Number(name.slice(0, 4))};`,
    );
  }
  expect(d1).toHaveLength(newestD1Version);
  expect(sqliteMigrations.map(({ version }) => version)).toEqual(d1.map((_, index) => index + 1));
});

test('common migrations keep to the subset that every engine understands', () => {
  for (const { text } of readMigrations('common')) {
    expect(text).not.toMatch(
      /autoincrement|blob|bytea|serial|integer|json\b|boolean|datetime|without rowid/i,
    );
  }
});

test('every earlier version is brought forward, with its rows', () => {
  for (const [index] of sqliteMigrations.entries()) {
    const database = new Database(':memory:');
    migrate(database, sqliteMigrations.slice(0, index + 1));
    database.exec("INSERT INTO audit_entry (seq, at_ms, actor, action) VALUES (1, 5, 'ann', 'kept')");
    migrate(database);
    expect(versionOf(database)).toBe(newest);
    expect(database.prepare('select actor from audit_entry').pluck().all()).toEqual(['ann']);
  }
});

test('a migration that fails leaves the schema before it, usable', () => {
  const database = new Database(':memory:');
  expect(() => migrate(database, [...sqliteMigrations, broken])).toThrow(
    expect.objectContaining({
      code: 'migration-failed',
      message: expect.stringContaining('broken.sql'),
    }),
  );
  expect(versionOf(database)).toBe(newest);
  expect(database.prepare("select 1 from sqlite_master where name = 'half'").get()).toBeUndefined();
  migrate(database);
  database.exec("INSERT INTO bundle (bundle_key, stored_at_ms) VALUES ('k', 1)");
});

test('a database of a newer version is refused, and untouched', () => {
  const database = new Database(':memory:');
  migrate(database);
  database.exec('UPDATE midwatch_schema SET version = 99');
  expect(() => migrate(database)).toThrow(
    expect.objectContaining({ code: 'newer-schema', message: expect.stringMatching(/version 99/) }),
  );
  expect(versionOf(database)).toBe(99);
});
