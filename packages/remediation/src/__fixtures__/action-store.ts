import type { Approval, Approvals } from '@midwatch/core/incident';
import type { ActionStore } from '../carry-out.js';

/** Approvals and claims as the store's contract has them: each answer is one transaction. */
export function createActionStore() {
  const approvals = new Map<string, Approval>();
  const claims = new Set<string>();
  const change = (
    { id, hash, nowMs }: { readonly id: string; readonly hash: string; readonly nowMs: number },
    from: Approval['state'],
    values: Partial<Approval>,
  ) => {
    const row = approvals.get(id);
    if (row === undefined) return 'unknown';
    if (row.hash !== hash) return 'other-hash';
    if (row.state !== from) return 'wrong-state';
    if (nowMs >= row.expiresAtMs) return 'expired';
    approvals.set(id, { ...row, ...values });
    return 'done';
  };
  const own: Pick<Approvals, 'decide' | 'use'> = {
    decide: async ({ state, by, ...rest }) => change(rest, 'pending', { state, decidedBy: by }),
    use: async (use) => change(use, 'approved', { state: 'used' }),
  };
  const store: ActionStore = {
    approvals: own,
    async applyOnce({ incidentId, actionKey }) {
      const key = `${incidentId} ${actionKey}`;
      if (claims.has(key)) return 'repeated';
      claims.add(key);
      return 'applied';
    },
    isApplied: async ({ incidentId, actionKey }) => claims.has(`${incidentId} ${actionKey}`),
  };
  return { store, approvals, claims, decide: own.decide };
}
