import type { ApprovalAnswer, ApprovalState, Approvals, Effects } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import { toApprovalAnswer } from '../approval-answer.js';
import { prepareEffects } from '../prepare-effects.js';
import { type ApprovalRow, toApproval } from '../stored-rows.js';
import { toStoredJson, toStoredText, toStoredTime } from '../stored-text.js';
import { effectStatements, holdIncident, touchStatement } from './effect-statements.js';
import type { SqlSession } from './sql-engine.js';

interface Change {
  readonly id: string;
  readonly hash: string;
  readonly from: ApprovalState;
  readonly nowMs: number;
  readonly effects?: Effects | undefined;
  readonly set: RawBuilder<unknown>;
}

export function createSqlApprovals(session: SqlSession): Approvals {
  const change = async ({ from, nowMs, effects, set, ...named }: Change): Promise<ApprovalAnswer> => {
    const id = toStoredText(named.id, "an approval's id");
    toStoredTime(nowMs, 'the time');
    const hash = toStoredText(named.hash, "an approval's hash");
    const isRight = sql`id = ${id} and hash = ${hash} and state = ${from} and expires_at_ms > ${nowMs}`;
    const target = {
      dialect: session.dialect,
      incidentId: sql`(select incident_id from approval where id = ${id})`,
      guard: sql`exists (select 1 from approval where ${isRight})`,
      nowMs,
    };
    const [before] = await session.runAll(
      [
        sql`select hash, state, expires_at_ms from approval where id = ${id}`,
        ...effectStatements(prepareEffects(effects, nowMs), target),
        touchStatement(target),
        sql`update approval set ${set} where ${isRight}`,
      ],
      [...session.dialect.hold(sql`select id from approval where id = ${id}`), ...holdIncident(target)],
    );
    return toApprovalAnswer(before?.[0] as ApprovalRow | undefined, { hash, from, nowMs });
  };

  return {
    async request({ id, incidentId, hash, action, requestedAtMs, expiresAtMs }) {
      const incident = toStoredText(incidentId, "an incident's id");
      const rows = await session.run(sql`select id from incident where id = ${incident}`, [
        ...holdIncident({ dialect: session.dialect, incidentId: sql`${incident}` }),
        sql`insert into approval (id, incident_id, hash, action, state, requested_at_ms, expires_at_ms)
          select ${toStoredText(id, "an approval's id")}, ${incident}, ${toStoredText(hash, "an approval's hash")},
            ${toStoredJson(action, "an approval's action") ?? 'null'}, 'pending',
            ${toStoredTime(requestedAtMs, 'the time')}, ${toStoredTime(expiresAtMs, "an approval's expiry")}
          where exists (select 1 from incident where id = ${incident})
          on conflict (id) do nothing`,
      ]);
      return rows.length > 0;
    },
    async get(id) {
      const [row] =
        await session.run<ApprovalRow>(sql`select id, incident_id, hash, action, state, requested_at_ms,
        expires_at_ms, decided_by, decided_role, decided_at_ms from approval where id = ${toStoredText(id, "an approval's id")}`);
      return row === undefined ? undefined : toApproval(row);
    },
    decide: async ({ id, hash, state, by, role, nowMs, effects }) =>
      change({
        id,
        hash,
        from: 'pending',
        nowMs,
        effects,
        set: sql`state = ${state}, decided_by = ${toStoredText(by, 'a name')}, decided_at_ms = ${nowMs},
          decided_role = ${role === undefined ? null : toStoredText(role, 'a role')}`,
      }),
    use: async ({ id, hash, nowMs, effects }) =>
      change({ id, hash, from: 'approved', nowMs, effects, set: sql`state = 'used'` }),
  };
}
