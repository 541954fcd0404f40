import type { ActionStore, Approvals, LedgerStore, Store } from '@midwatch/core/incident';

/** What a remediator needs of a store. */
export interface RemediationStore extends Pick<Store, 'listIncidents'> {
  readonly actions: ActionStore;
  readonly approvals: Pick<Approvals, 'get'>;
  readonly ledger: Pick<LedgerStore, 'settledRecord'>;
}
