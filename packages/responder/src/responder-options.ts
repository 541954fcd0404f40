import type {
  Analyzer,
  Budgets,
  Notifier,
  ReadCalibrations,
  Remediator,
  Reviewer,
  Store,
} from '@midwatch/core/incident';
import type { Allowance } from './allowance.js';
import type { InvestigationParts, Sources } from './look.js';
import type { GivenRules, LifeCycleRules } from './rules.js';

export interface ResponderOptions extends Sources {
  readonly parts: InvestigationParts;
  readonly store: Store;
  /** Ids must differ; each gets every brief of every incident. */
  readonly notifiers: readonly Notifier[];
  /** Reads the dossier after the evidence brief is out. @default the evidence analyzer alone */
  readonly analyzer?: Analyzer;
  /** Asked after `analyzer` where that is in doubt. @default nobody */
  readonly largerAnalyzer?: Analyzer;
  /** What past cases allow an analyzer to claim, from the store's ledger. @default every HIGH stands */
  readonly readCalibrations?: ReadCalibrations;
  /** Plans actions and carries them out behind gates. @default nobody: briefs recommend, and nothing is ever done */
  readonly remediator?: Remediator;
  /** Asked for a veto before an action is offered. @default nobody, which is no consent */
  readonly reviewer?: Reviewer;
  /**
   * Asked the same as `analyzer` once that has answered, beside everything else: its answers are recorded, and shown nowhere. Of a
   * day's budget, it gets what is left of the first half. @default nobody
   */
  readonly shadowAnalyzer?: Analyzer;
  /** For all models. What one may cost at most is set aside before it is asked. @default DEFAULT_BUDGETS */
  readonly budgets?: Budgets;
  /** When alerts join, when an incident is looked at again, what a storm is, and when nobody is called. @default DEFAULT_RULES */
  readonly rules?: GivenRules;
  /** For both waves of a first look. @default 3,000 */
  readonly collectDeadlineMs?: number;
  /** For each analyzer. @default 25,000 */
  readonly analyzeDeadlineMs?: number;
  /** Epoch milliseconds. @default the wall clock */
  readonly now?: () => number;
  /** Told of everything that was done; what it throws is ignored. */
  readonly onWork?: (event: WorkEvent) => void;
}

/** One thing that the responder did, for logs and counters. Texts in it are its own or redacted. */
export interface WorkEvent {
  readonly type: 'step' | 'delivery';
  readonly incidentId: string;
  readonly key: string;
  /** `collect`, `analyze`, `update-status`, `look-again`, `gather`, `fold`, `tell`, `shadow`, `propose`, `carry-out`, `check-action`; of a delivery its channel. */
  readonly kind: string;
  readonly attempt: number;
  readonly outcome: 'done' | 'retried' | 'failed' | 'lease-lost';
  /** Wall clock. */
  readonly durationMs: number;
  readonly error?: string;
}

/** What the steps share. */
export interface ResponderContext extends Omit<ResponderOptions, 'rules'> {
  readonly rules: LifeCycleRules;
  readonly now: () => number;
  readonly analyzeDeadlineMs: number;
  readonly budgets: Budgets;
  readonly allowance?: Allowance;
}
