import type { SettledCount, SettledRecordRequest } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { parseSettledRequest, type SettledRow, toSettledCount } from '../settled-rows.js';
import type { SqlSession } from './sql-engine.js';
import { isStanding } from './tally.js';

/** The analyses of the window by their index, and beside each the outcome that counts by its key. */
export async function settledRecord(
  session: SqlSession,
  request: SettledRecordRequest,
): Promise<readonly SettledCount[]> {
  const counts = sql`coalesce(
    (select max(p.number) from outcome p where p.incident_id = a.incident_id and p.via <> 'action'),
    (select max(n.number) from outcome n where n.incident_id = a.incident_id))`;
  const rows = await session.run<SettledRow>(sql`select a.analyzer as analyzer, a.model as model,
      a.prompt_version as prompt_version, coalesce(a.uncalibrated_confidence, a.confidence) as level,
      a.confidence as shown_level, o.judgement as judgement,
      case when o.via = 'action' then 'action' else 'people' end as via, count(*) as count, min(a.at_ms) as first_at_ms, max(a.at_ms) as last_at_ms
    from analysis a join outcome o on o.incident_id = a.incident_id and o.number = ${counts} and o.at_ms >= a.at_ms
    where ${isStanding(parseSettledRequest(request))} and a.verdict <> 'insufficient-evidence'
    group by 1, 2, 3, 4, 5, 6, 7`);
  return rows.map((row) => toSettledCount(row));
}
