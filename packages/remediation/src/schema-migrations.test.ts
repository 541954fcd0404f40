import { describe, expect, it } from 'vitest';
import { deploySignal } from './__fixtures__/deploy-signals.js';
import { findSchemaMigrations, namesMigration } from './schema-migrations.js';

describe('findSchemaMigrations', () => {
  it.each([
    'db/migrate/0012_add_index.rb',
    'src/main/resources/V12__orders.sql',
    'spec.initContainers.migrate.image',
    'prisma/migrations/20261101/migration.toml',
    'alembic/versions/a1.py',
  ])('takes %s for one', (path) => {
    expect(namesMigration(path)).toBe(true);
  });

  it.each(['src/immigration.ts', 'config/app.yaml: pool.max', 'spec.containers.api.image', 'nosql.md'])(
    'does not take %s for one',
    (path) => {
      expect(namesMigration(path)).toBe(false);
    },
  );

  it('tells none from nobody having looked', () => {
    expect(findSchemaMigrations([], [])).toEqual({ state: 'not-looked' });
    expect(findSchemaMigrations([], [deploySignal({ changes: [] })])).toEqual({ state: 'not-looked' });
    expect(findSchemaMigrations([], [deploySignal()])).toEqual({ state: 'none' });
    expect(findSchemaMigrations(['db/x.sql'], [])).toEqual({ state: 'seen', places: ['db/x.sql'] });
  });
});
