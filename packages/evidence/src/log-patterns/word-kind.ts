import { byteAt, classAt, DIGIT, DOT, JOINER, SLASH, UNDERSCORE, UPPER } from './character-class.js';
import { FILE_SUFFIX, flagsOf, HOST_SUFFIX } from './vocabulary.js';
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
export function wordKind(bytes: Uint8Array, start: number, end: number, classes: number): WordKind {
  const first = byteAt(bytes, start);
  if (classes & SLASH) {
    const kind = slashKind(bytes, start, end, first);
    if (kind !== undefined) return kind;
  }
  if (classes & DIGIT) return 'value';
  if (isPlainWordTooLong(start, end)) return 'value';
  if (classes & JOINER && hasInnerAt(bytes, start, end)) return 'value';
  if (classes & DOT) return dottedKind(bytes, start, end);
  return 'word';
}

function slashKind(bytes: Uint8Array, start: number, end: number, first: number): WordKind | undefined {
  if (first === SLASH_CODE) return end - start > 1 ? 'address' : 'word';
  let slashes = 0;
  for (let index = start; index < end; index++) {
    const code = byteAt(bytes, index);
    if (code === BACKSLASH_CODE) return 'address';
    if (code === SLASH_CODE) slashes++;
  }
  const previous = byteAt(bytes, start + 1);
  if (
    slashes > 1 ||
    ((first === 126 || first === DOT_CODE) && (previous === SLASH_CODE || previous === DOT_CODE))
  )
    return 'address';
  return undefined;
}

function hasInnerAt(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start + 1; index < end - 1; index++) if (byteAt(bytes, index) === AT_CODE) return true;
  return false;
}

/**
 * `a.b.c` is a host, a class or a package: a value, unless its last part names an error or a constant, which is what
 * the statement says. `a.b` is a value only as a host or a file name; otherwise it is a function of the program.
 */
function dottedKind(bytes: Uint8Array, start: number, end: number): WordKind {
  let dots = 0;
  let lastStart = start;
  for (let index = start; index < end; index++) {
    if (byteAt(bytes, index) !== DOT_CODE) continue;
    if (index === start || byteAt(bytes, index + 1) === DOT_CODE) return 'word';
    dots++;
    lastStart = index + 1;
  }
  if (isErrorType(bytes, lastStart, end)) return 'word';
  if (dots === 1) {
    const suffix = flagsOf(hashRange(bytes, lastStart, end));
    return suffix & (HOST_SUFFIX | FILE_SUFFIX) ? 'value' : 'word';
  }
  return isConstant(bytes, lastStart, end) ? 'word' : 'value';
}

const errorEndings = ['Exception', 'Error', 'Failure', 'Fault', 'Throwable'].map((ending) =>
  Uint8Array.from(ending, (character) => character.charCodeAt(0)),
);

/** `java.io.IOException`, `TimeoutError`: the type of an error is part of the statement. */
function isErrorType(bytes: Uint8Array, start: number, end: number): boolean {
  return errorEndings.some((ending) => {
    const from = end - ending.length;
    return from > start && ending.every((byte, index) => byteAt(bytes, from + index) === byte);
  });
}

/** `SCREEN_ON`, `NEW`: capitals and underscores only, at least three. */
function isConstant(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false;
  for (let index = start; index < end; index++)
    if (!(classAt(bytes, index) & (UPPER | UNDERSCORE))) return false;
  return true;
}
