import {
  type ActionEffect,
  type ActionLogEntry,
  type ActionLogLink,
  type BeginAction,
  chainActionLog,
  type NewActionLogEntry,
  type RecordedAction,
} from '@midwatch/core/incident';
import { StoreError } from './store-error.js';
import { fromStoredJson, toStoredJson, toStoredText, toStoredTime } from './stored-text.js';

/** Of one incident. */
export const maxActionsShown = 200;
const maxEntriesAppended = 200;

/** Columns are named as in the migration. */
export interface ActionRow {
  plan_id: string;
  incident_id: string;
  service: string;
  target: string;
  remedy: string;
  undoes: string | null;
  state: RecordedAction['state'];
  begun_at_ms: number;
  ended_at_ms: number | null;
  effect: ActionEffect | null;
  proposal: string | null;
}

export interface ActionLogRow {
  number: number;
  at_ms: number;
  incident_id: string | null;
  plan_id: string | null;
  actor: string | null;
  action: string;
  detail: string | null;
  salt: string | null;
  detail_hash: string;
  previous_hash: string;
  hash: string;
}

/** What goes when the incident is deleted. */
export const actionTexts = { proposal: null } as const;
export const actionLogTexts = { actor: null, detail: null, salt: null } as const;

/** An entry as text, checked. */
export interface PreparedEntry {
  readonly incidentId: string | undefined;
  readonly planId: string | undefined;
  readonly actor: string;
  readonly action: string;
  readonly detail: string | null;
}

export function prepareEntry({ action, actor, detail, ...ids }: NewActionLogEntry): PreparedEntry {
  const optional = (text: string | undefined, what: string) =>
    text === undefined ? undefined : toStoredText(text, what);
  return {
    incidentId: optional(ids.incidentId, "an incident's id"),
    planId: optional(ids.planId, "a plan's id"),
    actor: toStoredText(actor, "a log entry's actor"),
    action: toStoredText(action, "a log entry's action"),
    detail: toStoredJson(detail, "a log entry's detail"),
  };
}

export function prepareEntries(entries: readonly NewActionLogEntry[]): readonly PreparedEntry[] {
  if (entries.length <= maxEntriesAppended) return entries.map((entry) => prepareEntry(entry));
  throw new StoreError(
    'too-large',
    `${entries.length} entries are appended at once, at most ${maxEntriesAppended} are kept: append them in parts`,
  );
}

/** The rows of the entries behind `after`. */
export async function chainEntries(
  entries: readonly PreparedEntry[],
  after: ActionLogLink | undefined,
  atMs: number,
): Promise<readonly ActionLogRow[]> {
  const chained = await chainActionLog(
    entries.map(({ action, actor, detail, incidentId, planId }) => ({
      ...(incidentId === undefined ? {} : { incidentId }),
      ...(planId === undefined ? {} : { planId }),
      actor,
      action,
      ...(detail === null ? {} : { detail: fromStoredJson(detail) }),
    })),
    after,
    atMs,
  );
  return chained.map((entry, index) => ({
    number: entry.number,
    at_ms: entry.atMs,
    incident_id: entry.incidentId ?? null,
    plan_id: entry.planId ?? null,
    actor: entry.actor ?? null,
    action: entry.action,
    detail: entries[index]?.detail ?? null,
    salt: entry.salt ?? null,
    detail_hash: entry.detailHash,
    previous_hash: entry.previousHash,
    hash: entry.hash,
  }));
}

/** What is begun, checked, without its entry. */
export interface PreparedAction extends Pick<BeginAction, 'countSinceMs' | 'maxBegun'> {
  readonly approvalIds: readonly string[];
  readonly row: ActionRow;
}

export function prepareAction(request: BeginAction): PreparedAction {
  const { approvalIds, countSinceMs, incidentId, maxBegun, nowMs, proposal } = request;
  if (!Number.isSafeInteger(maxBegun) || maxBegun < 0)
    throw new StoreError('bad-amount', 'the most actions that may begin must be a whole number from 0 on');
  return {
    maxBegun,
    countSinceMs: toStoredTime(countSinceMs, 'the time since which actions are counted'),
    approvalIds: [...new Set(approvalIds.map((id) => toStoredText(id, "an approval's id")))],
    row: {
      plan_id: toPlanId(proposal.planId),
      incident_id: toStoredText(incidentId, "an incident's id"),
      service: toStoredText(proposal.service, 'a service'),
      target: toStoredText(proposal.target, "an action's target"),
      remedy: toStoredText(proposal.remedy, 'a remedy'),
      undoes: proposal.undoes === undefined ? null : toPlanId(proposal.undoes),
      state: 'begun',
      begun_at_ms: toStoredTime(nowMs, 'the time'),
      ended_at_ms: null,
      effect: null,
      proposal: toStoredJson(proposal, 'a proposal'),
    },
  };
}

export function toPlanId(planId: string): string {
  return toStoredText(planId, "a plan's id");
}

export function toRecordedAction(row: ActionRow): RecordedAction {
  return {
    incidentId: row.incident_id,
    ...(row.proposal === null ? {} : { proposal: fromStoredJson(row.proposal) }),
    planId: row.plan_id,
    service: row.service,
    target: row.target,
    remedy: row.remedy,
    ...(row.undoes === null ? {} : { undoes: row.undoes }),
    state: row.state,
    begunAtMs: Number(row.begun_at_ms),
    ...(row.ended_at_ms === null ? {} : { endedAtMs: Number(row.ended_at_ms) }),
    ...(row.effect === null ? {} : { effect: row.effect }),
  };
}

export function toActionLogEntry(row: ActionLogRow): ActionLogEntry {
  return {
    number: Number(row.number),
    atMs: Number(row.at_ms),
    ...(row.incident_id === null ? {} : { incidentId: row.incident_id }),
    ...(row.plan_id === null ? {} : { planId: row.plan_id }),
    ...(row.actor === null ? {} : { actor: row.actor }),
    action: row.action,
    ...(row.detail === null ? {} : { detail: fromStoredJson(row.detail) }),
    ...(row.salt === null ? {} : { salt: row.salt }),
    detailHash: row.detail_hash,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
