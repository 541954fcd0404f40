import type { AuditLog, BundleStore, PageRequest, RecordedAlert, Store } from '@midwatch/core/incident';
import { parsePageRequest, toPage } from '../page-cursor.js';
import { prepareAudit, prepareEffects } from '../prepare-effects.js';
import { type IncidentRow, toAuditEntry, toIncident, toIncidentDetails } from '../stored-rows.js';
import { checkBundle, maxAlertsShown, maxTimelineShown, toStoredText, toStoredTime } from '../stored-text.js';
import { createMemoryActions } from './actions.js';
import { createMemoryApprovals } from './approvals.js';
import { createMemoryChanges } from './changes.js';
import { createMemoryControls } from './controls.js';
import { createMemoryLedger, findOutcome } from './ledger.js';
import { createMemoryMemories } from './memories.js';
import {
  createMemoryTables,
  type MemoryTables,
  toRowKey,
  writeAudit,
  writeEffects,
} from './memory-tables.js';
import { prune } from './prune.js';
import { findAlertStart, recordAlerts } from './record-alert.js';
import { createMemorySpending } from './spending.js';
import { createMemoryOutbox, createMemorySteps } from './work-queue.js';

/** A store that is gone with the process, for tests and demonstrations. It copies what it is given, as a database does. */
export function createMemoryStore(): Store {
  const tables = createMemoryTables();
  return {
    async recordAlert(record) {
      const [recorded] = recordAlerts(tables, [record]);
      return recorded as RecordedAlert;
    },
    recordAlerts: async (records) => recordAlerts(tables, records),
    findAlertStart: async (query) => findAlertStart(tables, query),
    async apply({ incidentId, nowMs, effects }) {
      toStoredTime(nowMs, 'the time');
      const prepared = prepareEffects(effects, nowMs);
      const id = toStoredText(incidentId, "an incident's id");
      if (!tables.incidents.has(id)) return false;
      writeEffects(tables, prepared, id, nowMs);
      return true;
    },
    async applyOnce({ actionKey, effects, nowMs, ...change }) {
      toStoredTime(nowMs, 'the time');
      const prepared = prepareEffects(effects, nowMs);
      const id = toStoredText(change.incidentId, "an incident's id");
      const rowKey = toRowKey(id, toStoredText(actionKey, "an action's key"));
      if (!tables.incidents.has(id)) return 'unknown';
      if (tables.actions.has(rowKey)) return 'repeated';
      tables.actions.set(rowKey, { incident_id: id });
      writeEffects(tables, prepared, id, nowMs);
      return 'applied';
    },
    isApplied: async ({ actionKey, incidentId }) =>
      tables.actions.has(
        toRowKey(toStoredText(incidentId, "an incident's id"), toStoredText(actionKey, "an action's key")),
      ),
    getIncident: async (id) => getIncident(tables, toStoredText(id, "an incident's id")),
    listIncidents: async (page) => listIncidents(tables, page),
    steps: createMemorySteps(tables),
    outbox: createMemoryOutbox(tables),
    approvals: createMemoryApprovals(tables),
    actions: createMemoryActions(tables),
    audit: createMemoryAuditLog(tables),
    bundles: createMemoryBundles(tables),
    changes: createMemoryChanges(tables),
    controls: createMemoryControls(tables),
    spending: createMemorySpending(tables),
    ledger: createMemoryLedger(tables),
    memories: createMemoryMemories(tables),
    prune: async (request) => prune(tables, request),
    close: async () => undefined,
  };
}

function getIncident(tables: MemoryTables, id: string) {
  const row = tables.incidents.get(id);
  if (row === undefined) return undefined;
  const alerts = [...tables.alerts.values()]
    .filter(({ incident_id }) => incident_id === id)
    .toSorted(
      (one, other) =>
        one.recorded_at_ms - other.recorded_at_ms ||
        one.starts_at_ms - other.starts_at_ms ||
        (one.fingerprint < other.fingerprint ? -1 : 1),
    );
  const timeline = tables.audit.filter(({ incident_id }) => incident_id === id).slice(-maxTimelineShown);
  const outcome = findOutcome(tables, id);
  return toIncidentDetails(row, { alerts: alerts.slice(0, maxAlertsShown), timeline, outcome });
}

function listIncidents(tables: MemoryTables, page: PageRequest) {
  const { limit, after } = parsePageRequest(page);
  const isAfter = ({ opened_at_ms, id }: IncidentRow) =>
    after === undefined || opened_at_ms < after.order || (opened_at_ms === after.order && id < after.tie);
  const rows = [...tables.incidents.values()]
    .filter(isAfter)
    .toSorted((one, other) => other.opened_at_ms - one.opened_at_ms || (one.id < other.id ? 1 : -1));
  return toPage(rows.slice(0, limit + 1), limit, toIncident, (row) => ({
    order: row.opened_at_ms,
    tie: row.id,
  }));
}

function createMemoryAuditLog(tables: MemoryTables): AuditLog {
  return {
    async append(entries) {
      const prepared = entries.map(({ atMs, incidentId, ...entry }) => ({
        atMs: toStoredTime(atMs, "an audit entry's time"),
        incidentId: incidentId === undefined ? null : toStoredText(incidentId, "an incident's id"),
        entry: prepareAudit(entry),
      }));
      for (const { entry, incidentId, atMs } of prepared) writeAudit(tables, entry, incidentId, atMs);
    },
    async list({ incidentId, ...page }) {
      const { limit, after } = parsePageRequest(page);
      const id = incidentId === undefined ? undefined : toStoredText(incidentId, "an incident's id");
      const rows = tables.audit
        .filter(({ incident_id }) => id === undefined || incident_id === id)
        .filter(({ seq }) => after === undefined || seq < after.order)
        .slice(-(limit + 1))
        .toReversed();
      return toPage(rows, limit, toAuditEntry, ({ seq }) => ({ order: seq, tie: '' }));
    },
  };
}

function createMemoryBundles({ bundles }: MemoryTables): BundleStore {
  return {
    async put(key, bytes, nowMs) {
      checkBundle(bytes);
      bundles.set(toStoredText(key, "a bundle's key"), {
        stored_at_ms: toStoredTime(nowMs, 'the time'),
        bytes: bytes.slice(),
      });
    },
    get: async (key) => bundles.get(toStoredText(key, "a bundle's key"))?.bytes.slice(),
    delete: async (key) => bundles.delete(toStoredText(key, "a bundle's key")),
  };
}
