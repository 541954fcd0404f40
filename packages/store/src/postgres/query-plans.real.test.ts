import { realComponent } from '@midwatch/vitest-preset/real';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { postgresDatabases } from '../__fixtures__/postgres-database.js';
import { useEverything, useShadowTally, useTally } from '../__fixtures__/use-everything.js';
import { createSqlStore } from '../sql/create-sql-store.js';
import { toConnectionConfig } from './connection-config.js';
import { migrate } from './migrate.js';
import { postgresDialect } from './postgres-dialect.js';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Plan Rows': number;
  readonly Plans?: readonly Plan[];
}

/** So many that reading or sorting a table of them would be seen in the plan. */
const ROWS = 4_000;
const fill = `
  insert into incident (id, group_key, name, status, opened_at_ms, last_alert_at_ms, updated_at_ms, alert_count, firing_count)
    select 'old-' || n, 'group-' || n, 'x', 'firing', n, n, n, 1, 1 from generate_series(1, ${ROWS}) n;
  insert into alert select 'f-' || n, n, 'old-' || n, 'firing', n, '{}' from generate_series(1, ${ROWS}) n;
  insert into work_item (seq, queue, incident_id, item_key, kind, state, attempts, queued_at_ms, ready_at_ms, finished_at_ms)
    select nextval('work_item_seq'), case n % 2 when 0 then 'step' else 'outbox' end, 'old-' || n, 'k', 'slack',
      case n % 3 when 0 then 'failed' else 'done' end, 1, n, null, n from generate_series(1, ${ROWS}) n;
  insert into audit_entry select nextval('audit_entry_seq'), n, 'old-' || n, 'a', 'b' from generate_series(1, ${ROWS}) n;
  insert into approval select 'a-' || n, 'old-' || n, 'h', '1', 'pending', n, n from generate_series(1, ${ROWS}) n;
  insert into bundle select 'b-' || n, n from generate_series(1, ${ROWS}) n;
  insert into bundle_part select 'b-' || n, 0, '' from generate_series(1, ${ROWS}) n;
  insert into told_change select 'c-' || n, n, 'service-' || n % 9, 'shop', n, '{}' from generate_series(1, ${ROWS}) n;
  insert into spending select 'k-' || n, 'old-' || n, 'checkout', n * 86400000::bigint, 1 from generate_series(1, ${ROWS}) n;
  insert into incident_action select 'old-' || n, 'k', n from generate_series(1, ${ROWS}) n;
  insert into begun_action select 'p-' || n, 'old-' || n, 'service-' || n % 9, 'target-' || n, 'rollback', null, 'applied', n, n
    from generate_series(1, ${ROWS}) n;
  insert into action_log select n, n, 'old-' || n, 'p-' || n, 'ann', 'begun', null, null, 'd', 'h' || n - 1, 'h' || n
    from generate_series(1, ${ROWS}) n;
  insert into analysis (incident_id, number, at_ms, look, state, was_shown, is_shadow, analyzer, verdict, confidence, services, source_set, gaps, brief_ms)
    select 'old-' || n, 1, n, 1, 'admitted', 1, 0, 'claude', 'cause-found', 'HIGH', '[]', '', '[]', n from generate_series(1, ${ROWS}) n;
  insert into outcome select 'old-' || n, 1, n, 'right', 'checkout', null, 'ann', 'api' from generate_series(1, ${ROWS}) n;
  insert into rating select 'old-' || n, 1, n, 3, 'ann' from generate_series(1, ${ROWS}) n;`;

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap((inner) => nodesOf(inner))];
}

/** A table read from end to end, or much sorted: what takes longer with every incident that is kept. */
function isGrowing(node: Plan): boolean {
  if (node['Node Type'] === 'Seq Scan') return true;
  return node['Node Type'].includes('Sort') && node['Plan Rows'] > 50;
}

realComponent('postgres', (binary) => {
  const databases = postgresDatabases(binary);

  /** A store that looks at the plan of everything it is asked. */
  async function openWatched(isFilled: boolean, isSlow: (node: Plan) => boolean) {
    const config = toConnectionConfig(databases.create());
    await migrate(config);
    const client = new Client(config);
    await client.connect();
    if (isFilled) {
      await client.query(fill);
      await client.query('analyze');
    }
    const slow = new Map<string, string[]>();
    let asked = 0;
    const store = createSqlStore({
      dialect: postgresDialect,
      async batch(statements) {
        const results = [];
        for (const { sql, parameters } of statements) {
          const { rows } = await client.query(`explain (format json) ${sql}`, [...parameters]);
          const bad = nodesOf(rows[0]['QUERY PLAN'][0].Plan).filter((node) => isSlow(node));
          if (bad.length > 0)
            slow.set(
              sql,
              bad.map((node) => `${node['Node Type']} ${node['Relation Name'] ?? ''} ${node['Plan Rows']}`),
            );
          asked += 1;
          results.push((await client.query(sql, [...parameters])).rows);
        }
        return results;
      },
      toCell: (bytes) => bytes,
      fromCell: (cell) => new Uint8Array(cell as Uint8Array),
      close: () => client.end(),
    });
    return { asked: () => asked, slow, store };
  }

  test.each(['while it is empty', 'when much is kept'])(
    'no statement reads or sorts a whole table %s',
    async (when) => {
      const { asked, slow, store } = await openWatched(when === 'when much is kept', isGrowing);
      await useEverything(store);
      await store.close();
      expect(Object.fromEntries(slow)).toEqual({});
      expect(asked()).toBeGreaterThan(60);
    },
  );

  test('a tally reads what is in its window, by indexes', async () => {
    const { asked, slow, store } = await openWatched(true, (node) => node['Node Type'] === 'Seq Scan');
    await useTally(store);
    await store.close();
    expect(Object.fromEntries(slow)).toEqual({});
    expect(asked()).toBe(7 * 3 + 4 + 1);
  });
  test('so does a comparison of shadows', async () => {
    const { asked, slow, store } = await openWatched(true, (node) => node['Node Type'] === 'Seq Scan');
    await useShadowTally(store);
    await store.close();
    expect(Object.fromEntries(slow)).toEqual({});
    expect(asked()).toBe(2);
  });
});
