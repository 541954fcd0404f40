import { openPostgresStore } from '@midwatch/store/postgres';
import { startPostgres, type TestPostgres } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterAll, beforeAll } from 'vitest';
import { lifeCycleSuite } from './__fixtures__/life-cycle-suite.js';

realComponent('postgres', (binary) => {
  let postgres: TestPostgres | undefined;
  let made = 0;
  beforeAll(async () => {
    postgres = await startPostgres(binary);
  }, 30_000);
  afterAll(() => postgres?.stop());

  lifeCycleSuite('PostgreSQL', () => {
    made += 1;
    return openPostgresStore({ url: postgres!.createDatabase(`life_cycle_${made}`) });
  });
});
