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
import { type RawBuilder, sql } from 'kysely';
import { type StateRow, toBacklog } from '../backlog.js';
import { parsePageRequest, toPage } from '../page-cursor.js';
import { prepareEffects, type QueueName } from '../prepare-effects.js';
import { toDelivery, toStep, type WorkRow } from '../stored-rows.js';
import { fromStoredJson, toStoredError, toStoredJson, toStoredText, toStoredTime } from '../stored-text.js';
import { effectStatements, holdIncident, touchStatement } from './effect-statements.js';
import type { SqlSession } from './sql-engine.js';

const rowColumns = sql`seq, queue, incident_id, item_key, kind, input, state, attempts, queued_at_ms, ready_at_ms,
  finished_at_ms, result, error`;

interface QueueKind<Item> {
  readonly queue: QueueName;
  readonly toItem: (row: WorkRow) => Item;
  /** What else a row must fulfil, by its alias `item`, to be handed out at that time. */
  readonly isFree: (nowMs: number, isAside: boolean) => RawBuilder<unknown>;
  /** Those of the queue that count as work that is left. */
  readonly isCounted: RawBuilder<unknown>;
  /** Whether handing one out makes others of the incident not free: two claims must not look at the same time. */
  readonly isAlone: boolean;
  /** Whether one that is put in again has no attempts behind it. */
  readonly isCountedAnew: boolean;
}

function createWorkQueue<Item extends Work>(session: SqlSession, kind: QueueKind<Item>): WorkQueue<Item> {
  const { queue, toItem } = kind;
  const isItem = (incidentId: string, key: string) =>
    sql`queue = ${queue} and incident_id = ${toStoredText(incidentId, "an incident's id")}
      and item_key = ${toStoredText(key, 'a key')}`;
  const isHeld = (lease: Lease) =>
    sql`${isItem(lease.incidentId, lease.key)} and state = 'running' and attempts = ${lease.attempts}`;
  const isAnswered = async (
    update: RawBuilder<{ seq: number }>,
    before: readonly RawBuilder<unknown>[] = [],
  ) => (await session.run(update, before)).length > 0;

  /** The effects under the lease, then the change that ends it. */
  const end = (
    lease: Lease,
    { nowMs, effects }: { nowMs: number; effects?: Effects },
    change: RawBuilder<unknown>,
  ) => {
    toStoredTime(nowMs, 'the time');
    const target = {
      dialect: session.dialect,
      incidentId: sql`${toStoredText(lease.incidentId, "an incident's id")}`,
      guard: sql`exists (select 1 from work_item where ${isHeld(lease)})`,
      nowMs,
    };
    return isAnswered(
      sql`update work_item set ${change}, finished_at_ms = ${nowMs}, ready_at_ms = null
        where ${isHeld(lease)} returning seq`,
      [
        ...session.dialect.hold(sql`select seq from work_item where ${isHeld(lease)}`),
        ...holdIncident(target),
        ...effectStatements(prepareEffects(effects, nowMs), target),
        touchStatement(target),
      ],
    );
  };

  return {
    async claim({ nowMs, leaseMs, incidentId, isAside = false, leavesSuspects = false }) {
      const isWanted =
        incidentId === undefined
          ? sql`1 = 1`
          : sql`item.incident_id = ${toStoredText(incidentId, "an incident's id")}`;
      const isTrusted = leavesSuspects ? sql`(item.state = 'waiting' or item.attempts < 2)` : sql`1 = 1`;
      const statement = sql<WorkRow>`update work_item
        set state = 'running', attempts = attempts + 1, ready_at_ms = ${toStoredTime(nowMs + leaseMs, "a lease's end")}
        where seq = (select item.seq from work_item as item
          where item.queue = ${queue} and item.ready_at_ms <= ${nowMs} and ${isWanted} and ${isTrusted} and ${kind.isFree(nowMs, isAside)}
          order by item.ready_at_ms, item.seq limit 1 ${session.dialect.passHeld})
        returning ${rowColumns}`;
      const [row] = await session.run(statement, kind.isAlone ? session.dialect.alone(`claim ${queue}`) : []);
      return row === undefined ? undefined : toItem(row);
    },
    extend: async (lease, leaseUntilMs) =>
      isAnswered(
        sql`update work_item set ready_at_ms = ${toStoredTime(leaseUntilMs, "a lease's end")}
          where ${isHeld(lease)} returning seq`,
      ),
    complete: async (lease, { result, ...rest }) =>
      end(lease, rest, sql`state = 'done', result = ${toStoredJson(result, 'a result')}`),
    retry: async (lease, { dueAtMs, error }) =>
      isAnswered(sql`update work_item set state = 'waiting',
          ready_at_ms = ${toStoredTime(dueAtMs, 'a due time')}, error = ${toStoredError(error)}
        where ${isHeld(lease)} returning seq`),
    fail: async (lease, { error, ...rest }) =>
      end(lease, rest, sql`state = 'failed', error = ${toStoredError(error)}`),
    async get(incidentId, key) {
      const [row] = await session.run<WorkRow>(
        sql`select ${rowColumns} from work_item where ${isItem(incidentId, key)}`,
      );
      return row === undefined ? undefined : toItem(row);
    },
    async measure(nowMs) {
      const rows =
        await session.run<StateRow>(sql`select state, count(*) as amount, min(ready_at_ms) as ready_at_ms
        from work_item where queue = ${queue} and state in ('waiting', 'running', 'failed') and ${kind.isCounted} group by state`);
      return toBacklog(rows, toStoredTime(nowMs, 'the time'));
    },
    async listDead(page) {
      const { limit, after } = parsePageRequest(page);
      const isAfter = after === undefined ? sql`1 = 1` : sql`seq < ${after.order}`;
      const rows = await session.run<WorkRow>(sql`select ${rowColumns} from work_item
        where queue = ${queue} and state = 'failed' and ${kind.isCounted} and ${isAfter} order by seq desc limit ${limit + 1}`);
      return toPage(rows, limit, toItem, ({ seq }) => ({ order: seq, tie: '' }));
    },
    requeue: async (incidentId, key, dueAtMs) =>
      isAnswered(sql`update work_item
        set state = 'waiting', ready_at_ms = ${toStoredTime(dueAtMs, 'a due time')}, queued_at_ms = ${dueAtMs}, finished_at_ms = null,
          attempts = ${kind.isCountedAnew ? sql`0` : sql`attempts`}
        where ${isItem(incidentId, key)} and state = 'failed' returning seq`),
  };
}

