import type { RecordedAlert } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import type { PreparedAlert, PreparedEffects } from '../prepare-effects.js';
import {
  countAlert,
  insertAlert,
  insertIncident,
  isThisAlert,
  places,
  resolveIncident,
} from './alert-statements.js';
import { effectStatements } from './effect-statements.js';
import type { SqlDialect } from './sql-dialect.js';

interface Before {
  known_incident: string | null;
  known_status: string | null;
  target: string | null;
}

/**
 * An alert where no answer of a transaction can be read before its end: each statement asks anew for the state that was there
 * before, and the alert comes last. The first one's row tells the outcome.
 */
export function guardedAlertStatements(
  dialect: SqlDialect,
  alert: PreparedAlert,
  nowMs: number,
): readonly RawBuilder<unknown>[] {
  const { storm } = alert;
  const known = sql`(select incident_id from alert where ${isThisAlert(alert)})`;
  const { own, ongoingStorm, isStormBeginning } = places(alert);
  const target = storm === undefined ? own : sql`coalesce(${own}, ${ongoingStorm})`;
  const isOpening = sql`${known} is null and ${target} is null`;
  const isOpeningOwn = storm === undefined ? isOpening : sql`${isOpening} and not ${isStormBeginning}`;
  const isOpeningStorm = sql`${isOpening} and ${isStormBeginning}`;
  const isJoining = sql`${known} is null and ${own} is not null`;
  const isJoiningStorm = sql`${known} is null and ${own} is null and ${ongoingStorm} is not null`;
  const isResolving =
    alert.status === 'resolved'
      ? sql`exists (select 1 from alert where ${isThisAlert(alert)} and status = 'firing')`
      : sql`1 = 0`;
  const firingOf = (id: RawBuilder<unknown>) => sql`(select firing_count from incident where id = ${id})`;
  // It fires and nothing else of the incident does, or it was the last that did.
  const isTurning =
    alert.status === 'firing'
      ? sql`${isJoining} and ${firingOf(own)} = 0`
      : sql`${isResolving} and ${firingOf(known)} = 1`;
  const opened = sql`${alert.incidentId}`;
  const effectsOf = (effects: PreparedEffects, incidentId: RawBuilder<unknown>, guard: RawBuilder<unknown>) =>
    effectStatements(effects, { dialect, incidentId, guard, nowMs });
  const ofStorm =
    storm === undefined
      ? []
      : [
          ...effectsOf(storm.opened, opened, isOpeningStorm),
          ...effectsOf(storm.joined, ongoingStorm, isJoiningStorm),
        ];
  const stormIncident = storm && { groupKey: storm.groupKey, name: storm.title, service: null };
  return [
    sql`select ${known} as known_incident, (select status from alert where ${isThisAlert(alert)}) as known_status,
      ${target} as target`,
    ...effectsOf(alert.opened, opened, isOpeningOwn),
    ...effectsOf(alert.joined, own, isJoining),
    ...effectsOf(alert.resolved, known, isResolving),
    ...effectsOf(alert.turned, alert.status === 'firing' ? own : known, isTurning),
    ...ofStorm,
    insertIncident(alert, alert, nowMs, isOpeningOwn),
    ...(stormIncident === undefined ? [] : [insertIncident(alert, stormIncident, nowMs, isOpeningStorm)]),
    // From here on the incident is there, new or old, and `target` finds it.
    countAlert(alert, { dialect, nowMs, where: sql`id = ${target} and ${known} is null` }),
    resolveIncident(alert, { dialect, nowMs, where: sql`id = ${known} and ${isResolving}` }),
    insertAlert(alert, sql`coalesce(${known}, ${target})`, nowMs),
  ];
}

/** What the first statement's row says. */
export function toRecorded(row: unknown, { incidentId, status }: PreparedAlert): RecordedAlert {
  const before = row as Before;
  if (before.known_incident !== null) {
    const resolves = before.known_status === 'firing' && status === 'resolved';
    return { incidentId: before.known_incident, outcome: resolves ? 'resolved' : 'repeated' };
  }
  return before.target === null
    ? { incidentId, outcome: 'opened' }
    : { incidentId: before.target, outcome: 'joined' };
}
