import { BLANK, byteAt, classAt, classOf, DIGIT, isInRun, LETTER } from './character-class.js';
import { balancedEnd, closingOf, isClosing, isOpening, isQuote, skipBlanks } from './text-spans.js';
import { flagsOf, MONTH, NONE, NOTHING, SWITCH, WEEKDAY } from './vocabulary.js';
import { hashRange } from './word-hash.js';

/*
 * Where a printed value ends, and what looks like one: pure questions about a span of text, each with a bound.
 */

const AMPERSAND = 38;
const STAR = 42;
const COMMA = 44;
const DASH = 45;
const FULL_STOP = 46;
const COLON = 58;
const SEMICOLON = 59;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const OPEN_BRACKET = 91;
const OPEN_BRACE = 123;
const PIPE = 124;

/** How far a printed structure is looked ahead of, to tell a list of structures from one. */
const MAX_LOOK_AHEAD = 256;
/** A name in front of a bracket that still counts as a part of the printed structure: `Order(`. */
const MAX_STRUCTURE_NAME = 64;

/** The value after `key=` that begins at `start`. `end` is `start` when there is none and the next key begins there. */
export interface PrintedRun {
  readonly end: number;
  /** Letters without digits: may be a word of the statement. */
  readonly isPlain: boolean;
}

export function printedRun(bytes: Uint8Array, start: number, limit: number, isSpaced: boolean): PrintedRun {
  let classes = 0;
  let end = start;
  let hasEquals = false;
  while (end < limit) {
    const code = byteAt(bytes, end);
    const kind = classOf(code);
    if (kind === BLANK || isOpening(code) || endsRun(code)) break;
    if (code === EQUALS) hasEquals = true;
    classes |= kind;
    end++;
  }
  // `user= host=10.0.0.1`: the blank ended an empty value, and the run is the next key.
  if (isSpaced && (hasEquals || isEqualsNext(bytes, end, limit))) return { end: start, isPlain: false };
  const opens = end < limit && isOpening(byteAt(bytes, end)) && end - start < MAX_STRUCTURE_NAME;
  const isPlain = !opens && !hasEquals && (classes & LETTER) !== 0 && (classes & DIGIT) === 0;
  if (opens) end = balancedEnd(bytes, end, limit);
  else while (end > start && byteAt(bytes, end - 1) === FULL_STOP) end--;
  return { end: listRestEnd(bytes, end, limit), isPlain };
}

function endsRun(code: number): boolean {
  return (
    code === COMMA ||
    code === SEMICOLON ||
    code === AMPERSAND ||
    code === PIPE ||
    isQuote(code) ||
    isClosing(code)
  );
}

function isEqualsNext(bytes: Uint8Array, index: number, limit: number): boolean {
  const at = byteAt(bytes, index) === 32 ? index + 1 : index;
  return at < limit && byteAt(bytes, at) === EQUALS;
}

/** `a=x,y,z` is one value; `a=x,b=y` is two pairs. */
function listRestEnd(bytes: Uint8Array, from: number, limit: number): number {
  let index = from;
  while (index < limit && byteAt(bytes, index) === COMMA) {
    let end = index + 1;
    while (end < limit) {
      if (!isInRun(classAt(bytes, end))) break;
      end++;
    }
    const next = end < limit ? byteAt(bytes, end) : 0;
    if (end === index + 1 || next === EQUALS || next === COLON || isOpening(next)) return index;
    index = end;
  }
  return index;
}

/** The index after the `>` of `<...>`, or where another one opens. */
export function angleEnd(bytes: Uint8Array, start: number, limit: number): number {
  for (let index = start + 1; index < limit; index++) {
    const code = byteAt(bytes, index);
    if (code === GREATER) return index + 1;
    if (code === LESS) return index;
  }
  return limit;
}

