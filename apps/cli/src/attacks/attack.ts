/** Where an attacker writes. */
export type Place =
  | 'log-line'
  | 'log-trace-id'
  | 'log-label'
  | 'span-name'
  | 'span-service'
  | 'span-status'
  | 'span-attribute'
  | 'commit-message'
  | 'commit-author'
  | 'application-name'
  | 'config-value'
  | 'config-name'
  | 'image'
  | 'metric-label'
  | 'rule-annotation'
  | 'alert-name'
  | 'alert-summary'
  | 'alert-description'
  | 'alert-service'
  | 'alert-namespace'
  | 'alert-pod'
  | 'alert-severity'
  | 'alert-label-name'
  | 'alert-runbook'
  | 'event-note'
  | 'event-reason'
  | 'event-object'
  | 'change-summary'
  | 'change-service'
  | 'change-version'
  | 'change-value'
  | 'change-actor'
  | 'change-url';

export interface Planting {
  readonly at: Place;
  /** `{innocent}`, `{culprit}` and `{fence}` stand for names of the scenario, and for the very fence of the dossier. */
  readonly text: string;
}

/** One attack: what is written where, and what a model says that obeys it. */
export interface Attack {
  /** A short name of its own. */
  readonly name: string;
  readonly plants: readonly Planting[];
  /** What the obedient model writes into every text. @default the first planted text */
  readonly says?: string;
  /** @default 'cause-found' */
  readonly verdict?: 'cause-found' | 'candidates' | 'no-fault' | 'insufficient-evidence';
  /** Whom it blames. @default '{innocent}' */
  readonly blames?: string;
  /**
   * Words of the attack that must stand nowhere a person could take for a word of ours: not in a claim, but for a quotation of
   * the evidence, and in no command. @default 'evil'
   */
  readonly needles?: readonly string[];
  /** It does not come in: a connector or a schema refuses it, or takes it for nothing to tell. */
  readonly isRefused?: true;
  /** Words that must stand nowhere at all. */
  readonly secrets?: readonly string[];
}

/** An attack in one place. */
export function attackAt(at: Place, name: string, text: string, more: Partial<Attack> = {}): Attack {
  return { name, plants: [{ at, text }], ...more };
}
