import type { Database } from 'better-sqlite3';
import { checkNewest, checkNotNewer, type Migration, migrationError } from '../sql/schema-version.js';
import { StoreError } from '../store-error.js';
import { sqliteMigrations } from './sqlite-migrations.js';

function versionOf(database: Database): number {
  const table = database
    .prepare("select 1 from sqlite_master where type = 'table' and name = 'midwatch_schema'")
    .get();
  if (table === undefined) return 0;
  return Number(database.prepare('select version from midwatch_schema').pluck().get());
}

/** For a database that must not be changed. */
export function requireNewest(database: Database): void {
  checkNewest(versionOf(database), sqliteMigrations.at(-1)?.version ?? 0);
}

/**
 * Brings the schema forward, each migration in its own transaction, which also asks for the version again: of two processes
 * that open a database at once, one migrates. A migration that fails leaves the schema before it.
 */
export function migrate(database: Database, migrations: readonly Migration[] = sqliteMigrations): void {
  const newest = migrations.at(-1)?.version ?? 0;
  checkNotNewer(versionOf(database), newest);
  if (versionOf(database) === newest) return;
  for (const { version, name, text } of migrations) {
    const step = database.transaction(() => {
      const current = versionOf(database);
      checkNotNewer(current, newest);
      if (current < version) database.exec(text);
    });
    try {
      step.immediate();
    } catch (cause) {
      if (StoreError.is(cause)) throw cause;
      throw migrationError(name, cause);
    }
  }
}