/** Inside the bracket `open`: `{"a":`, `{a=`, `[{`, `[Word(...),` print an object or a list of them. */
export function beginsStructure(bytes: Uint8Array, inside: number, limit: number, open: number): boolean {
  const first = byteAt(bytes, inside);
  if (isQuote(first) || first === OPEN_BRACE) return true;
  const bound = Math.min(limit, inside + MAX_STRUCTURE_NAME);
  let end = inside;
  while (end < bound) {
    if (!isInRun(classAt(bytes, end))) break;
    end++;
  }
  if (end === inside || end >= bound) return false;
  const next = byteAt(bytes, end);
  if (open === OPEN_BRACE) return next === EQUALS || next === COLON;
  if (!isOpening(next) || next === OPEN_BRACKET) return false;
  const ahead = Math.min(limit, end + MAX_LOOK_AHEAD);
  const objectEnd = balancedEnd(bytes, end, ahead);
  if (objectEnd === ahead && ahead < limit) return true;
  const after = byteAt(bytes, objectEnd);
  return after === COMMA || (after === closingOf(open) && objectEnd - end > 2);
}

/** `node-[1-4,7]`: the end of the list of names that begins with the bracket at `start`. */
export function nameListEnd(bytes: Uint8Array, start: number, limit: number): number {
  return balancedEnd(bytes, start, Math.min(limit, start + MAX_LOOK_AHEAD));
}

/** A month followed by a number, or a weekday followed by a month or a number. */
export function beginsDate(bytes: Uint8Array, flags: number, end: number, limit: number): boolean {
  if (!(flags & (MONTH | WEEKDAY))) return false;
  const isMonth = (flags & MONTH) !== 0;
  const index = skipBlanks(bytes, byteAt(bytes, end) === COMMA ? end + 1 : end, limit);
  if (index === end) return false;
  if (classAt(bytes, index) & DIGIT) return true;
  if (isMonth) return false;
  return (flagsOf(hashRange(bytes, index, letterRunEnd(bytes, index, limit, 9))) & MONTH) !== 0;
}

/** `leader: none, term 5` and `leader: null` print that there is no value; `3 asked, none answered` is a sentence. */
export function isNothing(bytes: Uint8Array, flags: number, end: number, limit: number): boolean {
  if (flags & NOTHING) return true;
  return (flags & NONE) !== 0 && (classAt(bytes, skipBlanks(bytes, end, limit)) & LETTER) === 0;
}

/** Whether the word that ends at `end` is the last of a phrase, or a switch follows: `( on off )`. */
export function isLast(bytes: Uint8Array, end: number, limit: number): boolean {
  const next = skipBlanks(bytes, end, limit);
  if (next >= limit) return true;
  const code = byteAt(bytes, next);
  if (code === COMMA || code === SEMICOLON || isClosing(code)) return true;
  return (flagsOf(hashRange(bytes, next, letterRunEnd(bytes, next, limit, 4))) & SWITCH) !== 0;
}

function letterRunEnd(bytes: Uint8Array, start: number, limit: number, maxLength: number): number {
  const bound = Math.min(limit, start + maxLength);
  let end = start;
  while (end < bound && classAt(bytes, end) & LETTER) end++;
  return end;
}

/** `<1 sec` bounds a number; `<0>` encloses one. */
export function isComparison(bytes: Uint8Array, index: number, limit: number): boolean {
  if (!(classAt(bytes, index + 1) & DIGIT)) return false;
  if (index > 0 && classAt(bytes, index - 1) !== BLANK) return false;
  const bound = Math.min(limit, index + 32);
  let end = index + 1;
  while (end < bound && classAt(bytes, end) & DIGIT) end++;
  return byteAt(bytes, end) !== GREATER;
}

/** After a value, joiners alone stand where the next one is missing: `****` among numbers, `-` in an access log. */
export function standsForNothing(bytes: Uint8Array, start: number, end: number, limit: number): boolean {
  const code = byteAt(bytes, start);
  if (code === STAR) return end - start > 1;
  if (code !== DASH || end - start !== 1) return false;
  const after = byteAt(bytes, skipBlanks(bytes, end, limit));
  return after === DASH || after === OPEN_BRACKET;
}
