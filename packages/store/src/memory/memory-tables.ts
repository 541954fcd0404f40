import type { ActionLogRow, ActionRow } from '../action-rows.js';
import type { AnalysisRow, OutcomeRow, RatingRow } from '../ledger-rows.js';
import type { MemoryRow, ShownRow } from '../memory-rows.js';
import type { ControlRow } from '../prepare-control.js';
import type { PreparedAudit, PreparedEffects } from '../prepare-effects.js';
import type { AlertRow, ApprovalRow, AuditRow, ChangeRow, IncidentRow, WorkRow } from '../stored-rows.js';
import { writeLedger } from './ledger.js';
import { writeMemories } from './memories.js';

export interface SpendingRow {
  incident_id: string;
  service: string;
  day_ms: number;
  nano_usd: number;
}

/** The rows of the SQL schema, in maps. They hold text as a database does, so that nothing is shared with the caller. */
export interface MemoryTables {
  readonly incidents: Map<string, IncidentRow>;
  readonly alerts: Map<string, AlertRow>;
  readonly work: Map<string, WorkRow>;
  readonly approvals: Map<string, ApprovalRow>;
  readonly bundles: Map<string, { stored_at_ms: number; bytes: Uint8Array }>;
  readonly changes: Map<string, ChangeRow>;
  readonly controls: Map<string, ControlRow>;
  readonly spending: Map<string, SpendingRow>;
  /** By incident and key. */
  readonly actions: Map<string, { incident_id: string }>;
  /** By plan. */
  readonly begunActions: Map<string, ActionRow>;
  /** In the order of their numbers. */
  readonly actionLog: ActionLogRow[];
  /** By key. */
  readonly memories: Map<string, MemoryRow>;
  /** By incident and key of the memory. */
  readonly shown: Map<string, ShownRow>;
  /** These three in the order they were recorded. */
  readonly analyses: AnalysisRow[];
  readonly outcomes: OutcomeRow[];
  readonly ratings: RatingRow[];
  /** In the order of their `seq`. */
  readonly audit: AuditRow[];
  /** Grows with every work item and audit entry. */
  lastSeq: number;
}

export function createMemoryTables(): MemoryTables {
  return {
    incidents: new Map(),
    alerts: new Map(),
    work: new Map(),
    approvals: new Map(),
    bundles: new Map(),
    changes: new Map(),
    controls: new Map(),
    spending: new Map(),
    actions: new Map(),
    begunActions: new Map(),
    actionLog: [],
    memories: new Map(),
    shown: new Map(),
    analyses: [],
    outcomes: [],
    ratings: [],
    audit: [],
    lastSeq: 0,
  };
}

/** Keys of several texts, which may hold any character. */
export const toRowKey = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

/** Writes effects. Nothing in here can fail: sizes were checked when the effects were prepared. */
export function writeEffects(
  tables: MemoryTables,
  effects: PreparedEffects,
  incidentId: string,
  nowMs: number,
): void {
  for (const { queue, key, kind, input, dueAtMs } of effects.work) {
    const rowKey = toRowKey(queue, incidentId, key);
    if (tables.work.has(rowKey)) continue;
    tables.lastSeq += 1;
    tables.work.set(rowKey, {
      seq: tables.lastSeq,
      queue,
      incident_id: incidentId,
      item_key: key,
      kind,
      input,
      state: 'waiting',
      attempts: 0,
      queued_at_ms: nowMs,
      ready_at_ms: dueAtMs,
      finished_at_ms: null,
      result: null,
      error: null,
    });
  }
  for (const entry of effects.audit) writeAudit(tables, entry, incidentId, nowMs);
  writeLedger(tables, effects, incidentId, nowMs);
  writeMemories(tables, effects.memories, incidentId, nowMs);
  const incident = tables.incidents.get(incidentId);
  if (incident === undefined) return;
  if (effects.brief !== undefined) {
    const { document, headline, verdict, confidence } = effects.brief;
    Object.assign(incident, { brief: document, headline, verdict, confidence });
  }
  incident.updated_at_ms = Math.max(incident.updated_at_ms, nowMs);
}

export function writeAudit(
  tables: MemoryTables,
  entry: PreparedAudit,
  incidentId: string | null,
  atMs: number,
): void {
  tables.lastSeq += 1;
  tables.audit.push({ seq: tables.lastSeq, at_ms: atMs, incident_id: incidentId, ...entry });
}
