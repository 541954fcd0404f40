import type { ActionLogEntry, ActionStore, NewActionLogEntry, RecordedAction, Store } from '@midwatch/core/incident';

/** A store with actions. */
export type ActingStore = Store & { readonly actions: ActionStore };

/** Stands in until every engine has one of its own. */
export function withActions(store: Store): ActingStore {
  if ('actions' in store) return store as ActingStore;
  const actions = new Map<string, RecordedAction>();
  const entries: ActionLogEntry[] = [];
  const log = (entry: NewActionLogEntry, atMs: number) => {
    const zeros = '0'.repeat(64);
    entries.push({ ...entry, number: entries.length + 1, atMs, detailHash: '', previousHash: zeros, hash: zeros });
  };
  const own: ActionStore = {
    async begin({ approvalIds, entry, incidentId, nowMs, proposal }) {
      const { planId, remedy, service, target, undoes } = proposal;
      if (actions.has(planId)) return 'repeated';
      for (const id of approvalIds)
        if ((await store.approvals.use({ id, hash: planId, nowMs })) !== 'done') return 'not-approved';
      actions.set(planId, {
        ...{ incidentId, proposal, planId, service, target, remedy, state: 'begun', begunAtMs: nowMs },
        ...(undoes === undefined ? {} : { undoes }),
      });
      log({ ...entry, incidentId, planId }, nowMs);
      return 'begun';
    },
    async end({ entry, nowMs, outcome, planId }) {
      const action = actions.get(planId);
      if (action === undefined || (action.state !== 'begun' && action.state !== 'unknown')) return false;
      actions.set(planId, { ...action, state: outcome, endedAtMs: nowMs });
      log({ ...entry, incidentId: action.incidentId, planId }, nowMs);
      return true;
    },
    async recordEffect({ effect, entry, nowMs, planId }) {
      const action = actions.get(planId);
      if (action?.state !== 'applied' || action.effect !== undefined) return false;
      actions.set(planId, { ...action, effect });
      log({ ...entry, incidentId: action.incidentId, planId }, nowMs);
      return true;
    },
    get: async (planId) => actions.get(planId),
    listOf: async (incidentId) => [...actions.values()].filter((each) => each.incidentId === incidentId),
    countBegun: async () => actions.size,
    log: {
      append: async (given, nowMs) => given.forEach((entry) => log(entry, nowMs)),
      head: async () => entries.at(-1),
      list: async ({ incidentId }) => ({ items: entries.filter((each) => each.incidentId === incidentId) }),
    },
  };
  return { ...store, actions: own };
}
