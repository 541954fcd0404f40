import type { RecordedAlert, Store } from '@midwatch/core/incident';
import { createSqlActions } from './actions.js';
import { createSqlApprovals } from './approvals.js';
import { createSqlAuditLog } from './audit-log.js';
import { createSqlBundles } from './bundles.js';
import { createSqlChanges } from './changes.js';
import { createSqlControls } from './controls.js';
import { findAlertStart } from './find-alert-start.js';
import { applyEffects, applyOnce, getIncident, isApplied, listIncidents } from './incidents.js';
import { createSqlLedger } from './ledger.js';
import { createSqlMemories } from './memories.js';
import { prune } from './prune.js';
import { recordAlerts } from './record-alerts.js';
import { createSqlSpending } from './spending.js';
import { createSqlSession, type SqlEngine } from './sql-engine.js';
import { createSqlOutbox, createSqlSteps } from './work-queue.js';

/** The store over any database that runs batches: engines differ in that, and in what a dialect says. */
export function createSqlStore(engine: SqlEngine): Store {
  const session = createSqlSession(engine);
  return {
    async recordAlert(record) {
      const [recorded] = await recordAlerts(session, [record]);
      return recorded as RecordedAlert;
    },
    recordAlerts: (records) => recordAlerts(session, records),
    findAlertStart: (query) => findAlertStart(session, query),
    apply: (change) => applyEffects(session, change),
    applyOnce: (change) => applyOnce(session, change),
    isApplied: (action) => isApplied(session, action),
    getIncident: (id) => getIncident(session, id),
    listIncidents: (page) => listIncidents(session, page),
    steps: createSqlSteps(session),
    outbox: createSqlOutbox(session),
    approvals: createSqlApprovals(session),
    actions: createSqlActions(session),
    audit: createSqlAuditLog(session),
    bundles: createSqlBundles(session),
    changes: createSqlChanges(session),
    controls: createSqlControls(session),
    spending: createSqlSpending(session),
    ledger: createSqlLedger(session),
    memories: createSqlMemories(session),
    prune: (request) => prune(session, request),
    close: () => engine.close(),
  };
}
