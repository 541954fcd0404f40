import type { AlertRecord, RecordedAlert, Store } from '@midwatch/core/incident';
import { type PreparedAlert, type PreparedStorm, prepareAlert } from '../prepare-effects.js';
import type { IncidentRow } from '../stored-rows.js';
import { toStoredText, toStoredTime } from '../stored-text.js';
import { type MemoryTables, toRowKey, writeEffects } from './memory-tables.js';

export function recordAlerts(
  tables: MemoryTables,
  records: readonly AlertRecord[],
): readonly RecordedAlert[] {
  // All of them, before anything is written: one that is refused leaves nothing behind.
  const prepared = records.map((record) => prepareAlert(record));
  return prepared.map((alert, index) => recordAlert(tables, alert, records[index]?.nowMs ?? 0));
}

function recordAlert(tables: MemoryTables, alert: PreparedAlert, nowMs: number): RecordedAlert {
  const known = tables.alerts.get(toRowKey(alert.fingerprint, alert.startsAtMs));
  if (known !== undefined) {
    const incident = tables.incidents.get(known.incident_id);
    if (known.status === 'resolved' || alert.status === 'firing' || incident === undefined) {
      return { incidentId: known.incident_id, outcome: 'repeated' };
    }
    Object.assign(known, { status: 'resolved', document: alert.document });
    incident.firing_count -= 1;
    setStatus(incident, alert.endedAtMs);
    writeEffects(tables, alert.resolved, incident.id, nowMs);
    if (incident.firing_count === 0) writeEffects(tables, alert.turned, incident.id, nowMs);
    return { incidentId: incident.id, outcome: 'resolved' };
  }
  const own =
    findByFingerprint(tables, alert) ??
    findByGroup(tables, alert, alert) ??
    tables.incidents.get(alert.incidentId);
  const storm = own === undefined ? stormOf(tables, alert) : undefined;
  const joined = own ?? (storm && findByGroup(tables, alert, storm));
  const incident = joined ?? openIncident(tables, alert, storm, nowMs);
  incident.alert_count += 1;
  incident.firing_count += alert.status === 'firing' ? 1 : 0;
  incident.last_alert_at_ms = Math.max(incident.last_alert_at_ms, nowMs);
  setStatus(incident, alert.endedAtMs);
  tables.alerts.set(toRowKey(alert.fingerprint, alert.startsAtMs), {
    fingerprint: alert.fingerprint,
    starts_at_ms: alert.startsAtMs,
    incident_id: incident.id,
    status: alert.status,
    recorded_at_ms: nowMs,
    document: alert.document,
  });
  const outcome = joined === undefined ? 'opened' : 'joined';
  writeEffects(tables, (storm ?? alert)[outcome], incident.id, nowMs);
  const isBack = own !== undefined && alert.status === 'firing' && incident.firing_count === 1;
  if (isBack) writeEffects(tables, alert.turned, incident.id, nowMs);
  return { incidentId: incident.id, outcome };
}

export function findAlertStart(
  tables: MemoryTables,
  query: Parameters<Store['findAlertStart']>[0],
): Awaited<ReturnType<Store['findAlertStart']>> {
  const fingerprint = toStoredText(query.fingerprint, "an alert's fingerprint");
  const atMs = toStoredTime(query.atMs, 'the time');
  const isFiring = ({ status }: { readonly status: string }) => Number(status === 'firing');
  const [newest] = [...tables.alerts.values()]
    .filter((alert) => alert.fingerprint === fingerprint && alert.starts_at_ms <= atMs)
    .toSorted((one, other) => isFiring(other) - isFiring(one) || other.starts_at_ms - one.starts_at_ms);
  return newest && { startsAtMs: newest.starts_at_ms, status: newest.status };
}

/** The incident of the newest earlier alert of the same fingerprint that may go on. */
function findByFingerprint(
  tables: MemoryTables,
  { fingerprint, openedSinceMs = -Infinity, reopenSinceMs, storm }: PreparedAlert,
): IncidentRow | undefined {
  if (reopenSinceMs === undefined) return undefined;
  let newestMs = -Infinity;
  let found: IncidentRow | undefined;
  for (const alert of tables.alerts.values()) {
    if (alert.fingerprint !== fingerprint || alert.starts_at_ms < newestMs) continue;
    const incident = tables.incidents.get(alert.incident_id);
    if (incident === undefined || incident.opened_at_ms < openedSinceMs) continue;
    if (incident.group_key === storm?.groupKey) continue;
    if ((incident.resolved_at_ms ?? incident.last_alert_at_ms) < reopenSinceMs) continue;
    newestMs = alert.starts_at_ms;
    found = incident;
  }
  return found;
}

function findByGroup(
  tables: MemoryTables,
  { openedSinceMs = -Infinity }: PreparedAlert,
  { groupKey, joinSinceMs }: Pick<PreparedStorm, 'groupKey' | 'joinSinceMs'>,
): IncidentRow | undefined {
  let newest: IncidentRow | undefined;
  for (const incident of tables.incidents.values()) {
    if (incident.group_key !== groupKey || incident.last_alert_at_ms < joinSinceMs) continue;
    if (incident.opened_at_ms < openedSinceMs) continue;
    if (newest === undefined || isNewer(incident, newest)) newest = incident;
  }
  return newest;
}

/** The storm that the alert belongs to: one that goes on, or one that begins with it. */
function stormOf(tables: MemoryTables, alert: PreparedAlert): PreparedStorm | undefined {
  const { storm } = alert;
  if (storm === undefined || findByGroup(tables, alert, storm) !== undefined) return storm;
  let count = 1;
  for (const incident of tables.incidents.values()) {
    if (incident.opened_at_ms < storm.countSinceMs || incident.group_key === storm.groupKey) continue;
    if (incident.environment === alert.environment && incident.namespace === alert.namespace) count += 1;
  }
  return count >= storm.incidents ? storm : undefined;
}

function isNewer(one: IncidentRow, other: IncidentRow): boolean {
  if (one.last_alert_at_ms !== other.last_alert_at_ms) return one.last_alert_at_ms > other.last_alert_at_ms;
  return one.id > other.id;
}

function openIncident(
  tables: MemoryTables,
  alert: PreparedAlert,
  storm: PreparedStorm | undefined,
  nowMs: number,
): IncidentRow {
  const { name, service, namespace, environment, severity, status } = alert;
  const incident: IncidentRow = {
    id: alert.incidentId,
    group_key: storm?.groupKey ?? alert.groupKey,
    name: storm?.title ?? name,
    service: storm === undefined ? service : null,
    namespace,
    environment,
    severity,
    status,
    opened_at_ms: nowMs,
    last_alert_at_ms: nowMs,
    updated_at_ms: nowMs,
    resolved_at_ms: null,
    alert_count: 0,
    firing_count: 0,
    headline: null,
    verdict: null,
    confidence: null,
    brief: null,
    owned_by: null,
    owned_at_ms: null,
    silenced_by: null,
    silenced_at_ms: null,
    silenced_until_ms: null,
  };
  tables.incidents.set(incident.id, incident);
  return incident;
}

function setStatus(incident: IncidentRow, endedAtMs: number | null): void {
  incident.status = incident.firing_count > 0 ? 'firing' : 'resolved';
  incident.resolved_at_ms = incident.firing_count > 0 ? null : endedAtMs;
}
