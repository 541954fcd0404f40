import type {
  Alert,
  Approval,
  ApprovalState,
  AuditEntry,
  Brief,
  Change,
  Confidence,
  Delivery,
  Incident,
  IncidentDetails,
  NewChange,
  Silence,
  Step,
  Verdict,
  Work,
  WorkState,
} from '@midwatch/core/incident';
import { type OutcomeRow, toOutcome } from './ledger-rows.js';
import type { QueueName } from './prepare-effects.js';
import { fromStoredJson } from './stored-text.js';

/** One incident as every engine keeps it; columns are named as in the migrations. */
export interface IncidentRow {
  id: string;
  group_key: string;
  name: string;
  service: string | null;
  namespace: string | null;
  environment: string | null;
  severity: string | null;
  status: Alert['status'];
  opened_at_ms: number;
  last_alert_at_ms: number;
  updated_at_ms: number;
  resolved_at_ms: number | null;
  alert_count: number;
  firing_count: number;
  headline: string | null;
  verdict: string | null;
  confidence: string | null;
  brief: string | null;
  owned_by: string | null;
  owned_at_ms: number | null;
  silenced_by: string | null;
  silenced_at_ms: number | null;
  silenced_until_ms: number | null;
}

export interface AlertRow {
  fingerprint: string;
  starts_at_ms: number;
  incident_id: string;
  status: Alert['status'];
  recorded_at_ms: number;
  document: string;
}

export interface WorkRow {
  seq: number;
  queue: QueueName;
  incident_id: string;
  item_key: string;
  kind: string;
  input: string | null;
  state: WorkState;
  attempts: number;
  queued_at_ms: number;
  ready_at_ms: number | null;
  finished_at_ms: number | null;
  result: string | null;
  error: string | null;
}

export interface ApprovalRow {
  id: string;
  incident_id: string;
  hash: string;
  action: string;
  state: ApprovalState;
  requested_at_ms: number;
  expires_at_ms: number;
  decided_by: string | null;
  decided_role: string | null;
  decided_at_ms: number | null;
}

export interface AuditRow {
  seq: number;
  at_ms: number;
  incident_id: string | null;
  actor: string;
  action: string;
  detail: string | null;
}

export interface ChangeRow {
  id: string;
  timestamp_ms: number;
  service: string;
  namespace: string | null;
  recorded_at_ms: number;
  document: string;
}

/** The given properties without those that are null. */
function present<Value extends object>(value: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  const entries = Object.entries(value).filter(([, it]) => it !== null && it !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Value]?: NonNullable<Value[Key]> };
}

export function toIncident(row: Omit<IncidentRow, 'brief' | 'firing_count'>): Incident {
  return {
    id: row.id,
    groupKey: row.group_key,
    title: row.headline ?? row.name,
    ...present({
      service: row.service,
      namespace: row.namespace,
      environment: row.environment,
      severity: row.severity,
      resolvedAtMs: row.resolved_at_ms,
      verdict: row.verdict as Verdict | null,
      confidence: row.confidence as Confidence | null,
      owner: row.owned_by === null ? null : { by: row.owned_by, atMs: Number(row.owned_at_ms) },
      silence: toSilence(row),
    }),
    status: row.status,
    openedAtMs: row.opened_at_ms,
    lastAlertAtMs: row.last_alert_at_ms,
    updatedAtMs: row.updated_at_ms,
    alertCount: row.alert_count,
  };
}

function toSilence(
  row: Pick<IncidentRow, 'silenced_by' | 'silenced_at_ms' | 'silenced_until_ms'>,
): Silence | null {
  const { silenced_at_ms: atMs, silenced_by: by, silenced_until_ms: untilMs } = row;
  return by === null ? null : { untilMs: Number(untilMs), by, atMs: Number(atMs) };
}

interface IncidentParts {
  readonly alerts: readonly AlertRow[];
  readonly timeline: readonly AuditRow[];
  readonly outcome: OutcomeRow | undefined;
}

export function toIncidentDetails(
  row: IncidentRow,
  { alerts, outcome, timeline }: IncidentParts,
): IncidentDetails {
  return {
    ...toIncident(row),
    ...(row.brief !== null && { brief: fromStoredJson(row.brief) as Brief }),
    ...(outcome && { outcome: toOutcome(outcome) }),
    alerts: alerts.map((alert) => ({
      alert: fromStoredJson(alert.document) as Alert,
      recordedAtMs: alert.recorded_at_ms,
    })),
    timeline: timeline.map((entry) => toAuditEntry(entry)),
  };
}

function toWork(row: WorkRow): Work {
  return {
    incidentId: row.incident_id,
    key: row.item_key,
    state: row.state,
    attempts: row.attempts,
    queuedAtMs: row.queued_at_ms,
    ...present({
      dueAtMs: row.state === 'waiting' ? row.ready_at_ms : null,
      leaseUntilMs: row.state === 'running' ? row.ready_at_ms : null,
      finishedAtMs: row.finished_at_ms,
      error: row.error,
    }),
    ...(row.result !== null && { result: fromStoredJson(row.result) }),
  };
}

export function toStep(row: WorkRow): Step {
  const input = row.input === null ? {} : { input: fromStoredJson(row.input) };
  return { ...toWork(row), kind: row.kind, ...input };
}

export function toDelivery(row: WorkRow): Delivery {
  return { ...toWork(row), channel: row.kind, payload: fromStoredJson(row.input) };
}

export function toApproval(row: ApprovalRow): Approval {
  return {
    id: row.id,
    incidentId: row.incident_id,
    hash: row.hash,
    action: fromStoredJson(row.action),
    state: row.state,
    requestedAtMs: row.requested_at_ms,
    expiresAtMs: row.expires_at_ms,
    ...present({
      decidedBy: row.decided_by,
      decidedRole: row.decided_role,
      decidedAtMs: row.decided_at_ms,
    }),
  };
}

export function toAuditEntry(row: AuditRow): AuditEntry {
  return {
    atMs: row.at_ms,
    actor: row.actor,
    action: row.action,
    ...present({ incidentId: row.incident_id }),
    ...(row.detail !== null && { detail: fromStoredJson(row.detail) }),
  };
}

export function toChange(row: ChangeRow): Change {
  const content = fromStoredJson(row.document) as NewChange;
  return { ...content, id: row.id, recordedAtMs: row.recorded_at_ms };
}
