/** What an analyzer reads: fenced text, and what each id in it stands for. Deterministic byte for byte for the same evidence and fence. */
export interface Dossier {
  readonly text: string;
  /** UTF-8 bytes divided by 3; an estimate for budgets, never for bills. */
  readonly estimatedTokens: number;
  /** The ids that stand in `text`, and so may be cited. */
  readonly citableIds: readonly string[];
  /** Ids of findings that did not fit. */
  readonly omittedIds: readonly string[];
  /** The random delimiter around untrusted text. */
  readonly fence: string;
}
