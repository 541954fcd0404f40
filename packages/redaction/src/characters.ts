/** A set of ASCII characters, one slot per character code. */
export type CharacterSet = Readonly<Uint8Array>;

/** Builds a set from a list of characters in which `a-z` is a range; a `-` at the end stands for itself. */
export function characterSet(listed: string): CharacterSet {
  const set = new Uint8Array(128);
  for (let at = 0; at < listed.length; at += 1) {
    const isRange = listed[at + 1] === '-' && at + 2 < listed.length;
    const first = listed.charCodeAt(at);
    const last = isRange ? listed.charCodeAt(at + 2) : first;
    set.fill(1, first, last + 1);
    if (isRange) at += 2;
  }
  return set;
}

/**
 * Quotes. The last two stand in a view for `"` and `'` that an escape spelled, or that only look like them: such a quote
 * opens and closes nothing but its own kind.
 */
export const QUOTES = '"\'`\ue022\ue027';
const SPELLED_QUOTES = new Map([
  [0x22, 0xe022],
  [0x27, 0xe027],
]);

/** The code in a view of an ASCII character that an escape spelled. */
export function spelledCode(code: number): number {
  return SPELLED_QUOTES.get(code) ?? code;
}

export const DIGIT = characterSet('0-9');
export const UPPER_OR_DIGIT = characterSet('A-Z0-9');
export const HEX = characterSet('0-9a-fA-F');
export const ALPHANUMERIC = characterSet('A-Za-z0-9');
export const WORD = characterSet('A-Za-z0-9_');
export const BASE64 = characterSet('A-Za-z0-9+/=');
/** Base64 of the URL alphabet; the alphabet of most vendor tokens. */
export const BASE64URL = characterSet('A-Za-z0-9_-');

/** Whether the character at `at` is in the set; past either end of the text nothing is. */
export function isIn(text: string, at: number, set: CharacterSet): boolean {
  const code = text.charCodeAt(at);
  return code < 128 && set[code] === 1;
}

/** End of the run of the set's characters that starts at `from`, looking no further than `limit`. */
export function runEnd(text: string, from: number, set: CharacterSet, limit = text.length): number {
  const last = Math.min(limit, text.length);
  let at = from;
  while (at < last && isIn(text, at, set)) at += 1;
  return at;
}

/** Start of the run of the set's characters that ends before `end`, looking no further back than `limit`. */
export function runStart(text: string, end: number, set: CharacterSet, limit = 0): number {
  const first = Math.max(limit, 0);
  let at = end;
  while (at > first && isIn(text, at - 1, set)) at -= 1;
  return at;
}

/** Number of backslashes directly before `at`, counted up to 64 and not before `from`. */
export function backslashesBefore(text: string, at: number, from = 0): number {
  const first = Math.max(from, at - 64);
  let start = at;
  while (start > first && text.charCodeAt(start - 1) === 0x5c) start -= 1;
  return at - start;
}

/** Space, tab, line ends, and the other characters below 0x21. */
export function isSpace(code: number): boolean {
  return code <= 0x20 || code === 0xa0;
}

export function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}
