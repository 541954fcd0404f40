import { StoreError } from '../store-error.js';

/** Brings the schema from the version before to this one; its last statement writes the number down. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly text: string;
}

/** Refuses a database that a newer version of this package has migrated: it may keep what this one would lose. */
export function checkNotNewer(version: number, newest: number): void {
  if (version <= newest) return;
  throw new StoreError(
    'newer-schema',
    `the database has schema version ${version}, this package knows up to ${newest}: install a newer @midwatch/store`,
  );
}

/** For a database that is only read, and so cannot be brought forward. */
export function checkNewest(version: number, newest: number): void {
  checkNotNewer(version, newest);
  if (version === newest) return;
  if (version === 0) throw new StoreError('not-migrated', 'this is no database of Midwatch');
  throw new StoreError(
    'older-schema',
    `the database has schema version ${version}, this package reads ${newest}: start the newer server once, which brings it forward`,
  );
}

export function migrationError(name: string, cause: unknown): StoreError {
  return new StoreError(
    'migration-failed',
    `migration ${name} failed, the database is as it was before it: see the cause, then open it again`,
    { cause },
  );
}
