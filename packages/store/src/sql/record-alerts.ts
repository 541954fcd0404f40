import type { AlertRecord, RecordedAlert } from '@midwatch/core/incident';
import type { RawBuilder } from 'kysely';
import { type PreparedAlert, prepareAlert } from '../prepare-effects.js';
import { decidedAlert } from './decided-alert.js';
import { guardedAlertStatements, toRecorded } from './guarded-alert.js';
import type { SqlSession } from './sql-engine.js';

/** Of one transaction where nothing can be read inside of it: D1 answers 1,000 statements to one request of a Worker. */
const MAX_GUARDED_STATEMENTS = 400;

interface Prepared {
  readonly alert: PreparedAlert;
  readonly nowMs: number;
  /** What nobody else may decide at the same time. */
  readonly keys: readonly string[];
}

/** Grouping and first work, each alert as if those before it were committed. */
export async function recordAlerts(
  session: SqlSession,
  records: readonly AlertRecord[],
): Promise<readonly RecordedAlert[]> {
  // All of them, before anything is written: one that is refused leaves nothing behind.
  const prepared = records.map((record) => prepare(record));
  if (prepared.length === 0) return [];
  return session.converse === undefined
    ? recordGuarded(session, prepared)
    : recordDecided(session, session.converse, prepared);
}

function prepare(record: AlertRecord): Prepared {
  const alert = prepareAlert(record);
  const keys = [
    `alert ${alert.startsAtMs} ${alert.fingerprint}`,
    `group ${alert.groupKey}`,
    `incident ${alert.incidentId}`,
    // Whether a storm begins depends on what others open beside it; a resolve may be of one of its alerts.
    ...(record.storm === undefined ? [] : [`storm ${record.storm.groupKey}`]),
  ];
  return { alert, nowMs: record.nowMs, keys };
}

function recordDecided(
  { dialect }: SqlSession,
  converse: NonNullable<SqlSession['converse']>,
  prepared: readonly Prepared[],
): Promise<readonly RecordedAlert[]> {
  return converse(function* () {
    const alone = dialect.alone(...new Set(prepared.flatMap(({ keys }) => keys)));
    if (alone.length > 0) yield alone;
    const recorded: RecordedAlert[] = [];
    for (const { alert, nowMs } of prepared) recorded.push(yield* decidedAlert(dialect, alert, nowMs));
    return recorded;
  });
}

/** In as few transactions as D1 takes; none depends on an answer of the one before. */
async function recordGuarded(
  session: SqlSession,
  prepared: readonly Prepared[],
): Promise<readonly RecordedAlert[]> {
  const recorded: RecordedAlert[] = [];
  let part: { alert: PreparedAlert; at: number }[] = [];
  let statements: RawBuilder<unknown>[] = [];
  const flush = async () => {
    const rows = await session.runAll(statements);
    for (const { alert, at } of part) recorded.push(toRecorded(rows[at]?.[0], alert));
    part = [];
    statements = [];
  };
  for (const { alert, nowMs } of prepared) {
    const own = guardedAlertStatements(session.dialect, alert, nowMs);
    if (statements.length > 0 && statements.length + own.length > MAX_GUARDED_STATEMENTS) await flush();
    part.push({ alert, at: statements.length });
    statements.push(...own);
  }
  await flush();
  return recorded;
}
