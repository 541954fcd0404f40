import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import type { packageTests } from '@midwatch/vitest-preset';

type Tests = ReturnType<typeof packageTests>;

/** The tests in workerd get a D1 database `DB`, and what `wrangler d1 migrations apply` would read as `MIGRATIONS`. */
export async function withDatabase(tests: Tests): Promise<Tests> {
  const migrations = await readD1Migrations(join(import.meta.dirname, 'migrations/d1'));
  const plugin = cloudflareTest({
    miniflare: {
      compatibilityDate: '2026-10-20',
      compatibilityFlags: ['nodejs_compat'],
      d1Databases: ['DB'],
      r2Buckets: ['BUNDLES'],
      bindings: { MIGRATIONS: migrations },
    },
  });
  const projects = (tests.test?.projects ?? []).map((project) =>
    typeof project === 'object' && 'plugins' in project ? { ...project, plugins: [plugin] } : project,
  );
  return { ...tests, test: { ...tests.test, projects } };
}
