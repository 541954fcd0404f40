import {
  ASIDE_STEP_KIND,
  type Delivery,
  type Effects,
  type Lease,
  type Outbox,
  type StepQueue,
  type Work,
  type WorkQueue,
} from '@midwatch/core/incident';
import { type StateRow, toBacklog } from '../backlog.js';
import { parsePageRequest, toPage } from '../page-cursor.js';
import { prepareEffects, type QueueName } from '../prepare-effects.js';
import { toDelivery, toStep, type WorkRow } from '../stored-rows.js';
import { fromStoredJson, toStoredError, toStoredJson, toStoredText, toStoredTime } from '../stored-text.js';
import { type MemoryTables, toRowKey, writeEffects } from './memory-tables.js';

interface QueueKind<Item> {
  readonly queue: QueueName;
  readonly toItem: (row: WorkRow) => Item;
  /** Those of the open rows that may be handed out once they are due. */
  readonly freeOf: (open: readonly WorkRow[], nowMs: number, isAside: boolean) => readonly WorkRow[];
  /** Whether it counts as work that is left. */
  readonly isCounted: (row: WorkRow) => boolean;
  /** Whether one that is put in again has no attempts behind it. */
  readonly isCountedAnew: boolean;
}

function createWorkQueue<Item extends Work>(
  tables: MemoryTables,
  { queue, toItem, freeOf, isCounted, isCountedAnew }: QueueKind<Item>,
): WorkQueue<Item> {
  const find = (incidentId: string, key: string) =>
    tables.work.get(
      toRowKey(queue, toStoredText(incidentId, "an incident's id"), toStoredText(key, 'a key')),
    );
  /** Changes the row when the lease still holds it. */
  const change = (lease: Lease, values: Partial<WorkRow>): WorkRow | undefined => {
    const row = find(lease.incidentId, lease.key);
    if (row?.state !== 'running' || row.attempts !== lease.attempts) return undefined;
    return Object.assign(row, values);
  };
  const end = (
    lease: Lease,
    { nowMs, effects }: { readonly nowMs: number; readonly effects?: Effects },
    values: Partial<WorkRow>,
  ): boolean => {
    toStoredTime(nowMs, 'the time');
    const prepared = prepareEffects(effects, nowMs);
    const row = change(lease, { ...values, finished_at_ms: nowMs, ready_at_ms: null });
    if (row !== undefined) writeEffects(tables, prepared, row.incident_id, nowMs);
    return row !== undefined;
  };

  return {
    async claim({ nowMs, leaseMs, incidentId, isAside = false, leavesSuspects = false }) {
      const wanted = incidentId === undefined ? undefined : toStoredText(incidentId, "an incident's id");
      const leaseUntilMs = toStoredTime(nowMs + leaseMs, "a lease's end");
      const open = [...tables.work.values()].filter(
        (row) =>
          row.queue === queue && row.ready_at_ms !== null && (wanted ?? row.incident_id) === row.incident_id,
      );
      const isTrusted = ({ attempts, state }: WorkRow) =>
        !leavesSuspects || state === 'waiting' || attempts < 2;
      const due = freeOf(open, nowMs, isAside).filter(
        (row) => (row.ready_at_ms ?? Infinity) <= nowMs && isTrusted(row),
      );
      const first = due.reduce<WorkRow | undefined>(
        (best, row) => (best === undefined || isEarlier(row, best) ? row : best),
        undefined,
      );
      if (first === undefined) return undefined;
      Object.assign(first, {
        state: 'running',
        attempts: first.attempts + 1,
        ready_at_ms: leaseUntilMs,
      });
      return toItem(first);
    },
    extend: async (lease, leaseUntilMs) =>
      change(lease, { ready_at_ms: toStoredTime(leaseUntilMs, "a lease's end") }) !== undefined,
    complete: async (lease, { result, ...rest }) =>
      end(lease, rest, { state: 'done', result: toStoredJson(result, 'a result') }),
    retry: async (lease, { dueAtMs, error }) =>
      change(lease, {
        state: 'waiting',
        ready_at_ms: toStoredTime(dueAtMs, 'a due time'),
        error: toStoredError(error),
      }) !== undefined,
    fail: async (lease, { error, ...rest }) =>
      end(lease, rest, { state: 'failed', error: toStoredError(error) }),
    async get(incidentId, key) {
      const row = find(incidentId, key);
      return row === undefined ? undefined : toItem(row);
    },
    async measure(nowMs) {
      const rows = [...tables.work.values()].filter(
        (row) => row.queue === queue && row.state !== 'done' && isCounted(row),
      );
      const counted = rows.map(({ state, ready_at_ms }): StateRow => ({ state, amount: 1, ready_at_ms }));
      return toBacklog(counted, toStoredTime(nowMs, 'the time'));
    },
    async listDead(page) {
      const { limit, after } = parsePageRequest(page);
      const rows = [...tables.work.values()]
        .filter((row) => row.queue === queue && row.state === 'failed' && isCounted(row))
        .filter(({ seq }) => after === undefined || seq < after.order)
        .toSorted((one, other) => other.seq - one.seq);
      return toPage(rows.slice(0, limit + 1), limit, toItem, ({ seq }) => ({ order: seq, tie: '' }));
    },
    async requeue(incidentId, key, dueAtMs) {
      const row = find(incidentId, key);
      const readyAtMs = toStoredTime(dueAtMs, 'a due time');
      if (row?.state !== 'failed') return false;
      Object.assign(row, {
        ...{ state: 'waiting', ready_at_ms: readyAtMs, queued_at_ms: readyAtMs, finished_at_ms: null },
        ...(isCountedAnew ? { attempts: 0 } : {}),
      });
      return true;
    },
  };
}

