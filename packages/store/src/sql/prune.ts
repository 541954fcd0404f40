import type { Pruned, PruneRequest } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import { actionLogTexts, actionTexts } from '../action-rows.js';
import { analysisTexts, outcomeTexts, ratingTexts } from '../ledger-rows.js';
import { shadowIncidentOf } from '../spending-request.js';
import type { SqlSession } from './sql-engine.js';

/** What hangs on a row goes with it, in one transaction for each kind; every one picks the same oldest rows. */
export async function prune(session: SqlSession, request: PruneRequest): Promise<Pruned> {
  const { incidentsBeforeMs, bundlesBeforeMs, auditBeforeMs, changesBeforeMs, ledgerBeforeMs, limit } =
    request;
  const count = async (
    beforeMs: number | undefined,
    toStatements: (beforeMs: number) => readonly [RawBuilder<unknown>, ...RawBuilder<unknown>[]],
  ) => {
    if (beforeMs === undefined) return 0;
    const [last, ...before] = toStatements(beforeMs);
    return (await session.run(last, [...session.dialect.alone('prune'), ...before])).length;
  };
  const ledger = (name: string) =>
    count(ledgerBeforeMs, (beforeMs) => {
      const table = sql.table(name);
      return [
        sql`delete from ${table} where (incident_id, number) in (select incident_id, number from ${table}
          where at_ms < ${beforeMs} order by at_ms, incident_id, number limit ${limit}) returning number`,
      ];
    });
  return {
    incidents: await count(incidentsBeforeMs, (beforeMs) => {
      const select = (what: RawBuilder<unknown>) =>
        sql`select ${what} from incident where updated_at_ms < ${beforeMs} order by updated_at_ms, id limit ${limit}`;
      const old = select(sql`id`);
      return [
        sql`delete from incident where id in (${old}) returning id`,
        ...session.dialect.hold(old),
        sql`delete from alert where incident_id in (${old})`,
        sql`delete from work_item where incident_id in (${old})`,
        sql`delete from spending where incident_id in (${old})`,
        sql`delete from spending where incident_id in (${select(sql`${shadowIncidentOf('')} || id`)})`,
        sql`delete from approval where incident_id in (${old})`,
        sql`delete from incident_action where incident_id in (${old})`,
        sql`delete from memory_shown where memory_key in
          (select memory_key from memory where incident_id in (${old}))`,
        sql`delete from memory where incident_id in (${old})`,
        forgetStatement('analysis', analysisTexts, old),
        forgetStatement('outcome', outcomeTexts, old),
        forgetStatement('rating', ratingTexts, old),
        forgetStatement('begun_action', actionTexts, old),
        forgetStatement('action_log', actionLogTexts, old),
      ];
    }),
    bundles: await count(bundlesBeforeMs, (beforeMs) => {
      const old = sql`select bundle_key from bundle where stored_at_ms < ${beforeMs}
        order by stored_at_ms, bundle_key limit ${limit}`;
      return [
        sql`delete from bundle where bundle_key in (${old}) returning bundle_key`,
        ...session.dialect.hold(old),
        sql`delete from bundle_part where bundle_key in (${old})`,
      ];
    }),
    auditEntries: await count(auditBeforeMs, (beforeMs) => [
      sql`delete from audit_entry where seq in
        (select seq from audit_entry where at_ms < ${beforeMs} order by at_ms, seq limit ${limit}) returning seq`,
    ]),
    changes: await count(changesBeforeMs, (beforeMs) => [
      sql`delete from told_change where id in (select id from told_change where timestamp_ms < ${beforeMs}
        order by timestamp_ms, id limit ${limit}) returning id`,
    ]),
    analyses: await ledger('analysis'),
    outcomes: await ledger('outcome'),
    ratings: await ledger('rating'),
    memories: await count(ledgerBeforeMs, (beforeMs) => {
      const old = sql`select memory_key from memory where kept_at_ms < ${beforeMs}
        order by kept_at_ms, memory_key limit ${limit}`;
      return [
        sql`delete from memory where memory_key in (${old}) returning memory_key`,
        sql`delete from memory_shown where at_ms < ${beforeMs}`,
        sql`delete from memory_shown where memory_key in (${old})`,
      ];
    }),
  };
}

/** Figures stay when their incident is deleted. */
function forgetStatement(name: string, texts: object, old: RawBuilder<unknown>): RawBuilder<unknown> {
  const changes = Object.keys(texts).map((column) => sql`${sql.ref(column)} = null`);
  return sql`update ${sql.table(name)} set ${sql.join(changes)} where incident_id in (${old})`;
}
