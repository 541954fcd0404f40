import type { ActionLog, ActionStore, BeginAnswer } from '@midwatch/core/incident';
import {
  type ActionLogRow,
  type ActionRow,
  actionLogTexts,
  actionTexts,
  chainEntries,
  maxActionsShown,
  type PreparedAction,
  type PreparedEntry,
  prepareAction,
  prepareEntries,
  prepareEntry,
  toActionLogEntry,
  toPlanId,
  toRecordedAction,
} from '../action-rows.js';
import { oneAfterOther } from '../one-after-other.js';
import { parsePageRequest, toPage } from '../page-cursor.js';
import { toStoredText, toStoredTime } from '../stored-text.js';
import type { MemoryTables } from './memory-tables.js';

export function createMemoryActions(tables: MemoryTables): ActionStore {
  const { log, write } = createChainedLog(tables);
  /** Changes the action with its entry when it is as `isRight` says. */
  const change = async (
    planId: string,
    entry: Parameters<typeof prepareEntry>[0],
    nowMs: number,
    { isRight, values }: { isRight: (row: ActionRow) => boolean; values: Partial<ActionRow> },
  ) => {
    const id = toPlanId(planId);
    const row = tables.begunActions.get(id);
    const incidentId = row?.incident_id;
    const prepared = prepareEntry({ ...entry, ...(incidentId !== undefined && { incidentId }), planId: id });
    toStoredTime(nowMs, 'the time');
    if (row === undefined) return false;
    return write([prepared], nowMs, () => {
      if (!isRight(row)) return false;
      Object.assign(row, values);
      touch(tables, row.incident_id, nowMs);
      return true;
    });
  };
  return {
    async begin(request) {
      const action = prepareAction(request);
      const { incident_id: incidentId, plan_id: planId } = action.row;
      const entry = prepareEntry({ ...request.entry, incidentId, planId });
      let answer: BeginAnswer = 'begun';
      await write([entry], request.nowMs, () => {
        answer = toBeginAnswer(tables, action);
        if (answer !== 'begun') return false;
        for (const id of action.approvalIds) Object.assign(tables.approvals.get(id) ?? {}, { state: 'used' });
        tables.begunActions.set(planId, action.row);
        touch(tables, incidentId, request.nowMs);
        return true;
      });
      return answer;
    },
    end: ({ entry, nowMs, outcome, planId }) =>
      change(planId, entry, nowMs, {
        isRight: ({ state }) => state === 'begun' || state === 'unknown',
        values: { state: outcome, ended_at_ms: nowMs },
      }),
    recordEffect: ({ effect, entry, nowMs, planId }) =>
      change(planId, entry, nowMs, {
        isRight: (row) => row.state === 'applied' && row.effect === null,
        values: { effect },
      }),
    async get(planId) {
      const row = tables.begunActions.get(toPlanId(planId));
      return row && toRecordedAction(row);
    },
    async listOf(incidentId) {
      const id = toStoredText(incidentId, "an incident's id");
      return [...tables.begunActions.values()]
        .filter(({ incident_id }) => incident_id === id)
        .toSorted(
          (one, other) => one.begun_at_ms - other.begun_at_ms || (one.plan_id < other.plan_id ? -1 : 1),
        )
        .slice(0, maxActionsShown)
        .map((row) => toRecordedAction(row));
    },
    countBegun: async ({ service, sinceMs }) =>
      countBegun(
        tables,
        toStoredText(service, 'a service'),
        toStoredTime(sinceMs, 'the time since which actions are counted'),
      ),
    log,
  };
}

function toBeginAnswer(
  tables: MemoryTables,
  { approvalIds, countSinceMs, maxBegun, row }: PreparedAction,
): BeginAnswer {
  const isApproved = (id: string) => {
    const approval = tables.approvals.get(id);
    return (
      approval?.state === 'approved' &&
      approval.incident_id === row.incident_id &&
      approval.hash === row.plan_id &&
      approval.expires_at_ms > row.begun_at_ms
    );
  };
  if (!tables.incidents.has(row.incident_id)) return 'unknown-incident';
  if (tables.begunActions.has(row.plan_id)) return 'repeated';
  if (!approvalIds.every(isApproved)) return 'not-approved';
  const ofTarget = [...tables.begunActions.values()].filter(({ target }) => target === row.target);
  if (ofTarget.some(({ state }) => state === 'begun' || state === 'unknown')) return 'target-busy';
  return countBegun(tables, row.service, countSinceMs) < maxBegun ? 'begun' : 'over-budget';
}

function countBegun({ begunActions }: MemoryTables, service: string, sinceMs: number): number {
  return [...begunActions.values()].filter((row) => row.service === service && row.begun_at_ms >= sinceMs)
    .length;
}

function touch({ incidents }: MemoryTables, incidentId: string, nowMs: number): void {
  const incident = incidents.get(incidentId);
  if (incident !== undefined) incident.updated_at_ms = Math.max(incident.updated_at_ms, nowMs);
}

/** Hashes take their time: what writes to the log does so one after the other, and decides when they are there. */
function createChainedLog(tables: MemoryTables) {
  const { actionLog, incidents } = tables;
  const inTurn = oneAfterOther();
  const write = (entries: readonly PreparedEntry[], nowMs: number, decide: () => boolean) => {
    const atMs = toStoredTime(nowMs, 'the time');
    return inTurn(async () => {
      const rows = await chainEntries(entries, actionLog.at(-1), atMs);
      if (!decide()) return false;
      actionLog.push(...rows);
      erase(rows, (id) => !incidents.has(id));
      return true;
    });
  };
  const log: ActionLog = {
    async append(entries, nowMs) {
      await write(prepareEntries(entries), nowMs, () => true);
    },
    async head() {
      const row = actionLog.at(-1);
      return row && { number: row.number, hash: row.hash, atMs: row.at_ms };
    },
    async list({ incidentId, ...page }) {
      const { after, limit } = parsePageRequest(page);
      const id = incidentId === undefined ? undefined : toStoredText(incidentId, "an incident's id");
      const rows = actionLog
        .filter(({ incident_id }) => id === undefined || incident_id === id)
        .filter(({ number }) => after === undefined || number > after.order);
      return toPage(rows.slice(0, limit + 1), limit, toActionLogEntry, ({ number }) => ({
        order: number,
        tie: '',
      }));
    },
  };
  return { log, write };
}

/** Figures and hashes stay when their incident is deleted. */
export function forgetActions(
  { actionLog, begunActions }: MemoryTables,
  incidentIds: ReadonlySet<string>,
): void {
  for (const row of begunActions.values())
    if (incidentIds.has(row.incident_id)) Object.assign(row, actionTexts);
  erase(actionLog, (id) => incidentIds.has(id));
}

function erase(rows: readonly ActionLogRow[], isGone: (incidentId: string) => boolean): void {
  for (const row of rows)
    if (row.incident_id !== null && isGone(row.incident_id)) Object.assign(row, actionLogTexts);
}
