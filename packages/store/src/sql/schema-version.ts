import { StoreError } from '../store-error.js';

/** Refuses a database that a newer version of this package has migrated: it may keep what this one would lose. */
export function checkNotNewer(version: number, newest: number): void {
  if (version <= newest) return;
  throw new StoreError(
    'newer-schema',
    `the database has schema version ${version}, this package knows up to ${newest}: install a newer @midwatch/store`,
  );
}
