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

export function migrationError(name: string, cause: unknown): StoreError {
  return new StoreError(
    'migration-failed',
    `migration ${name} failed, the database is as it was before it: see the cause, then open it again`,
    { cause },
  );
}
