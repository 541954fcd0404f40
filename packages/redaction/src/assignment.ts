import { type AssignedKey, mayEndKey, readAssignedKey } from './assignment-key.js';
import { blockScalar } from './block-scalar.js';
import { type Finder, NOTHING, type Report } from './finder.js';
import { isHarmless, isPersonalNumber, isProse, isRandom, isSmallNumber } from './harmless-value.js';
import { reportAuthorization, reportCookie } from './header-value.js';
import { type KeyMeaning, readKey } from './secret-key.js';
import { readQuoted, readValue, type Value } from './secret-value.js';

const MAX_PROSE = 48;
/** A longer value that is no secret is not read again at the delimiters within it. */
const MAX_READ_AGAIN = 512;
/** ODBC quotes with braces: `Pwd={a;b}`. */
const BRACED = /\{([^{}"':=\n][^{"':=\n]{0,127})\}(?=[\s;,)\]}"']|$)/y;
/** From the old value to the new one. */
const ARROW = /["'`\\\ue022\ue027]{0,17}\s{0,3}(?:->|=>|→)\s{0,3}/y;
/** A passphrase may have several words. */
const PASSPHRASE = /pass-?_?phrase$/i;
/** Python's b'...' and the like. */
const STRING_PREFIX = /[bru]{1,2}(?=["'\ue022\ue027])/iy;
const PATH = /^(?:~?\/|[A-Za-z]:[\\/])/;

/** `key=value`, `key: value`, `"key":"value"`, `key => value` where the key says that the value is secret. */
export const assignmentFinder: Finder = {
  anchors: [{ at: '=:' }],
  find(text, at, report) {
    const from = valueStart(text, at);
    if (from === undefined || !mayEndKey(text, at)) return NOTHING;
    const key = readAssignedKey(text, at);
    const meaning = key && readKey(key.name, key.isInQuery);
    return meaning ? reportAssigned(text, from, key, meaning, report) : NOTHING;
  },
};

/** Where the value of the delimiter at `at` begins; undefined when the character delimits nothing. */
function valueStart(text: string, at: number): number | undefined {
  const delimiter = text.charAt(at);
  const next = text.charAt(at + 1);
  if (next === '=') return undefined;
  if (delimiter === ':' && (next === ':' || text.charAt(at - 1) === ':' || text.startsWith('//', at + 1)))
    return undefined;
  let from = delimiter === '=' && next === '>' ? at + 2 : at + 1;
  while (from - at < 10 && (text.charAt(from) === ' ' || text.charAt(from) === '\t')) from += 1;
  return from;
}

function reportAssigned(
  text: string,
  from: number,
  key: AssignedKey,
  meaning: KeyMeaning,
  report: Report,
): number {
  if (meaning.category === 'authorization') return reportAuthorization(text, from, report);
  if (meaning.category === 'cookie') return reportCookie(text, from, key.isQuoted, report);
  const opening = text.charAt(from);
  if (opening === '[') return reportList(text, from + 1, key, meaning, report);
  if (meaning.certainty === 'sure' && !key.isQuoted) {
    const enclosed = opening === '{' ? braced(text, from) : blockScalar(text, from);
    if (enclosed) return reportSpan(enclosed, meaning, report);
  }
  if (opening === '{') return NOTHING;
  STRING_PREFIX.lastIndex = from;
  const prefix = STRING_PREFIX.exec(text)?.[0].length ?? 0;
  const isPhrase = !key.isQuoted && !key.isInQuery && PASSPHRASE.test(key.name);
  const value = isPhrase
    ? readPhrase(text, from)
    : readValue(text, from + prefix, key.isInQuery, key.quoteDepth);
  const end = reportIfSecret(text, value, key, meaning, report);
  if (end === NOTHING || meaning.certainty !== 'sure') return end;
  ARROW.lastIndex = end;
  const arrow = ARROW.exec(text)?.[0].length ?? 0;
  if (arrow === 0) return end;
  return Math.max(end, reportIfSecret(text, readValue(text, end + arrow, false), key, meaning, report));
}

function reportIfSecret(
  text: string,
  value: Value,
  key: AssignedKey,
  meaning: KeyMeaning,
  report: Report,
): number {
  if (isSecret(text, value, key, meaning)) return reportSpan(value, meaning, report);
  return !value.isQuoted && value.end - value.start > MAX_READ_AGAIN ? value.end : NOTHING;
}

function reportSpan(value: Value, meaning: KeyMeaning, report: Report): number {
  report(meaning.category, value.start, value.end);
  return value.end;
}

/** `"tokens":["a","b"]` and `{token=[a]}`. */
function reportList(
  text: string,
  from: number,
  key: AssignedKey,
  meaning: KeyMeaning,
  report: Report,
): number {
  let at = from;
  for (;;) {
    while (at < text.length && ' \t\n\r,'.includes(text.charAt(at))) at += 1;
    const value = readQuoted(text, at, key.quoteDepth);
    if (value === undefined) break;
    if (isSecret(text, value, key, meaning)) reportSpan(value, meaning, report);
    at = value.end + 1;
    while (text.charAt(at - 1) === '\\') at += 1;
  }
  return at > from ? at : reportIfSecret(text, readValue(text, from, false), key, meaning, report);
}

function readPhrase(text: string, from: number): Value {
  const end = from + Math.max(0, text.slice(from).search(/\\{0,16}["'`\ue022\ue027]|[\n\r]|$/));
  return readQuoted(text, from) ?? { start: from, end, isQuoted: false };
}

/** The content of a braced value; the keys of an object are read when their turn comes. */
function braced(text: string, from: number): Value | undefined {
  BRACED.lastIndex = from;
  const content = BRACED.exec(text)?.[1];
  if (content === undefined || isHarmless(`{${content}}`)) return undefined;
  return { start: from + 1, end: from + 1 + content.length, isQuoted: true };
}

function isSecret(text: string, value: Value, key: AssignedKey, meaning: KeyMeaning): boolean {
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

/** The category of a text that is the whole value of this key; undefined when the key makes no secret of it. */
export function categoryOfKeyedText(name: string, text: string): string | undefined {
  const meaning = readKey(name, false);
  if (!meaning) return undefined;
  const key: AssignedKey = { name, isInQuery: false, isQuoted: true, quoteDepth: undefined };
  return isSecret(text, { start: 0, end: text.length, isQuoted: true }, key, meaning)
    ? meaning.category
    : undefined;
}
