import { BLANK, characterClass, DIGIT, isDigit, isHexDigit, PUNCTUATION } from './character-class.js';

const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const OPEN_PARENTHESIS = 40;
const CLOSE_PARENTHESIS = 41;
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
export function skipBlanks(text: string, start: number, limit: number): number {
  let index = start;
  while (index < limit && characterClass(text.charCodeAt(index)) === BLANK) index++;
  return index;
}

export function isQuote(code: number): boolean {
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE || code === BACKTICK;
}

export function isOpening(code: number): boolean {
  return code === OPEN_BRACE || code === OPEN_BRACKET || code === OPEN_PARENTHESIS;
}

export function isClosing(code: number): boolean {
  return code === CLOSE_BRACE || code === CLOSE_BRACKET || code === CLOSE_PARENTHESIS;
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
export function balancedEnd(text: string, start: number, limit: number): number {
  let depth = 0;
  for (let index = start; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (isOpening(code)) depth++;
    else if (isClosing(code) && --depth <= 0) return index + 1;
  }
  return limit;
}

/** Ends an address or a path: blanks, quotes, brackets and list separators do, other punctuation is part of it. */
function endsAddress(code: number): boolean {
  if (isQuote(code) || isOpening(code) || isClosing(code)) return true;
  if (code === LESS || code === GREATER || code === PIPE || code === 44 || code === 59) return true;
  return characterClass(code) === BLANK;
}

/** The index after an address or path that begins before `start`, without the full stop or colon of the sentence. */
export function addressEnd(text: string, start: number, limit: number): number {
  let end = start;
  while (end < limit && !endsAddress(text.charCodeAt(end))) end++;
  while (end > start && (text.charCodeAt(end - 1) === COLON || text.charCodeAt(end - 1) === 46)) end--;
  return end;
}

/**
 * The index after hex groups joined by colons (MAC and IPv6 addresses, clock times), or -1. Letters alone need five
 * groups, since `add:bed` is text.
 */
export function hexGroupsEnd(text: string, start: number, limit: number): number {
  let groups = 0;
  let hasDigit = false;
  let index = start;
  for (;;) {
    const groupStart = index;
    while (index < limit && index - groupStart < 5 && isHexDigit(text.charCodeAt(index))) {
      if (isDigit(text.charCodeAt(index))) hasDigit = true;
      index++;
    }
    if (index - groupStart > 4) return -1;
    if (index === groupStart && text.charCodeAt(index - 1) !== COLON) break;
    // IPv6 has eight groups; the bound keeps a hostile line from being read again and again.
    if (++groups > 9 || index >= limit || text.charCodeAt(index) !== COLON) break;
    index++;
  }
  if (groups < (hasDigit ? 3 : 5)) return -1;
  while (text.charCodeAt(index - 1) === COLON) index--;
  const next = index < limit ? characterClass(text.charCodeAt(index)) : BLANK;
  return next === BLANK || next >= PUNCTUATION || next > DIGIT * 2 ? index : -1;
}
