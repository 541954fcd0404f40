import { type RawBuilder, sql } from 'kysely';
import type { PreparedAlert, PreparedStorm } from '../prepare-effects.js';
import type { SqlDialect } from './sql-dialect.js';

type Fragment = RawBuilder<unknown>;

/** The alert with this fingerprint and start. */
export function isThisAlert({ fingerprint, startsAtMs }: PreparedAlert): Fragment {
  return sql`fingerprint = ${fingerprint} and starts_at_ms = ${startsAtMs}`;
}

/** Where the alert belongs, as expressions of the state before it. */
export function places(alert: PreparedAlert) {
  const { openedSinceMs, reopenSinceMs, storm } = alert;
  const isYoung = openedSinceMs === undefined ? sql`1 = 1` : sql`incident.opened_at_ms >= ${openedSinceMs}`;
  const ofGroup = ({ groupKey, joinSinceMs }: Pick<PreparedStorm, 'groupKey' | 'joinSinceMs'>) =>
    sql`(select id from incident where group_key = ${groupKey} and last_alert_at_ms >= ${joinSinceMs} and ${isYoung}
      order by last_alert_at_ms desc, id desc limit 1)`;
  const isNoStorm = storm === undefined ? sql`1 = 1` : sql`incident.group_key <> ${storm.groupKey}`;
  // Those of the fingerprint, along the key of `alert`, from the newest on.
  const ofFingerprint =
    reopenSinceMs === undefined
      ? sql``
      : sql`(select incident.id from alert as earlier join incident on incident.id = earlier.incident_id
          where earlier.fingerprint = ${alert.fingerprint} and ${isYoung}
            and ${isNoStorm} and coalesce(incident.resolved_at_ms, incident.last_alert_at_ms) >= ${reopenSinceMs}
          order by earlier.starts_at_ms desc limit 1),`;
  const own = sql`coalesce(${ofFingerprint} ${ofGroup(alert)}, (select id from incident where id = ${alert.incidentId}))`;
  if (storm === undefined) return { own, ongoingStorm: sql`null`, isStormBeginning: sql`(1 = 0)` };
  const isSame = (column: Fragment, value: string | null) =>
    value === null ? sql`${column} is null` : sql`${column} = ${value}`;
  const isStormBeginning = sql`((select count(*) from incident where opened_at_ms >= ${storm.countSinceMs}
    and ${isSame(sql`environment`, alert.environment)} and ${isSame(sql`namespace`, alert.namespace)}
    and group_key <> ${storm.groupKey}) + 1 >= ${storm.incidents})`;
  return { own, ongoingStorm: ofGroup(storm), isStormBeginning };
}

/** What an incident that an alert opens is known by. */
export type Opened = Pick<PreparedAlert, 'groupKey' | 'name' | 'service'>;

/** An incident without an alert yet. */
export function insertIncident(
  alert: PreparedAlert,
  { groupKey, name, service }: Opened,
  nowMs: number,
  guard: Fragment,
): Fragment {
  return sql`insert into incident (id, group_key, name, service, namespace, environment, severity, status, opened_at_ms,
        last_alert_at_ms, updated_at_ms, alert_count, firing_count)
      select ${alert.incidentId}, ${groupKey}, ${name}, ${service}, ${alert.namespace},
        ${alert.environment}, ${alert.severity}, ${alert.status}, ${nowMs}, ${nowMs}, ${nowMs}, 0, 0
      where ${guard}`;
}

/** The incident has one alert more. */
export function countAlert(
  alert: PreparedAlert,
  { dialect, nowMs, where }: { dialect: SqlDialect; nowMs: number; where: Fragment },
): Fragment {
  const firing = alert.status === 'firing' ? 1 : 0;
  const latest = (column: string) => dialect.greater(sql.ref(column), sql`${nowMs}`);
  return sql`update incident set alert_count = alert_count + 1, firing_count = firing_count + ${firing},
        last_alert_at_ms = ${latest('last_alert_at_ms')}, updated_at_ms = ${latest('updated_at_ms')},
        status = case when firing_count + ${firing} > 0 then 'firing' else 'resolved' end,
        resolved_at_ms = case when firing_count + ${firing} > 0 then null else ${endOf(alert)} end
      where ${where}`;
}

/** One of the incident's alerts fires no more. */
export function resolveIncident(
  alert: PreparedAlert,
  { dialect, nowMs, where }: { dialect: SqlDialect; nowMs: number; where: Fragment },
): Fragment {
  return sql`update incident set firing_count = firing_count - 1,
        updated_at_ms = ${dialect.greater(sql.ref('updated_at_ms'), sql`${nowMs}`)},
        status = case when firing_count > 1 then 'firing' else 'resolved' end,
        resolved_at_ms = case when firing_count > 1 then null else ${endOf(alert)} end
      where ${where}`;
}

/** The alert, or its end when it is known as firing. */
export function insertAlert(alert: PreparedAlert, incidentId: Fragment, nowMs: number): Fragment {
  return sql`insert into alert (fingerprint, starts_at_ms, incident_id, status, recorded_at_ms, document)
      select ${alert.fingerprint}, ${alert.startsAtMs}, ${incidentId}, ${alert.status}, ${nowMs},
        ${alert.document}
      where 1 = 1
      on conflict (fingerprint, starts_at_ms) do update set status = excluded.status, document = excluded.document
      where alert.status = 'firing' and excluded.status = 'resolved'`;
}

function endOf({ endedAtMs }: PreparedAlert): Fragment {
  return sql`cast(${endedAtMs} as bigint)`;
}
