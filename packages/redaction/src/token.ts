/** A category's name, and so what may stand in a token. */
export const CATEGORY_NAME = /^[a-z][a-z0-9-]{0,39}$/;

const TOKEN = /\[redacted:[a-z][a-z0-9-]{0,39}\]/y;

/** Stands for one token in the text that is searched: in no finder's alphabet, so that nothing grows across it. */
export const BARRIER = 0xfffc;

/** What is written in place of a secret. */
export function toToken(category: string): string {
  return `[redacted:${category}]`;
}

/** Length of the token that starts at `at`, or 0. */
export function tokenLength(text: string, at: number): number {
  if (!text.startsWith('[redacted:', at)) return 0;
  TOKEN.lastIndex = at;
  return TOKEN.exec(text)?.[0].length ?? 0;
}
