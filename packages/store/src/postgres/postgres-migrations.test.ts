import { expect, test } from 'vitest';
import { readMigrations, toEmbeddedSource } from '../__fixtures__/embed-migrations.js';
import { sqliteMigrations } from '../sqlite/sqlite-migrations.js';
import { postgresMigrations } from './postgres-migrations.js';

test('the embedded migrations are those of the files', async () => {
  await expect(toEmbeddedSource('postgres')).toMatchFileSnapshot('./postgres-migrations.ts');
});

test('each file sets its own number, and the versions are those of SQLite', () => {
  for (const { name, text } of readMigrations('postgres')) {
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      `UPDATE midwatch_schema SET version = ${Number(name.slice(0, 4))};`,
    );
  }
  expect(postgresMigrations.map(({ version }) => version)).toEqual(
    sqliteMigrations.map(({ version }) => version),
  );
});
