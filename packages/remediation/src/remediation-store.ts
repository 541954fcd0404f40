import type { ActionStore, Approvals, Confidence, Judgement, Store } from '@midwatch/core/incident';

/** What a remediator needs of a store. */
export interface RemediationStore extends Pick<Store, 'listIncidents'> {
  readonly actions: ActionStore;
  readonly approvals: Pick<Approvals, 'get'>;
  readonly ledger: {
    settledRecord(request: {
      readonly fromMs: number;
      readonly toMs: number;
    }): Promise<readonly SettledRow[]>;
  };
}

/** Settled analyses that are alike in all of these. */
export interface SettledRow {
  readonly shownLevel: Confidence;
  readonly judgement: Judgement;
  /** `action`: Midwatch settled it by its own action, which proves nothing here. */
  readonly via: 'people' | 'action';
  readonly count: number;
  readonly firstAtMs: number;
}
