import type { RecordedAlert } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import type { PreparedAlert, PreparedEffects } from '../prepare-effects.js';
import {
  countAlert,
  insertAlert,
  insertIncident,
  isThisAlert,
  type Opened,
  places,
  resolveIncident,
} from './alert-statements.js';
import { effectStatements, holdIncident } from './effect-statements.js';
import type { SqlDialect } from './sql-dialect.js';

type Fragment = RawBuilder<unknown>;
/** Statements, and what each of them answered. */
export type AlertTalk = Generator<readonly Fragment[], RecordedAlert, readonly (readonly unknown[])[]>;

interface Known {
  known_incident: string | null;
  known_status: string | null;
  own: string | null;
  /** Alerts that fire, of whichever of both it is. */
  firing_count: number | null;
}

interface Storm {
  ongoing: string | null;
  /** A boolean, or 0 and 1. */
  is_beginning: boolean | number | null;
}

/**
 * An alert inside of a transaction whose answers can be read: it is asked once where the alert belongs, and only what follows
 * from that is written.
 */
export function* decidedAlert(dialect: SqlDialect, alert: PreparedAlert, nowMs: number): AlertTalk {
  const isThis = isThisAlert(alert);
  const known = sql`(select incident_id from alert where ${isThis})`;
  const { own, ongoingStorm, isStormBeginning } = places(alert);
  const found = yield [
    ...holdIncident({ dialect, incidentId: sql`coalesce(${known}, ${own}, ${ongoingStorm})` }),
    sql`select before.*, (select firing_count from incident where id = coalesce(known_incident, own)) as firing_count
      from (select ${known} as known_incident, (select status from alert where ${isThis}) as known_status,
        case when ${known} is null then ${own} end as own limit 1) as before`,
  ];
  const before = found.at(-1)?.[0] as Known;
  const firing = Number(before.firing_count ?? 0);
  const write = (effects: PreparedEffects, incidentId: string) =>
    effectStatements(effects, { dialect, incidentId: sql`${incidentId}`, guard: sql`1 = 1`, nowMs });
  if (before.known_incident !== null) {
    const incidentId = before.known_incident;
    if (before.known_status !== 'firing' || alert.status !== 'resolved')
      return { incidentId, outcome: 'repeated' };
    yield [
      ...write(alert.resolved, incidentId),
      ...(firing === 1 ? write(alert.turned, incidentId) : []),
      resolveIncident(alert, { dialect, nowMs, where: sql`id = ${incidentId}` }),
      insertAlert(alert, sql`${incidentId}`, nowMs),
    ];
    return { incidentId, outcome: 'resolved' };
  }
  const keep = (incidentId: string) => [
    countAlert(alert, { dialect, nowMs, where: sql`id = ${incidentId}` }),
    insertAlert(alert, sql`${incidentId}`, nowMs),
  ];
  const { storm } = alert;
  let ofStorm: Storm | undefined;
  if (before.own === null && storm !== undefined) {
    const [rows] = yield [
      sql`select ${ongoingStorm} as ongoing, case when ${ongoingStorm} is null then ${isStormBeginning} end as is_beginning`,
    ];
    ofStorm = rows?.[0] as Storm;
  }
  const joined = before.own ?? ofStorm?.ongoing ?? undefined;
  if (joined !== undefined) {
    const isOwn = before.own !== null;
    const isBack = isOwn && alert.status === 'firing' && firing === 0;
    yield [
      ...write((isOwn ? alert : (storm ?? alert)).joined, joined),
      ...(isBack ? write(alert.turned, joined) : []),
      ...keep(joined),
    ];
    return { incidentId: joined, outcome: 'joined' };
  }
  const { incidentId } = alert;
  const begun = ofStorm?.is_beginning ? storm : undefined;
  const named: Opened =
    begun === undefined ? alert : { groupKey: begun.groupKey, name: begun.title, service: null };
  yield [
    ...write((begun ?? alert).opened, incidentId),
    insertIncident(alert, named, nowMs, sql`1 = 1`),
    ...keep(incidentId),
  ];
  return { incidentId, outcome: 'opened' };
}
