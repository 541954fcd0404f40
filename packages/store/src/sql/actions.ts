import type { ActionStore, BeginAnswer, NewActionLogEntry } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import {
  type ActionRow,
  maxActionsShown,
  type PreparedAction,
  prepareAction,
  prepareEntry,
  toPlanId,
  toRecordedAction,
} from '../action-rows.js';
import { toStoredText, toStoredTime } from '../stored-text.js';
import { createSqlActionLog, createWriteLogged, type WriteLogged } from './action-log.js';
import { touchStatement } from './effect-statements.js';
import { toCells } from './memory-statements.js';
import type { SqlSession } from './sql-engine.js';

type Fragment = RawBuilder<unknown>;

const columns = sql`plan_id, incident_id, service, target, remedy, undoes, state, begun_at_ms, ended_at_ms, effect, proposal`;

export function createSqlActions(session: SqlSession): ActionStore {
  const writeLogged = createWriteLogged(session);
  const change = createChange(session, writeLogged);
  return {
    async begin(request) {
      const action = prepareAction(request);
      const { incident_id: incidentId, plan_id: planId } = action.row;
      const obstacle = await writeLogged({
        entries: [prepareEntry({ ...request.entry, incidentId, planId })],
        nowMs: request.nowMs,
        ...beginStatements(session, action),
      });
      return (obstacle ?? 'begun') as BeginAnswer;
    },
    end: ({ entry, nowMs, outcome, planId }) =>
      change(planId, entry, nowMs, {
        isRight: sql`state in ('begun', 'unknown')`,
        set: sql`state = ${outcome}, ended_at_ms = ${nowMs}`,
      }),
    recordEffect: ({ effect, entry, nowMs, planId }) =>
      change(planId, entry, nowMs, {
        isRight: sql`state = 'applied' and effect is null`,
        set: sql`effect = ${effect}`,
      }),
    async get(planId) {
      const [row] = await session.run<ActionRow>(
        sql`select ${columns} from begun_action where plan_id = ${toPlanId(planId)}`,
      );
      return row && toRecordedAction(row);
    },
    async listOf(incidentId) {
      const rows = await session.run<ActionRow>(sql`select ${columns} from begun_action
        where incident_id = ${toStoredText(incidentId, "an incident's id")}
        order by begun_at_ms, plan_id limit ${maxActionsShown}`);
      return rows.map((row) => toRecordedAction(row));
    },
    async countBegun({ service, sinceMs }) {
      const [row] = await session.run<{ count: number | string }>(
        sql`select ${countBegun(
          toStoredText(service, 'a service'),
          toStoredTime(sinceMs, 'the time since which actions are counted'),
        )} as count`,
      );
      return Number(row?.count);
    },
    log: createSqlActionLog(session, writeLogged),
  };
}

function countBegun(service: string, sinceMs: number): Fragment {
  return sql`(select count(*) from begun_action where service = ${service} and begun_at_ms >= ${sinceMs})`;
}

function beginStatements(
  { dialect }: SqlSession,
  { approvalIds, countSinceMs, maxBegun, row }: PreparedAction,
) {
  const { begun_at_ms: nowMs, incident_id: incidentId, plan_id: planId } = row;
  const approvals = dialect.jsonTable(JSON.stringify(approvalIds.map((id) => ({ id }))), { id: 'text' });
  const isApproved = sql`id = told.id and incident_id = ${incidentId} and hash = ${planId} and state = 'approved'
    and expires_at_ms > ${nowMs}`;
  const isOfThese = sql`id in (select told.id from ${approvals})`;
  const cells = toCells(row);
  return {
    obstacles: sql`when not exists (select 1 from incident where id = ${incidentId}) then 'unknown-incident'
      when exists (select 1 from begun_action where plan_id = ${planId}) then 'repeated'
      when exists (select 1 from ${approvals} where not exists (select 1 from approval where ${isApproved}))
        then 'not-approved'
      when exists (select 1 from begun_action where target = ${row.target} and state in ('begun', 'unknown'))
        then 'target-busy'
      when ${countBegun(row.service, countSinceMs)} >= ${maxBegun} then 'over-budget'`,
    hold: dialect.hold(sql`select id from approval where ${isOfThese}`),
    toChanges: (guard: Fragment) => [
      sql`insert into begun_action (${sql.join(Object.keys(cells).map((column) => sql.ref(column)))})
        select ${sql.join(Object.values(cells))} where ${guard}`,
      sql`update approval set state = 'used' where ${isOfThese} and ${guard}`,
      touchStatement({ dialect, guard, nowMs, incidentId: sql`${incidentId}` }),
    ],
  };
}

interface Change {
  /** Of the action's columns. */
  readonly isRight: Fragment;
  readonly set: Fragment;
}

/** Changes an action that had begun and is as it should be, with an entry of its incident. */
function createChange(session: SqlSession, writeLogged: WriteLogged) {
  return async (
    planId: string,
    entry: NewActionLogEntry,
    nowMs: number,
    { isRight, set }: Change,
  ): Promise<boolean> => {
    const id = toPlanId(planId);
    toStoredTime(nowMs, 'the time');
    const isThis = sql`plan_id = ${id}`;
    // It never changes.
    const [row] = await session.run<Pick<ActionRow, 'incident_id'>>(
      sql`select incident_id from begun_action where ${isThis}`,
    );
    const incidentId = row?.incident_id;
    const prepared = prepareEntry({ ...entry, ...(incidentId !== undefined && { incidentId }), planId: id });
    if (incidentId === undefined) return false;
    const obstacle = await writeLogged({
      entries: [prepared],
      nowMs,
      obstacles: sql`when not exists (select 1 from begun_action where ${isThis} and ${isRight}) then 'too-late'`,
      hold: [],
      toChanges: (guard) => [
        sql`update begun_action set ${set} where ${isThis} and ${guard}`,
        touchStatement({ dialect: session.dialect, guard, nowMs, incidentId: sql`${incidentId}` }),
      ],
    });
    return obstacle === undefined;
  };
}
