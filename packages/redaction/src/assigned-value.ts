import type { AssignedKey } from './assignment-key.js';
import { isHarmless, isPersonalNumber, isProse, isRandom, isSmallNumber } from './harmless-value.js';
import type { KeyMeaning } from './secret-key.js';
import { readQuoted, readValue, type Value } from './secret-value.js';

const MAX_PROSE = 48;
const MAX_REST = 4096;
/** ODBC quotes with braces: `Pwd={a;b}`. */
const BRACED = /\{([^{}"':=\n][^{"':=\n]{0,127})\}(?=[\s;,)\]}"']|$)/y;
/** Python's b'...' and the like. */
const STRING_PREFIX = /[bru]{1,2}(?=["'\ue022\ue027])/iy;
/** A telephone number with spaces. */
const SPACED_NUMBER = /\+?\(?\d[\d ().-]{5,24}\d(?![\w.-])/y;
/** A passphrase may have several words. */
const PASSPHRASE = /pass-?_?phrase$/i;
const PATH = /^(?:~?\/|[A-Za-z]:[\\/])/;
const PAIR = /(?:[\s,;&|]|\\[nrt])["']?[\w.-]{1,64}["']?\s?[=:]/;

/** The value of a key, in whichever of its forms. */
export function readAssignedValue(text: string, from: number, key: AssignedKey, isNumber: boolean): Value {
  if (!key.isQuoted && !key.isInQuery && PASSPHRASE.test(key.name)) return readPhrase(text, from);
  if (isNumber) {
    SPACED_NUMBER.lastIndex = from;
    const length = SPACED_NUMBER.exec(text)?.[0].length ?? 0;
    if (length > 0) return { start: from, end: from + length, isQuoted: false };
  }
  STRING_PREFIX.lastIndex = from;
  const prefix = STRING_PREFIX.exec(text)?.[0].length ?? 0;
  const value = readValue(text, from + prefix, key.isInQuery, key.quoteDepth);
  return value.isQuoted || !isAttribute(text, from, key, value.end) ? value : { ...value, end: text.length };
}

/** Whether the text is nothing but `some.key=` and a value, which is how attributes come: then all the rest is the value. */
function isAttribute(text: string, from: number, key: AssignedKey, end: number): boolean {
  if (key.start !== 0 || from !== key.name.length + 1 || text.charAt(from - 1) !== '=') return false;
  if (end === from || end === text.length || text.length - end > MAX_REST || /^[A-Z0-9_]+$/.test(key.name))
    return false;
  return !PAIR.test(text.slice(end));
}

function readPhrase(text: string, from: number): Value {
  const end = from + Math.max(0, text.slice(from).search(/\\{0,16}["'`\ue022\ue027]|[\n\r]|$/));
  return readQuoted(text, from) ?? { start: from, end, isQuoted: false };
}

/** The content of a value in braces; undefined for an object, whose keys are read when their turn comes. */
export function readBraced(text: string, from: number): Value | undefined {
  BRACED.lastIndex = from;
  const content = BRACED.exec(text)?.[1];
  if (content === undefined || isHarmless(`{${content}}`)) return undefined;
  return { start: from + 1, end: from + 1 + content.length, isQuoted: true };
}

/** Whether the value of a key that speaks of a secret is one. */
export function isSecret(text: string, value: Value, key: AssignedKey, meaning: KeyMeaning): boolean {
  const content = text.slice(value.start, value.end);
  if (isHarmless(content)) return false;
  if (meaning.certainty === 'digits') return isPersonalNumber(content, meaning.category);
  if (meaning.certainty !== 'sure') return isRandom(content, meaning.certainty === 'likely');
  if (meaning.category !== 'password' && meaning.category !== 'card-code') {
    if (isSmallNumber(content) || !/[\p{L}\p{N}]/u.test(content)) return false;
  }
  if (meaning.mayCount && isSmallNumber(content)) return false;
  // The shell's working directory.
  if (/^(?:old)?pwd$/i.test(key.name) && PATH.test(content)) return false;
  const isSpoken = !value.isQuoted && !key.isQuoted && !key.isInQuery && text.charAt(value.start - 1) === ' ';
  if (!isSpoken) return true;
  const rest = text.slice(value.start, value.start + MAX_PROSE);
  return !isProse(PASSPHRASE.test(key.name) ? (content.split(' ')[0] ?? '') : rest);
}
