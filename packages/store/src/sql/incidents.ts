import type { Effects, Incident, IncidentDetails, Page, PageRequest, Store } from '@midwatch/core/incident';
import { sql } from 'kysely';
import type { OutcomeRow } from '../ledger-rows.js';
import { parsePageRequest, toPage } from '../page-cursor.js';
import { prepareEffects } from '../prepare-effects.js';
import {
  type AlertRow,
  type AuditRow,
  type IncidentRow,
  toIncident,
  toIncidentDetails,
} from '../stored-rows.js';
import { maxAlertsShown, maxTimelineShown, toStoredText, toStoredTime } from '../stored-text.js';
import { effectStatements, holdIncident, touchStatement } from './effect-statements.js';
import type { SqlSession } from './sql-engine.js';

/** Without the brief, which a list does not show. */
const listColumns = sql`id, group_key, name, service, namespace, environment, severity, status, opened_at_ms,
  last_alert_at_ms, updated_at_ms, resolved_at_ms, alert_count, headline, verdict, confidence, owned_by, owned_at_ms,
  silenced_by, silenced_at_ms, silenced_until_ms`;

export async function applyEffects(
  session: SqlSession,
  change: { readonly incidentId: string; readonly nowMs: number; readonly effects: Effects },
): Promise<boolean> {
  const incidentId = toStoredText(change.incidentId, "an incident's id");
  const target = {
    dialect: session.dialect,
    incidentId: sql`${incidentId}`,
    guard: sql`exists (select 1 from incident where id = ${incidentId})`,
    nowMs: toStoredTime(change.nowMs, 'the time'),
  };
  const rows = await session.run(sql`select id from incident where id = ${incidentId}`, [
    ...holdIncident(target),
    ...effectStatements(prepareEffects(change.effects, change.nowMs), target),
    touchStatement(target),
  ]);
  return rows.length > 0;
}

export async function applyOnce(
  session: SqlSession,
  { actionKey, effects, nowMs, ...change }: Parameters<Store['applyOnce']>[0],
): ReturnType<Store['applyOnce']> {
  const incidentId = toStoredText(change.incidentId, "an incident's id");
  const key = toStoredText(actionKey, "an action's key");
  const isThere = sql`exists (select 1 from incident where id = ${incidentId})`;
  const isDone = sql`exists (select 1 from incident_action
    where incident_id = ${incidentId} and action_key = ${key})`;
  const target = {
    dialect: session.dialect,
    incidentId: sql`${incidentId}`,
    guard: sql`${isThere} and not ${isDone}`,
    nowMs: toStoredTime(nowMs, 'the time'),
  };
  const [incidents, actions] = await session.runAll(
    [
      sql`select id from incident where id = ${incidentId}`,
      sql`select at_ms from incident_action where incident_id = ${incidentId} and action_key = ${key}`,
      ...effectStatements(prepareEffects(effects, nowMs), target),
      touchStatement(target),
      sql`insert into incident_action (incident_id, action_key, at_ms)
        select ${incidentId}, ${key}, ${nowMs} where ${target.guard}`,
    ],
    holdIncident(target),
  );
  if (incidents?.length === 0) return 'unknown';
  return actions?.length === 0 ? 'applied' : 'repeated';
}

export async function isApplied(
  session: SqlSession,
  action: Parameters<Store['isApplied']>[0],
): Promise<boolean> {
  const incidentId = toStoredText(action.incidentId, "an incident's id");
  const rows = await session.run(sql`select at_ms from incident_action
    where incident_id = ${incidentId} and action_key = ${toStoredText(action.actionKey, "an action's key")}`);
  return rows.length > 0;
}

export async function getIncident(session: SqlSession, id: string): Promise<IncidentDetails | undefined> {
  const incidentId = toStoredText(id, "an incident's id");
  const [incidents, alerts, timeline, outcomes] = (await session.runAll([
    sql`select ${listColumns}, firing_count, brief from incident where id = ${incidentId}`,
    sql`select document, recorded_at_ms from alert where incident_id = ${incidentId}
      order by recorded_at_ms, starts_at_ms, fingerprint limit ${maxAlertsShown}`,
    sql`select seq, at_ms, incident_id, actor, action, detail from audit_entry
      where incident_id = ${incidentId} order by seq desc limit ${maxTimelineShown}`,
    sql`select * from outcome where incident_id = ${incidentId} order by number desc limit 1`,
  ])) as readonly [readonly IncidentRow[], readonly AlertRow[], readonly AuditRow[], readonly OutcomeRow[]];
  const row = incidents[0];
  return row && toIncidentDetails(row, { alerts, timeline: timeline.toReversed(), outcome: outcomes[0] });
}

export async function listIncidents(session: SqlSession, page: PageRequest): Promise<Page<Incident>> {
  const { limit, after } = parsePageRequest(page);
  const isAfter = after === undefined ? sql`1 = 1` : sql`(opened_at_ms, id) < (${after.order}, ${after.tie})`;
  const rows = await session.run<IncidentRow>(sql`select ${listColumns} from incident
    where ${isAfter} order by opened_at_ms desc, id desc limit ${limit + 1}`);
  return toPage(rows, limit, toIncident, (row) => ({ order: row.opened_at_ms, tie: row.id }));
}
