import { realComponent } from '@midwatch/vitest-preset/real';
import { startPostgres, type TestPostgres } from '@midwatch/vitest-preset/postgres';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { storeSuite } from '../__fixtures__/store-suite.js';
import { openPostgresStore } from './open-postgres-store.js';

realComponent('postgres', (binary) => {
  let postgres: TestPostgres | undefined;
  let url = '';
  beforeAll(async () => {
    postgres = await startPostgres(binary);
    url = postgres.createDatabase('suite');
    await (await openPostgresStore({ url })).close();
  }, 30_000);
  afterAll(() => postgres?.stop());

  async function empty(): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`truncate incident, alert, work_item, approval, audit_entry, bundle, bundle_part, told_change,
      spending`);
    await client.end();
  }

  storeSuite('PostgreSQL', async () => {
    await empty();
    return openPostgresStore({ url });
  });
});
