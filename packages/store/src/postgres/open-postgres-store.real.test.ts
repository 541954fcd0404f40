import { realComponent } from '@midwatch/vitest-preset/real';
import { beforeAll, expect, test } from 'vitest';
import { postgresDatabases } from '../__fixtures__/postgres-database.js';
import { sampleRecord, sampleSteps } from '../__fixtures__/sample-records.js';
import { storeSuite } from '../__fixtures__/store-suite.js';
import { sampleSaid } from '../__fixtures__/use-everything.js';
import { openPostgresStore } from './open-postgres-store.js';

const tables = `incident, alert, memory, memory_shown, work_item, approval, audit_entry, bundle, bundle_part, told_change, spending,
  incident_action, begun_action, action_log, analysis, outcome, rating, control`;

realComponent('postgres', (binary) => {
  const databases = postgresDatabases(binary);
  let url = '';
  beforeAll(async () => {
    url = databases.create();
    await (await openPostgresStore({ url })).close();
  });
  const openEmpty = async () => {
    await databases.query(url, `truncate ${tables}`);
    return openPostgresStore({ url });
  };

  storeSuite('PostgreSQL', openEmpty);

  test('everything is there when it is opened again', async () => {
    const first = await openEmpty();
    await first.recordAlert(sampleRecord({ effects: { opened: sampleSteps(1) } }));
    await first.bundles.put('b', Uint8Array.of(1, 2, 3), 1);
    await first.close();
    const second = await openPostgresStore({ url });
    expect(await second.getIncident('inc-1')).toMatchObject({ alertCount: 1 });
    expect(await second.steps.claim({ nowMs: 1, leaseMs: 1 })).toMatchObject({ key: 's0' });
    expect(await second.bundles.get('b')).toEqual(Uint8Array.of(1, 2, 3));
    await second.close();
  });

  test('a write that fails half way leaves nothing of its transaction, and the store goes on', async () => {
    const store = await openEmpty();
    await databases.query(
      url,
      `create function refuse() returns trigger language plpgsql as 'begin raise ''disk is full''; end';
       create trigger full_disk before insert on alert execute function refuse()`,
    );
    const record = sampleRecord({ effects: { opened: sampleSteps(2) } });
    await expect(store.recordAlert(record)).rejects.toThrow('PostgreSQL: disk is full');
    await databases.query(url, 'drop trigger full_disk on alert');
    expect(await store.listIncidents({ limit: 1 })).toEqual({ items: [] });
    expect(await store.steps.claim({ nowMs: 10_000, leaseMs: 1 })).toBeUndefined();
    expect(await store.recordAlert(record)).toMatchObject({ outcome: 'opened' });
    await store.close();
  });

  test('an error never quotes what was stored', async () => {
    const store = await openEmpty();
    await databases.query(url, "alter table incident add constraint named check (name <> 'secret-name')");
    const error = await store.recordAlert(sampleRecord({ alert: { name: 'secret-name' } })).then(
      () => undefined,
      (reason: Error) => reason,
    );
    await databases.query(url, 'alter table incident drop constraint named');
    expect(error).toMatchObject({ code: '23514' });
    expect(JSON.stringify({ ...error, text: `${error?.message} ${error?.stack}` })).not.toContain(
      'secret-name',
    );
    await store.close();
  });

  test('retention leaves no row behind', async () => {
    const store = await openEmpty();
    await store.recordAlert(sampleRecord({ effects: { opened: sampleSteps(3) } }));
    await store.bundles.put('b', new Uint8Array(3_000_000), 1);
    await store.audit.append([{ atMs: 1, incidentId: 'inc-1', actor: 'ann', action: 'looked' }]);
    await store.changes.add([{ timestampMs: 1, service: 'checkout', changes: [] }], 1);
    await store.applyOnce({ incidentId: 'inc-1', actionKey: 'a', nowMs: 2, effects: sampleSaid });
    const before = 90_000;
    const everything = {
      incidentsBeforeMs: before,
      bundlesBeforeMs: before,
      auditBeforeMs: before,
      changesBeforeMs: before,
      ledgerBeforeMs: before,
    };
    // Two replicas prune at the same hour: what one took the other does not find.
    const pruned = await Promise.all([1, 2].map(() => store.prune({ ...everything, limit: 9 })));
    expect(pruned.reduce((sum, { incidents, bundles }) => sum + incidents + bundles, 0)).toBe(2);
    for (const table of tables.split(/,\s+/)) {
      expect([table, await databases.query(url, `select 1 from ${table}`)]).toEqual([table, []]);
    }
    await store.close();
  });
});
