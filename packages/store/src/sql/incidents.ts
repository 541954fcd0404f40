import type { Effects, Incident, IncidentDetails, Page, PageRequest } from '@midwatch/core/incident';
import { sql } from 'kysely';
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
  last_alert_at_ms, updated_at_ms, resolved_at_ms, alert_count, headline, verdict, confidence`;

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
    ...effectStatements(prepareEffects(change.effects), target),
    touchStatement(target),
  ]);
  return rows.length > 0;
}

export async function getIncident(session: SqlSession, id: string): Promise<IncidentDetails | undefined> {
  const incidentId = toStoredText(id, "an incident's id");
  const [incidents, alerts, timeline] = (await session.runAll([
    sql`select ${listColumns}, firing_count, brief from incident where id = ${incidentId}`,
    sql`select document, recorded_at_ms from alert where incident_id = ${incidentId}
      order by recorded_at_ms, starts_at_ms, fingerprint limit ${maxAlertsShown}`,
    sql`select seq, at_ms, incident_id, actor, action, detail from audit_entry
      where incident_id = ${incidentId} order by seq desc limit ${maxTimelineShown}`,
  ])) as readonly [readonly IncidentRow[], readonly AlertRow[], readonly AuditRow[]];
  const row = incidents[0];
  return row === undefined ? undefined : toIncidentDetails(row, alerts, timeline.toReversed());
}

export async function listIncidents(session: SqlSession, page: PageRequest): Promise<Page<Incident>> {
  const { limit, after } = parsePageRequest(page);
  const isAfter = after === undefined ? sql`1 = 1` : sql`(opened_at_ms, id) < (${after.order}, ${after.tie})`;
  const rows = await session.run<IncidentRow>(sql`select ${listColumns} from incident
    where ${isAfter} order by opened_at_ms desc, id desc limit ${limit + 1}`);
  return toPage(rows, limit, toIncident, (row) => ({ order: row.opened_at_ms, tie: row.id }));
}