/** The first of each incident and kind. Rows stand in the order they were put in. */
function laneHeads(rows: readonly WorkRow[]): WorkRow[] {
  const heads = new Map<string, WorkRow>();
  for (const row of rows) {
    const lane = toRowKey(row.incident_id, row.kind);
    if (!heads.has(lane)) heads.set(lane, row);
  }
  return [...heads.values()];
}

const isOrdinary = ({ kind }: WorkRow) => kind !== ASIDE_STEP_KIND;

/** Those of incidents on which nobody works, or those that run beside all work. */
function freeSteps(open: readonly WorkRow[], nowMs: number, isAside: boolean): WorkRow[] {
  if (isAside) return open.filter((row) => !isOrdinary(row));
  const rows = open.filter(isOrdinary);
  const busy = new Set(
    rows
      .filter(({ state, ready_at_ms: untilMs }) => state === 'running' && (untilMs ?? 0) > nowMs)
      .map((row) => row.incident_id),
  );
  return rows.filter((row) => !busy.has(row.incident_id));
}

function isEarlier(one: WorkRow, other: WorkRow): boolean {
  const order = (one.ready_at_ms ?? 0) - (other.ready_at_ms ?? 0);
  return order === 0 ? one.seq < other.seq : order < 0;
}

export function createMemorySteps(tables: MemoryTables): StepQueue {
  return createWorkQueue(tables, {
    ...{ queue: 'step', toItem: toStep },
    ...{ freeOf: freeSteps, isCounted: isOrdinary, isCountedAnew: true },
  });
}

export function createMemoryOutbox(tables: MemoryTables): Outbox {
  const rowsOf = (incidentId: string, channel: string) =>
    [...tables.work.values()].filter(
      (row) => row.queue === 'outbox' && row.incident_id === incidentId && row.kind === channel,
    );
  const queue = createWorkQueue<Delivery>(tables, {
    ...{ queue: 'outbox', toItem: toDelivery },
    ...{ freeOf: laneHeads, isCounted: () => true, isCountedAnew: false },
  });
  return {
    ...queue,
    async lastResult(incidentId, channel) {
      const newest = rowsOf(toStoredText(incidentId, "an incident's id"), toStoredText(channel, 'a channel'))
        .filter(({ state }) => state === 'done')
        .toSorted(
          (one, other) => (other.finished_at_ms ?? 0) - (one.finished_at_ms ?? 0) || other.seq - one.seq,
        )[0];
      return newest === undefined ? undefined : fromStoredJson(newest.result);
    },
  };
}
