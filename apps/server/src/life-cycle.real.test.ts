import type { ConnectorV1 } from '@midwatch/core';
import type { Store } from '@midwatch/core/incident';
import { readStopped, resume, stop, watchItself } from '@midwatch/responder';
import { openPostgresStore } from '@midwatch/store/postgres';
import { createScriptedAnalyzer } from '@midwatch/testkit';
import { startPostgres, type TestPostgres } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alertOf, linesOf, logSource, openRoom, START_MS } from './__fixtures__/incident-room.js';
import { lifeCycleSuite } from './__fixtures__/life-cycle-suite.js';

realComponent('postgres', (binary) => {
  let postgres: TestPostgres | undefined;
  let url = '';
  let operator: Client | undefined;
  beforeAll(async () => {
    postgres = await startPostgres(binary);
    url = postgres.createDatabase('life_cycle');
    await (await openPostgresStore({ url })).close();
    operator = new Client({ connectionString: url });
    await operator.connect();
  });
  afterAll(async () => {
    await operator?.end();
    await postgres?.stop();
  });

  lifeCycleSuite('PostgreSQL', async () => {
    // Far quicker than a database for each.
    const tables = await operator!.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'midwatch_schema'",
    );
    await operator!.query(`truncate ${tables.rows.map(({ name }) => `"${name}"`).join(', ')}`);
    return openPostgresStore({ url });
  });

  it('three replicas with connections of their own: one stops all, one of them looks at Midwatch itself', async () => {
    const three = postgres!.createDatabase('three');
    const stores = await Promise.all([1, 2, 3].map(() => openPostgresStore({ url: three })));
    const [first, second, third] = stores as [Store, Store, Store];
    let asked = 0;
    const loki: ConnectorV1 = {
      ...logSource('loki', async () => linesOf('checkout', 3)),
      checkHealth: async () => {
        asked += 1;
        return { state: 'healthy' };
      },
    };
    const watched = { connectors: [loki], notifiers: [], redact: 'none', now: () => START_MS } as const;
    await Promise.all(stores.map((store) => watchItself({ ...watched, store })));
    expect(asked).toBe(1);
    await stop(first, { by: 'ada', reason: 'cost', nowMs: START_MS });
    // It would fail when it is asked.
    const room = openRoom(second, { analyzer: createScriptedAnalyzer([], 'model') });
    const { incidentId } = await room.responder.receive(alertOf());
    await room.workAll();
    expect((await third.getIncident(incidentId))?.brief?.footer.notes.join()).toContain('stopped by ada');
    // Of twelve who resume or stop at once, what was written last stands, whole.
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => {
        const change = { by: `p${index}`, reason: 'r', nowMs: START_MS + index };
        return index % 2 === 0 ? resume(stores[index % 3]!, change) : stop(stores[index % 3]!, change);
      }),
    );
    const seen = await Promise.all(stores.map((store) => readStopped(store)));
    expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1);
    for (const store of stores) await store.close();
  });
});
