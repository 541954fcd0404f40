import { BLANK, characterClass, DIGIT, LETTER, PUNCTUATION } from './character-class.js';
import { balancedEnd, closingOf, isClosing, isOpening, isQuote, skipBlanks } from './text-spans.js';
import { months, switches, weekdays } from './vocabulary.js';
import { hashRange } from './word-hash.js';

/*
 * Where a printed value ends, and what looks like one: pure questions about a span of text, each with a bound.
 */

const AMPERSAND = 38;
const COMMA = 44;
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

export function printedRun(text: string, start: number, limit: number, isSpaced: boolean): PrintedRun {
  let classes = 0;
  let end = start;
  let hasEquals = false;
  while (end < limit) {
    const code = text.charCodeAt(end);
    const kind = characterClass(code);
    if (kind === BLANK || isOpening(code) || endsRun(code)) break;
    if (code === EQUALS) hasEquals = true;
    classes |= kind;
    end++;
  }
  // `user= host=10.0.0.1`: the blank ended an empty value, and the run is the next key.
  if (isSpaced && (hasEquals || isEqualsNext(text, end, limit))) return { end: start, isPlain: false };
  const opens = end < limit && isOpening(text.charCodeAt(end)) && end - start < MAX_STRUCTURE_NAME;
  const isPlain = !opens && (classes & LETTER) !== 0 && (classes & DIGIT) === 0;
  if (opens) end = balancedEnd(text, end, limit);
  else while (end > start && text.charCodeAt(end - 1) === FULL_STOP) end--;
  return { end: listRestEnd(text, end, limit), isPlain };
}

function endsRun(code: number): boolean {
  return code === COMMA || code === SEMICOLON || code === AMPERSAND || code === PIPE || isQuote(code) || isClosing(code);
}

function isEqualsNext(text: string, index: number, limit: number): boolean {
  const at = text.charCodeAt(index) === 32 ? index + 1 : index;
  return at < limit && text.charCodeAt(at) === EQUALS;
}

/** `a=x,y,z` is one value; `a=x,b=y` is two pairs. */
function listRestEnd(text: string, from: number, limit: number): number {
  let index = from;
  while (index < limit && text.charCodeAt(index) === COMMA) {
    let end = index + 1;
    while (end < limit) {
      const kind = characterClass(text.charCodeAt(end));
      if (kind === BLANK || kind === PUNCTUATION) break;
      end++;
    }
    const next = end < limit ? text.charCodeAt(end) : 0;
    if (end === index + 1 || next === EQUALS || next === COLON || isOpening(next)) return index;
    index = end;
  }
  return index;
}

/** The index after the `>` of `<...>`, or where another one opens. */
export function angleEnd(text: string, start: number, limit: number): number {
  for (let index = start + 1; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === GREATER) return index + 1;
    if (code === LESS) return index;
  }
  return limit;
}

/** Inside the bracket `open`: `{"a":`, `{a=`, `[{`, `[Word(...),` print an object or a list of them. */
export function beginsStructure(text: string, inside: number, limit: number, open: number): boolean {
  const first = text.charCodeAt(inside);
  if (isQuote(first) || first === OPEN_BRACE) return true;
  const bound = Math.min(limit, inside + MAX_STRUCTURE_NAME);
  let end = inside;
  while (end < bound) {
    const kind = characterClass(text.charCodeAt(end));
    if (kind === BLANK || kind === PUNCTUATION) break;
    end++;
  }
  if (end === inside || end >= bound) return false;
  const next = text.charCodeAt(end);
  if (open === OPEN_BRACE) return next === EQUALS || next === COLON;
  if (!isOpening(next) || next === OPEN_BRACKET) return false;
  const ahead = Math.min(limit, end + MAX_LOOK_AHEAD);
  const objectEnd = balancedEnd(text, end, ahead);
  if (objectEnd === ahead && ahead < limit) return true;
  const after = text.charCodeAt(objectEnd);
  return after === COMMA || (after === closingOf(open) && objectEnd - end > 2);
}

/** `node-[1-4,7]`: the end of the list of names that begins with the bracket at `start`. */
export function nameListEnd(text: string, start: number, limit: number): number {
  return balancedEnd(text, start, Math.min(limit, start + MAX_LOOK_AHEAD));
}

/** A month followed by a number, or a weekday followed by a month or a number. */
export function beginsDate(text: string, hash: number, end: number, limit: number): boolean {
  const isMonth = months.has(hash);
  if (!isMonth && !weekdays.has(hash)) return false;
  const index = skipBlanks(text, text.charCodeAt(end) === COMMA ? end + 1 : end, limit);
  if (index === end) return false;
  if (characterClass(text.charCodeAt(index)) & DIGIT) return true;
  return !isMonth && months.has(hashRange(text, index, letterRunEnd(text, index, limit, 9)));
}

/** Whether the word that ends at `end` is the last of a phrase, or a switch follows: `( on off )`. */
export function isLast(text: string, end: number, limit: number): boolean {
  const next = skipBlanks(text, end, limit);
  if (next >= limit) return true;
  const code = text.charCodeAt(next);
  if (code === COMMA || code === SEMICOLON || isClosing(code)) return true;
  return switches.has(hashRange(text, next, letterRunEnd(text, next, limit, 4)));
}

function letterRunEnd(text: string, start: number, limit: number, maxLength: number): number {
  const bound = Math.min(limit, start + maxLength);
  let end = start;
  while (end < bound && characterClass(text.charCodeAt(end)) & LETTER) end++;
  return end;
}

/** `<1 sec` bounds a number; `<0>` encloses one. */
export function isComparison(text: string, index: number, limit: number): boolean {
  if (!(characterClass(text.charCodeAt(index + 1)) & DIGIT)) return false;
  if (index > 0 && characterClass(text.charCodeAt(index - 1)) !== BLANK) return false;
  const bound = Math.min(limit, index + 32);
  let end = index + 1;
  while (end < bound && characterClass(text.charCodeAt(end)) & DIGIT) end++;
  return text.charCodeAt(end) !== GREATER;
}
