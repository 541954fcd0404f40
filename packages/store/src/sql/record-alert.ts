import type { AlertRecord, RecordedAlert } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { prepareAlert } from '../prepare-effects.js';
import { effectStatements, holdIncident } from './effect-statements.js';
import type { SqlSession } from './sql-engine.js';

interface Before {
  known_incident: string | null;
  known_status: string | null;
  target: string | null;
}

/** Grouping and first work in one batch: each statement asks the state that was there before, and the alert comes last. */
export async function recordAlert(session: SqlSession, record: AlertRecord): Promise<RecordedAlert> {
  const { nowMs, joinSinceMs } = record;
  const { dialect } = session;
  const alert = prepareAlert(record);
  const isThisAlert = sql`fingerprint = ${alert.fingerprint} and starts_at_ms = ${alert.startsAtMs}`;
  const known = sql`(select incident_id from alert where ${isThisAlert})`;
  const target = sql`coalesce(
    (select id from incident where group_key = ${alert.groupKey} and last_alert_at_ms >= ${joinSinceMs}
      order by last_alert_at_ms desc, id desc limit 1),
    (select id from incident where id = ${alert.incidentId}))`;
  const isOpening = sql`${known} is null and ${target} is null`;
  const isJoining = sql`${known} is null and ${target} is not null`;
  const isResolving =
    alert.status === 'resolved'
      ? sql`exists (select 1 from alert where ${isThisAlert} and status = 'firing')`
      : sql`1 = 0`;
  const firing = alert.status === 'firing' ? 1 : 0;
  const ended = sql`cast(${alert.endedAtMs} as bigint)`;
  const latest = (column: string) => dialect.greater(sql.ref(column), sql`${nowMs}`);
  const statements = [
    sql`select ${known} as known_incident, (select status from alert where ${isThisAlert}) as known_status,
      ${target} as target`,
    ...effectStatements(alert.opened, {
      dialect,
      incidentId: sql`${alert.incidentId}`,
      guard: isOpening,
      nowMs,
    }),
    ...effectStatements(alert.joined, { dialect, incidentId: target, guard: isJoining, nowMs }),
    ...effectStatements(alert.resolved, { dialect, incidentId: known, guard: isResolving, nowMs }),
    sql`insert into incident (id, group_key, name, service, namespace, environment, severity, status, opened_at_ms,
        last_alert_at_ms, updated_at_ms, alert_count, firing_count)
      select ${alert.incidentId}, ${alert.groupKey}, ${alert.name}, ${alert.service}, ${alert.namespace},
        ${alert.environment}, ${alert.severity}, ${alert.status}, ${nowMs}, ${nowMs}, ${nowMs}, 0, 0
      where ${isOpening}`,
    // From here on the incident is there, new or old, and `target` finds it.
    sql`update incident set alert_count = alert_count + 1, firing_count = firing_count + ${firing},
        last_alert_at_ms = ${latest('last_alert_at_ms')}, updated_at_ms = ${latest('updated_at_ms')},
        status = case when firing_count + ${firing} > 0 then 'firing' else 'resolved' end,
        resolved_at_ms = case when firing_count + ${firing} > 0 then null else ${ended} end
      where id = ${target} and ${known} is null`,
    sql`update incident set firing_count = firing_count - 1, updated_at_ms = ${latest('updated_at_ms')},
        status = case when firing_count > 1 then 'firing' else 'resolved' end,
        resolved_at_ms = case when firing_count > 1 then null else ${ended} end
      where id = ${known} and ${isResolving}`,
    sql`insert into alert (fingerprint, starts_at_ms, incident_id, status, recorded_at_ms, document)
      select ${alert.fingerprint}, ${alert.startsAtMs}, coalesce(${known}, ${target}), ${alert.status}, ${nowMs},
        ${alert.document}
      where 1 = 1
      on conflict (fingerprint, starts_at_ms) do update set status = excluded.status, document = excluded.document
      where alert.status = 'firing' and excluded.status = 'resolved'`,
  ];
  const [rows] = await session.runAll(statements, [
    ...dialect.alone(
      `alert ${alert.startsAtMs} ${alert.fingerprint}`,
      `group ${alert.groupKey}`,
      `incident ${alert.incidentId}`,
    ),
    ...holdIncident({ dialect, incidentId: sql`coalesce(${known}, ${target})` }),
  ]);
  return toRecorded(rows?.[0] as Before, alert.incidentId, alert.status);
}

function toRecorded(before: Before, openedId: string, status: string): RecordedAlert {
  if (before.known_incident !== null) {
    const resolves = before.known_status === 'firing' && status === 'resolved';
    return { incidentId: before.known_incident, outcome: resolves ? 'resolved' : 'repeated' };
  }
  return before.target === null
    ? { incidentId: openedId, outcome: 'opened' }
    : { incidentId: before.target, outcome: 'joined' };
}
