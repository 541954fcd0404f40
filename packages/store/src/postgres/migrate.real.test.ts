import { realComponent } from '@midwatch/vitest-preset/real';
import { expect, test } from 'vitest';
import { postgresDatabases } from '../__fixtures__/postgres-database.js';
import { toConnectionConfig } from './connection-config.js';
import { migrate } from './migrate.js';
import { openPostgresStore } from './open-postgres-store.js';
import { postgresMigrations } from './postgres-migrations.js';

const newest = postgresMigrations.at(-1)!.version;
const broken = {
  version: newest + 1,
  name: 'broken.sql',
  text: 'CREATE TABLE half (id TEXT); INSERT INTO none DEFAULT VALUES;',
};

realComponent('postgres', (binary) => {
  const databases = postgresDatabases(binary);
  const versionOf = (url: string) => databases.query(url, 'select version from midwatch_schema');

  test('every earlier version is brought forward, with its rows; later work is numbered above them', async () => {
    for (const [index] of postgresMigrations.entries()) {
      const url = databases.create();
      await migrate(toConnectionConfig(url), postgresMigrations.slice(0, index + 1));
      await databases.query(
        url,
        "insert into audit_entry (seq, at_ms, actor, action) values (7, 5, 'ann', 'kept')",
      );
      // From the second version on numbers come from a sequence.
      if (index > 0) await databases.query(url, "select setval('audit_entry_seq', 7)");
      const store = await openPostgresStore({ url });
      await store.audit.append([{ atMs: 6, actor: 'bob', action: 'added' }]);
      expect((await store.audit.list({ limit: 9 })).items.map(({ actor }) => actor)).toEqual(['bob', 'ann']);
      await store.close();
      expect(await versionOf(url)).toEqual([{ version: String(newest) }]);
    }
  });

  test('six that start at once, from nothing and from the first version: one migrates, none fails', async () => {
    for (const earlier of [0, 1]) {
      const url = databases.create();
      const config = toConnectionConfig(url);
      if (earlier > 0) await migrate(config, postgresMigrations.slice(0, earlier));
      await Promise.all(Array.from({ length: 6 }, () => migrate(config)));
      expect(await versionOf(url)).toEqual([{ version: String(newest) }]);
    }
  });

  test('a reader changes nothing, and is told of a schema of another version', async () => {
    const url = databases.create();
    await expect(openPostgresStore({ url, readOnly: true })).rejects.toMatchObject({ code: 'not-migrated' });
    await migrate(toConnectionConfig(url), postgresMigrations.slice(0, 1));
    await expect(openPostgresStore({ url, readOnly: true })).rejects.toMatchObject({ code: 'older-schema' });
    expect(await versionOf(url)).toEqual([{ version: '1' }]);
    await migrate(toConnectionConfig(url));
    const reader = await openPostgresStore({ url, readOnly: true });
    expect(await reader.controls.get('stopped')).toBeUndefined();
    await expect(reader.controls.set('stopped', 1, 1)).rejects.toMatchObject({ code: '25006' });
    await reader.close();
  });

  test('a migration that fails leaves the schema before it, usable', async () => {
    const url = databases.create();
    const config = toConnectionConfig(url);
    await expect(migrate(config, [...postgresMigrations, broken])).rejects.toMatchObject({
      code: 'migration-failed',
      message: expect.stringContaining('broken.sql'),
    });
    expect(await versionOf(url)).toEqual([{ version: String(newest) }]);
    expect(await databases.query(url, "select to_regclass('half') as half")).toEqual([{ half: null }]);
    await (await openPostgresStore({ url })).close();
  });

  test('a database of a newer version is refused, and untouched', async () => {
    const url = databases.create();
    await migrate(toConnectionConfig(url));
    await databases.query(url, 'update midwatch_schema set version = 99');
    await expect(openPostgresStore({ url })).rejects.toMatchObject({ code: 'newer-schema' });
    expect(await versionOf(url)).toEqual([{ version: '99' }]);
  });

  test('texts are ordered byte by byte, whatever the collation of the database', async () => {
    const url = databases.create();
    await migrate(toConnectionConfig(url));
    const other = `select table_name, column_name from information_schema.columns
      where table_schema = 'public' and data_type = 'text' and collation_name is distinct from 'C'`;
    expect(await databases.query(url, other)).toEqual([]);
  });
});
