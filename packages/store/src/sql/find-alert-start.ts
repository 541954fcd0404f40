import type { Store } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { toStoredText, toStoredTime } from '../stored-text.js';
import type { SqlSession } from './sql-engine.js';

interface Row {
  starts_at_ms: number;
  status: 'firing' | 'resolved';
}

/** Along the primary key: a fingerprint has as many rows as the alert has fired within retention. */
export async function findAlertStart(
  session: SqlSession,
  { atMs, fingerprint }: Parameters<Store['findAlertStart']>[0],
): ReturnType<Store['findAlertStart']> {
  const [row] = await session.run<Row>(
    sql`select starts_at_ms, status from alert
      where fingerprint = ${toStoredText(fingerprint, "an alert's fingerprint")}
        and starts_at_ms <= ${toStoredTime(atMs, 'the time')}
      order by status, starts_at_ms desc limit 1`,
  );
  return row && { startsAtMs: Number(row.starts_at_ms), status: row.status };
}
