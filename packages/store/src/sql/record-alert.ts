import type { AlertRecord, RecordedAlert } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import {
  type PreparedAlert,
  type PreparedEffects,
  type PreparedStorm,
  prepareAlert,
} from '../prepare-effects.js';
import { effectStatements, holdIncident } from './effect-statements.js';
import type { SqlSession } from './sql-engine.js';

interface Before {
  known_incident: string | null;
  known_status: string | null;
  target: string | null;
}

/** Grouping and first work in one batch: each statement asks the state that was there before, and the alert comes last. */
export async function recordAlert(session: SqlSession, record: AlertRecord): Promise<RecordedAlert> {
  const { nowMs } = record;
  const { dialect } = session;
  const alert = prepareAlert(record);
  const { storm } = alert;
  const isThisAlert = sql`fingerprint = ${alert.fingerprint} and starts_at_ms = ${alert.startsAtMs}`;
  const known = sql`(select incident_id from alert where ${isThisAlert})`;
  const { own, ongoingStorm, isStormBeginning } = places(alert);
  const target = storm === undefined ? own : sql`coalesce(${own}, ${ongoingStorm})`;
  const isOpening = sql`${known} is null and ${target} is null`;
  const isOpeningOwn = storm === undefined ? isOpening : sql`${isOpening} and not ${isStormBeginning}`;
  const isOpeningStorm = sql`${isOpening} and ${isStormBeginning}`;
  const isJoining = sql`${known} is null and ${own} is not null`;
  const isJoiningStorm = sql`${known} is null and ${own} is null and ${ongoingStorm} is not null`;
  const isResolving =
    alert.status === 'resolved'
      ? sql`exists (select 1 from alert where ${isThisAlert} and status = 'firing')`
      : sql`1 = 0`;
  const firing = alert.status === 'firing' ? 1 : 0;
  const ended = sql`cast(${alert.endedAtMs} as bigint)`;
  const latest = (column: string) => dialect.greater(sql.ref(column), sql`${nowMs}`);
  const opened = sql`${alert.incidentId}`;
  const insertIncident = ({ groupKey, name, service }: Opened, guard: RawBuilder<unknown>) =>
    sql`insert into incident (id, group_key, name, service, namespace, environment, severity, status, opened_at_ms,
        last_alert_at_ms, updated_at_ms, alert_count, firing_count)
      select ${alert.incidentId}, ${groupKey}, ${name}, ${service}, ${alert.namespace},
        ${alert.environment}, ${alert.severity}, ${alert.status}, ${nowMs}, ${nowMs}, ${nowMs}, 0, 0
      where ${guard}`;
  const effectsOf = (effects: PreparedEffects, incidentId: RawBuilder<unknown>, guard: RawBuilder<unknown>) =>
    effectStatements(effects, { dialect, incidentId, guard, nowMs });
  const ofStorm =
    storm === undefined
      ? []
      : [
          ...effectsOf(storm.opened, opened, isOpeningStorm),
          ...effectsOf(storm.joined, ongoingStorm, isJoiningStorm),
        ];
  const statements = [
    sql`select ${known} as known_incident, (select status from alert where ${isThisAlert}) as known_status,
      ${target} as target`,
    ...effectsOf(alert.opened, opened, isOpeningOwn),
    ...effectsOf(alert.joined, own, isJoining),
    ...effectsOf(alert.resolved, known, isResolving),
    ...ofStorm,
    insertIncident(alert, isOpeningOwn),
    ...(storm === undefined
      ? []
      : [insertIncident({ groupKey: storm.groupKey, name: storm.title, service: null }, isOpeningStorm)]),
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
      // Whether a storm begins depends on what others open beside it.
      ...(storm === undefined ? [] : [`storm ${storm.groupKey}`]),
    ),
    ...holdIncident({ dialect, incidentId: sql`coalesce(${known}, ${target})` }),
  ]);
  return toRecorded(rows?.[0] as Before, alert.incidentId, alert.status);
}

type Opened = Pick<PreparedAlert, 'groupKey' | 'name' | 'service'>;

/** Where the alert belongs, as expressions of the state before it. */
function places(alert: PreparedAlert) {
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
  const isSame = (column: RawBuilder<unknown>, value: string | null) =>
    value === null ? sql`${column} is null` : sql`${column} = ${value}`;
  const isStormBeginning = sql`((select count(*) from incident where opened_at_ms >= ${storm.countSinceMs}
    and ${isSame(sql`environment`, alert.environment)} and ${isSame(sql`namespace`, alert.namespace)}
    and group_key <> ${storm.groupKey}) + 1 >= ${storm.incidents})`;
  return { own, ongoingStorm: ofGroup(storm), isStormBeginning };
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
