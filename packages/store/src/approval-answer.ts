import type { ApprovalAnswer, ApprovalState } from '@midwatch/core/incident';
import type { ApprovalRow } from './stored-rows.js';

/** Why an approval cannot go from the state `from` on, or `done` when it can. */
export function toApprovalAnswer(
  row: Pick<ApprovalRow, 'hash' | 'state' | 'expires_at_ms'> | undefined,
  change: { readonly hash: string; readonly from: ApprovalState; readonly nowMs: number },
): ApprovalAnswer {
  if (row === undefined) return 'unknown';
  if (row.hash !== change.hash) return 'other-hash';
  if (row.state !== change.from) return 'wrong-state';
  return change.nowMs < row.expires_at_ms ? 'done' : 'expired';
}
