import type { Pruned, PruneRequest } from '@midwatch/core/incident';
import { shadowIncidentOf } from '../spending-request.js';
import { forgetActions } from './actions.js';
import { forgetTexts, pruneRows } from './ledger.js';
import { forgetMemories, pruneMemories } from './memories.js';
import type { MemoryTables } from './memory-tables.js';

/** The keys of the oldest `limit` rows from before a time. */
function oldest<Row>(
  rows: Map<string, Row>,
  timeOf: (row: Row) => number,
  beforeMs: number,
  limit: number,
): string[] {
  return [...rows]
    .filter(([, row]) => timeOf(row) < beforeMs)
    .toSorted(
      ([oneKey, one], [otherKey, other]) => timeOf(one) - timeOf(other) || (oneKey < otherKey ? -1 : 1),
    )
    .slice(0, limit)
    .map(([key]) => key);
}

function deleteOf(rows: Map<string, { incident_id: string }>, incidentIds: ReadonlySet<string>): void {
  for (const [key, { incident_id }] of rows) if (incidentIds.has(incident_id)) rows.delete(key);
}

export function prune(tables: MemoryTables, request: PruneRequest): Pruned {
  const {
    incidentsBeforeMs = -Infinity,
    bundlesBeforeMs = -Infinity,
    auditBeforeMs = -Infinity,
    changesBeforeMs = -Infinity,
    ledgerBeforeMs = -Infinity,
    limit,
  } = request;
  const incidents = oldest(tables.incidents, (row) => row.updated_at_ms, incidentsBeforeMs, limit);
  const bundles = oldest(tables.bundles, (row) => row.stored_at_ms, bundlesBeforeMs, limit);
  const changes = oldest(tables.changes, (row) => row.timestamp_ms, changesBeforeMs, limit);
  const entries = new Set(
    tables.audit
      .filter(({ at_ms }) => at_ms < auditBeforeMs)
      .toSorted((one, other) => one.at_ms - other.at_ms || one.seq - other.seq)
      .slice(0, limit),
  );
  for (const id of incidents) tables.incidents.delete(id);
  for (const rows of [tables.alerts, tables.work, tables.approvals, tables.spending, tables.actions])
    deleteOf(rows, new Set(incidents));
  deleteOf(tables.spending, new Set(incidents.map((id) => shadowIncidentOf(id))));
  forgetTexts(tables, new Set(incidents));
  forgetActions(tables, new Set(incidents));
  forgetMemories(tables, ({ incident_id }) => incidents.includes(incident_id ?? ''));
  for (const key of bundles) tables.bundles.delete(key);
  for (const id of changes) tables.changes.delete(id);
  const kept = tables.audit.filter((entry) => !entries.has(entry));
  tables.audit.splice(0, tables.audit.length, ...kept);
  return {
    incidents: incidents.length,
    bundles: bundles.length,
    auditEntries: entries.size,
    changes: changes.length,
    analyses: pruneRows(tables.analyses, ledgerBeforeMs, limit),
    outcomes: pruneRows(tables.outcomes, ledgerBeforeMs, limit),
    ratings: pruneRows(tables.ratings, ledgerBeforeMs, limit),
    memories: pruneMemories(tables, ledgerBeforeMs, limit),
  };
}
