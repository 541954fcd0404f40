import { characterClass, DIGIT, DOT, JOINER, LETTER, SLASH, UPPER } from './character-class.js';
import { fileSuffixes, hostSuffixes } from './vocabulary.js';
import { hashRange } from './word-hash.js';

/** What a run of word characters is: a word of the statement, a printed value, or an address that may go on. */
export type WordKind = 'word' | 'value' | 'address';

/** Longer runs of letters are encoded data, not words. */
const MAX_WORD_LENGTH = 48;
const SLASH_CODE = 47;
const BACKSLASH_CODE = 92;
const AT_CODE = 64;
const DOT_CODE = 46;

/** Letters only, but too many of them for a word. */
export function isPlainWordTooLong(start: number, end: number): boolean {
  return end - start > MAX_WORD_LENGTH;
}

/** Names the run `[start, end)`, whose character classes are `classes`. */
export function wordKind(text: string, start: number, end: number, classes: number): WordKind {
  const first = text.charCodeAt(start);
  if (classes & SLASH) {
    const kind = slashKind(text, start, end, first);
    if (kind !== undefined) return kind;
  }
  if (classes & DIGIT) return 'value';
  if (isPlainWordTooLong(start, end)) return 'value';
  if (classes & JOINER && hasInnerAt(text, start, end)) return 'value';
  if (classes & DOT) return dottedKind(text, start, end);
  return 'word';
}

function slashKind(text: string, start: number, end: number, first: number): WordKind | undefined {
  if (first === SLASH_CODE) return end - start > 1 ? 'address' : 'word';
  let slashes = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH_CODE) return 'address';
    if (code === SLASH_CODE) slashes++;
  }
  const previous = text.charCodeAt(start + 1);
  if (slashes > 1 || ((first === 126 || first === DOT_CODE) && (previous === SLASH_CODE || previous === DOT_CODE)))
    return 'address';
  return undefined;
}

function hasInnerAt(text: string, start: number, end: number): boolean {
  for (let index = start + 1; index < end - 1; index++) if (text.charCodeAt(index) === AT_CODE) return true;
  return false;
}

/**
 * `a.b.c` is a host, a class or a package: a value, unless its last part names an error or a constant, which is what
 * the statement says. `a.b` is a value only as a host or a file name; otherwise it is a function of the program.
 */
function dottedKind(text: string, start: number, end: number): WordKind {
  let dots = 0;
  let lastStart = start;
  for (let index = start; index < end; index++) {
    if (text.charCodeAt(index) !== DOT_CODE) continue;
    if (index === start || text.charCodeAt(index + 1) === DOT_CODE) return 'word';
    dots++;
    lastStart = index + 1;
  }
  if (isErrorType(text, lastStart, end)) return 'word';
  if (dots === 1) {
    const suffix = hashRange(text, lastStart, end);
    return hostSuffixes.has(suffix) || fileSuffixes.has(suffix) ? 'value' : 'word';
  }
  return isConstant(text, lastStart, end) ? 'word' : 'value';
}

const errorEndings = ['Exception', 'Error', 'Failure', 'Fault', 'Throwable'];

/** `java.io.IOException`, `TimeoutError`: the type of an error is part of the statement. */
export function isErrorType(text: string, start: number, end: number): boolean {
  return errorEndings.some(
    (ending) => end - start > ending.length && text.startsWith(ending, end - ending.length),
  );
}

/** `SCREEN_ON`, `NEW`: capitals and underscores only, at least three. */
export function isConstant(text: string, start: number, end: number): boolean {
  if (end - start < 3) return false;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    const kind = characterClass(code);
    if (kind & LETTER ? !(kind & UPPER) : code !== 95) return false;
  }
  return true;
}
