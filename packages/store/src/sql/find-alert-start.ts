import type { Store } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { toStoredText, toStoredTime } from '../stored-text.js';
import type { SqlSession } from './sql-engine.js';

interface Row {
  starts_at_ms: number;
  status: 'firing' | 'resolved';
}

/** Both along the primary key, from the newest on. */
export async function findAlertStart(
  session: SqlSession,
  { atMs, fingerprint }: Parameters<Store['findAlertStart']>[0],
): ReturnType<Store['findAlertStart']> {
  const begun = sql`fingerprint = ${toStoredText(fingerprint, "an alert's fingerprint")}
    and starts_at_ms <= ${toStoredTime(atMs, 'the time')}`;
  const columns = sql`select starts_at_ms, status from alert where ${begun}`;
  const [firing, any] = (await session.runAll([
    sql`${columns} and status = 'firing' order by starts_at_ms desc limit 1`,
    sql`${columns} order by starts_at_ms desc limit 1`,
  ])) as readonly (readonly Row[])[];
  const row = firing?.[0] ?? any?.[0];
  return row && { startsAtMs: Number(row.starts_at_ms), status: row.status };
}
