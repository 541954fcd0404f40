/** Says that [start, end) of the searched text holds something of this category. */
export type Report = (category: string, start: number, end: number) => void;

/**
 * Two neighbouring characters that make a finder look closer: one of `at`, after one of `before`. Without `before` any
 * character will do, and so will the start of the text.
 */
export interface Anchor {
  readonly before?: string;
  readonly at: string;
}

/** Looks for one family of secrets, at its anchors only. */
export interface Finder {
  readonly anchors: readonly Anchor[];
  /**
   * `at` is the position of the anchor's second character. Reports what it finds and returns the position before which
   * it need not be asked again. It must look at a bounded stretch, or return the end of what it read: this keeps the
   * whole scan linear in the length of the text.
   */
  find(text: string, at: number, report: Report): number;
}

/** Nothing here: ask again at the next anchor. */
export const NOTHING = 0;

/** The anchor of a literal: its last two characters. */
export function literalAnchor(literal: string): Anchor {
  return { before: literal.slice(-2, -1), at: literal.slice(-1) };
}
