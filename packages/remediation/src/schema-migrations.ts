import type { DeploySignal } from '@midwatch/core';

/** Whether what a rollback would take back holds changes of a database's schema, which no rollback takes back. */
export type SchemaMigrations =
  | { readonly state: 'none' | 'not-looked' }
  /** At most 20. */
  | { readonly state: 'seen'; readonly places: readonly string[] };

const MAX_PLACES = 20;
const words: ReadonlySet<string> = new Set([
  'migrate',
  'migrates',
  'migration',
  'migrations',
  'migrator',
  'flyway',
  'liquibase',
  'alembic',
  'schema',
  'ddl',
]);

/** Whether a path or a name speaks of migrations: `db/migrate/0012_add.rb`, `initContainers migrate`, `V12__orders.sql`. */
export function namesMigration(place: string): boolean {
  const lower = place.toLowerCase();
  if (/\.(?:sql|ddl)$/.test(lower)) return true;
  return lower.split(/[^a-z]+/).some((word) => words.has(word));
}

/**
 * Looks through what connectors say changed in the deploys since the revision. Without any deploy that tells what it changed
 * nobody has looked, which is not the same as none.
 */
export function findSchemaMigrations(
  diffPaths: readonly string[],
  deploys: readonly DeploySignal[],
): SchemaMigrations {
  const paths = [...diffPaths, ...deploys.flatMap(({ changes }) => changes.map(({ path }) => path))];
  const places = [...new Set(paths.filter(namesMigration))].slice(0, MAX_PLACES);
  if (places.length > 0) return { state: 'seen', places };
  return { state: deploys.some(({ changes }) => changes.length > 0) ? 'none' : 'not-looked' };
}
