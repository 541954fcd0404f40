import type { ApprovalState, Approvals, Effects } from '@midwatch/core/incident';
import { toApprovalAnswer } from '../approval-answer.js';
import { prepareEffects } from '../prepare-effects.js';
import { type ApprovalRow, toApproval } from '../stored-rows.js';
import { toStoredJson, toStoredText, toStoredTime } from '../stored-text.js';
import { type MemoryTables, writeEffects } from './memory-tables.js';

interface Change {
  readonly id: string;
  readonly hash: string;
  readonly from: ApprovalState;
  readonly nowMs: number;
  readonly effects?: Effects | undefined;
}

export function createMemoryApprovals(tables: MemoryTables): Approvals {
  const find = (id: string) => tables.approvals.get(toStoredText(id, "an approval's id"));
  const change = ({ id, from, nowMs, effects, ...rest }: Change, values: Partial<ApprovalRow>) => {
    toStoredTime(nowMs, 'the time');
    const row = find(id);
    const hash = toStoredText(rest.hash, "an approval's hash");
    const prepared = prepareEffects(effects, nowMs);
    const answer = toApprovalAnswer(row, { hash, from, nowMs });
    if (answer === 'done' && row !== undefined) {
      Object.assign(row, values);
      writeEffects(tables, prepared, row.incident_id, nowMs);
    }
    return answer;
  };
  return {
    async request({ id, incidentId, hash, action, requestedAtMs, expiresAtMs }) {
      const row: ApprovalRow = {
        id: toStoredText(id, "an approval's id"),
        incident_id: toStoredText(incidentId, "an incident's id"),
        hash: toStoredText(hash, "an approval's hash"),
        action: toStoredJson(action, "an approval's action") ?? 'null',
        state: 'pending',
        requested_at_ms: toStoredTime(requestedAtMs, 'the time'),
        expires_at_ms: toStoredTime(expiresAtMs, "an approval's expiry"),
        decided_by: null,
        decided_role: null,
        decided_at_ms: null,
      };
      if (!tables.incidents.has(row.incident_id)) return false;
      if (!tables.approvals.has(row.id)) tables.approvals.set(row.id, row);
      return true;
    },
    async get(id) {
      const row = find(id);
      return row === undefined ? undefined : toApproval(row);
    },
    decide: async ({ state, by, role, ...rest }) =>
      change(
        { ...rest, from: 'pending' },
        {
          state,
          decided_by: toStoredText(by, 'a name'),
          decided_role: role === undefined ? null : toStoredText(role, 'a role'),
          decided_at_ms: rest.nowMs,
        },
      ),
    use: async (use) => change({ ...use, from: 'approved' }, { state: 'used' }),
  };
}
