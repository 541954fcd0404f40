import {
  BLANK,
  byteAt,
  classAt,
  classOf,
  DIGIT,
  isHexDigit,
  LETTER,
  PUNCTUATION,
  UNDERSCORE,
} from './character-class.js';

const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const OPEN_PARENTHESIS = 40;
const CLOSE_PARENTHESIS = 41;
const FULL_STOP = 46;
const COLON = 58;
const LESS = 60;
const GREATER = 62;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const BACKTICK = 96;
const OPEN_BRACE = 123;
const PIPE = 124;
const CLOSE_BRACE = 125;

/** The index of the next character that is not blank, or `limit`. */
export function skipBlanks(bytes: Uint8Array, start: number, limit: number): number {
  let index = start;
  while (index < limit && classAt(bytes, index) === BLANK) index++;
  return index;
}

export function isQuote(code: number): boolean {
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE || code === BACKTICK;
}

/** 1 for an opening bracket, -1 for a closing one. */
const bracketDepths = createBracketDepths();

function createBracketDepths(): Int8Array {
  const depths = new Int8Array(256);
  for (const opening of [OPEN_PARENTHESIS, OPEN_BRACKET, OPEN_BRACE]) depths[opening] = 1;
  for (const closing of [CLOSE_PARENTHESIS, CLOSE_BRACKET, CLOSE_BRACE]) depths[closing] = -1;
  return depths;
}

export function isOpening(code: number): boolean {
  return bracketDepths[code] === 1;
}

export function isClosing(code: number): boolean {
  return bracketDepths[code] === -1;
}

/** The bracket that closes `code`, or 0. */
export function closingOf(code: number): number {
  if (code === OPEN_PARENTHESIS) return CLOSE_PARENTHESIS;
  if (code === OPEN_BRACKET) return CLOSE_BRACKET;
  if (code === OPEN_BRACE) return CLOSE_BRACE;
  return code === LESS ? GREATER : 0;
}

/**
 * The index after the bracket that closes the one at `start`, counting all kinds of brackets alike: printed
 * structures are often cut, so an unclosed one reaches to `limit`.
 */
export function balancedEnd(bytes: Uint8Array, start: number, limit: number): number {
  let depth = 0;
  for (let index = start; index < limit; index++) {
    const change = bracketDepths[byteAt(bytes, index)] ?? 0;
    if (change === 0) continue;
    depth += change;
    if (depth <= 0) return index + 1;
  }
  return limit;
}

/** Ends an address or a path: blanks, quotes, brackets and list separators do, other punctuation is part of it. */
function endsAddress(code: number): boolean {
  if (isQuote(code) || isOpening(code) || isClosing(code)) return true;
  if (code === LESS || code === GREATER || code === PIPE || code === 44 || code === 59) return true;
  return classOf(code) === BLANK;
}

/** The index after an address or path that begins before `start`, without the full stop or colon of the sentence. */
export function addressEnd(bytes: Uint8Array, start: number, limit: number): number {
  let end = start;
  while (end < limit && !endsAddress(byteAt(bytes, end))) end++;
  while (end > start && (byteAt(bytes, end - 1) === COLON || byteAt(bytes, end - 1) === 46)) end--;
  return end;
}

/**
 * The index after hex groups joined by colons (MAC and IPv6 addresses, clock times), or -1. Letters alone need five
 * groups, since `add:bed` is text.
 */
export function hexGroupsEnd(bytes: Uint8Array, start: number, limit: number): number {
  let groups = 0;
  let hasDigit = false;
  let index = start;
  for (;;) {
    const groupStart = index;
    while (index < limit && index - groupStart < 5 && isHexDigit(byteAt(bytes, index))) {
      if (classAt(bytes, index) === DIGIT) hasDigit = true;
      index++;
    }
    if (index - groupStart > 4) return -1;
    if (index === groupStart && byteAt(bytes, index - 1) !== COLON) break;
    // IPv6 has eight groups; the bound keeps a hostile line from being read again and again.
    if (++groups > 9 || index >= limit || byteAt(bytes, index) !== COLON) break;
    index++;
  }
  if (groups < (hasDigit ? 3 : 5)) return -1;
  while (byteAt(bytes, index - 1) === COLON) index--;
  const next = index < limit ? classAt(bytes, index) : BLANK;
  return next === BLANK || next >= PUNCTUATION || next > UNDERSCORE ? index : -1;
}

/** `can't`: whether the apostrophe at `index` is part of the word that begins at `start`. */
export function isInsideWord(bytes: Uint8Array, start: number, index: number): boolean {
  if (index === start || !(classAt(bytes, index - 1) & LETTER)) return false;
  return (classAt(bytes, index + 1) & LETTER) !== 0;
}

/** The index after a run of full stops. */
export function leadersEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  while (byteAt(bytes, end) === FULL_STOP) end++;
  return end;
}