const aside = sql.lit(ASIDE_STEP_KIND);

export function createSqlSteps(session: SqlSession): StepQueue {
  return createWorkQueue(session, {
    queue: 'step',
    toItem: toStep,
    isAlone: true,
    isCountedAnew: true,
    isCounted: sql`kind <> ${aside}`,
    isFree: (nowMs, isAside) =>
      isAside
        ? sql`item.kind = ${aside}`
        : sql`item.kind <> ${aside} and not exists (select 1 from work_item as other
            where other.queue = item.queue and other.incident_id = item.incident_id and other.kind <> ${aside}
              and other.state = 'running' and other.ready_at_ms > ${nowMs})`,
  });
}

export function createSqlOutbox(session: SqlSession): Outbox {
  const queue = createWorkQueue<Delivery>(session, {
    queue: 'outbox',
    toItem: toDelivery,
    isAlone: false,
    isCountedAnew: false,
    isCounted: sql`1 = 1`,
    isFree: () => sql`not exists (select 1 from work_item as earlier
      where earlier.queue = item.queue and earlier.incident_id = item.incident_id and earlier.kind = item.kind
        and earlier.seq < item.seq and earlier.ready_at_ms is not null)`,
  });
  return {
    ...queue,
    async lastResult(incidentId, channel) {
      const [row] = await session.run<{ result: string | null }>(sql`select result from work_item
        where queue = 'outbox' and incident_id = ${toStoredText(incidentId, "an incident's id")}
          and kind = ${toStoredText(channel, 'a channel')} and state = 'done'
        order by finished_at_ms desc, seq desc limit 1`);
      return row === undefined ? undefined : fromStoredJson(row.result);
    },
  };
}
