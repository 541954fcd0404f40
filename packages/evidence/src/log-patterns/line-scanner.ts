import {
  BLANK,
  characterClass,
  DIGIT,
  DOT,
  isHexDigit,
  JOINER,
  LETTER,
  LOWER,
  PUNCTUATION,
  UNDERSCORE,
  UPPER,
} from './character-class.js';
import { angleEnd, beginsDate, beginsStructure, isComparison, isLast, nameListEnd, printedRun } from './printed-value.js';
import { addressEnd, balancedEnd, closingOf, hexGroupsEnd, isClosing, isOpening, isQuote, skipBlanks } from './text-spans.js';
import { createTokenList, MARK, MAX_TOKENS, type TokenList, VALUE, WORD } from './token-list.js';
import { booleans, nothings, outcomeKeys, switches, timeSuffixes, units } from './vocabulary.js';
import { hashPrime, hashRange, hashSeed } from './word-hash.js';
import { isPlainWordTooLong, wordKind } from './word-kind.js';

/** Characters of a line that are read; what follows cannot change its template. */
export const MAX_LINE_LENGTH = 4096;

const SPACE = 32;
const DOUBLE_QUOTE = 34;
const APOSTROPHE = 39;
const OPEN_PARENTHESIS = 40;
const STAR = 42;
const COMMA = 44;
const DASH = 45;
const FULL_STOP = 46;
const SLASH_MARK = 47;
const COLON = 58;
const SEMICOLON = 59;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const TILDE = 126;

export interface LineScanner {
  /** The tokens of the line that was scanned last. */
  readonly tokens: TokenList;
  /** Reads at most `MAX_LINE_LENGTH` characters in one pass; returns the number of tokens. */
  scan(line: string): number;
}

/** A hand-written scanner: one pass, no regular expressions, every look-ahead bounded. */
export function createLineScanner(): LineScanner {
  const tokens = createTokenList();
  let text = '';
  let limit = 0;
  /** Where the quoted sentence that is being read closes. */
  let quoteEnd = -1;
  /** One bit for each kind of quote that does not close any more. */
  let unclosedQuotes = 0;

  function pushValueTo(start: number, end: number): number {
    tokens.pushValue(start, end);
    return end;
  }

  /** Reads a run of word characters that begins at `start`; returns where reading goes on. */
  function readWord(start: number): number {
    let hash = hashSeed;
    let classes = 0;
    let end = start;
    while (end < limit) {
      const code = text.charCodeAt(end);
      const kind = characterClass(code);
      if (kind === BLANK || (kind === PUNCTUATION && (code !== APOSTROPHE || !isInsideWord(start, end)))) break;
      // Leaders (`enabled......1`) part a word from what they lead to.
      if (kind === DOT && text.charCodeAt(end + 1) === FULL_STOP) break;
      classes |= kind;
      hash = Math.imul(hash ^ code, hashPrime);
      end++;
    }
    if (end === start) return skipLeaders(start);
    if (classes & ~(LETTER | UNDERSCORE) || text.charCodeAt(end) === COLON) return readMixedWord(start, end, hash, classes);
    if (isPlainWordTooLong(start, end)) tokens.pushValue(start, end);
    else readPlainWord(hash, start, end, classes);
    return readPair(end, end);
  }

  /** `can't`. */
  function isInsideWord(start: number, index: number): boolean {
    if (index === start || !(characterClass(text.charCodeAt(index - 1)) & LETTER)) return false;
    return (characterClass(text.charCodeAt(index + 1)) & LETTER) !== 0;
  }

  function skipLeaders(start: number): number {
    let end = start;
    while (end < limit && text.charCodeAt(end) === FULL_STOP) end++;
    return end;
  }

  /** A run that is more than letters, or that a colon follows. `read` is the index after it. */
  function readMixedWord(start: number, read: number, runHash: number, runClasses: number): number {
    const next = read < limit ? text.charCodeAt(read) : 0;
    if (next === COLON) {
      const addressed = readColon(start, read, runClasses);
      if (addressed > 0) return addressed;
    }
    let hash = runHash;
    let classes = runClasses;
    let end = read;
    while (end > start && isTrailing(text.charCodeAt(end - 1))) end--;
    if (end === start) return readJoiners(start, read);
    if (end < read) {
      if (next === OPEN_BRACKET && text.charCodeAt(read - 1) === DASH)
        return pushValueTo(start, nameListEnd(text, read, limit));
      hash = hashRange(text, start, end);
      classes = 0;
      for (let index = start; index < end; index++) classes |= characterClass(text.charCodeAt(index));
    }
    const kind = wordKind(text, start, end, classes);
    if (kind === 'address') return readAddress(start, start);
    if (kind === 'word') readPlainWord(hash, start, end, classes);
    else if (tokens.lastKind() === VALUE && units.has(hash)) tokens.stretch(end);
    else tokens.pushValue(start, end);
    return readPair(read, end);
  }

  /** `scheme://`, `C:\` and hex groups joined by colons go on after the colon; -1 when it is none of them. */
  function readColon(start: number, end: number, classes: number): number {
    const after = text.charCodeAt(end + 1);
    if (after === SLASH_MARK && text.charCodeAt(end + 2) === SLASH_MARK) return readAddress(start, end);
    const length = end - start;
    if (length === 1 && classes & LETTER && (after === BACKSLASH || after === SLASH_MARK)) return readAddress(start, end);
    if (length > 4 || !isHexDigit(text.charCodeAt(start))) return -1;
    const groupsEnd = hexGroupsEnd(text, start, limit);
    return groupsEnd > 0 ? pushValueTo(start, groupsEnd) : -1;
  }

  function readAddress(start: number, from: number): number {
    return pushValueTo(start, Math.max(addressEnd(text, from, limit), start + 1));
  }

  /** Joiners alone are a mark, or stand where a value is missing: `****` among numbers, `-` in an access log. */
  function readJoiners(start: number, end: number): number {
    const code = text.charCodeAt(start);
    let isMissing = false;
    if (tokens.lastKind() === VALUE) {
      const after = text.charCodeAt(skipBlanks(text, end, limit));
      const isDash = code === DASH && end - start === 1;
      isMissing = (code === STAR && end - start > 1) || (isDash && (after === DASH || after === OPEN_BRACKET));
    }
    if (isMissing) tokens.pushValue(start, end);
    else tokens.pushMark(code, start, end);
    return end;
  }

  /** A unit or time zone after a number, a month before one, a printed literal, or a word of the statement. */
  function readPlainWord(hash: number, start: number, end: number, classes: number): void {
    const length = end - start;
    const lastKind = tokens.lastKind();
    if (lastKind === VALUE && start - tokens.lastEnd() <= 1 && (units.has(hash) || timeSuffixes.has(hash))) {
      tokens.stretch(end);
      return;
    }
    const isValue =
      length < 10 &&
      ((length > 2 && classes & UPPER && classes & LOWER && beginsDate(text, hash, end, limit)) ||
        (length > 2 && booleans.has(hash)) ||
        (lastKind === MARK && nothings.has(hash)) ||
        (lastKind > WORD && switches.has(hash) && isLast(text, end, limit)));
    if (isValue) tokens.pushValue(start, end);
    else tokens.pushWord(hash, start, end);
  }

  /** After a word that ends at `wordEnd`: `key=value` prints a value. `index` is where reading goes on. */
  function readPair(index: number, wordEnd: number): number {
    let equals = index;
    if (index === wordEnd && text.charCodeAt(equals) === SPACE) equals++;
    if (equals >= limit || text.charCodeAt(equals) !== EQUALS) return index;
    const next = text.charCodeAt(equals + 1);
    if (next === EQUALS || next === GREATER || next === TILDE) return index;
    const saysOutcome = tokens.lastKind() === WORD && outcomeKeys.has(tokens.lastHash());
    tokens.pushMark(EQUALS, equals, equals + 1);
    return readPrintedValue(equals + 1, saysOutcome);
  }

  /** The value after `key=` or `"key":`. With `keepWords` a plain word stays a word of the statement. */
  function readPrintedValue(from: number, keepWords: boolean): number {
    let index = from;
    while (index < limit && index - from < 4 && text.charCodeAt(index) === SPACE) index++;
    if (index >= limit) return pushValueTo(from, from);
    const code = text.charCodeAt(index);
    if (isQuote(code)) {
      const closing = text.indexOf(text[index] ?? '', index + 1);
      if (closing > 0 && closing < limit) return keepWords ? index : pushValueTo(index, closing + 1);
      tokens.pushValue(from, from);
      return index;
    }
    if (isOpening(code)) return pushValueTo(index, balancedEnd(text, index, limit));
    if (code === LESS && index === from) return pushValueTo(index, angleEnd(text, index, limit));
    const run =
      code === COMMA || code === SEMICOLON || isClosing(code) ? undefined : printedRun(text, index, limit, index > from);
    if (run === undefined || run.end === index) {
      tokens.pushValue(from, from);
      return index;
    }
    return keepWords && run.isPlain ? index : pushValueTo(index, run.end);
  }

  /** A quoted value without blanks is a value, or a key before a colon; a quoted sentence is read as text. */
  function readQuote(start: number, code: number): number {
    if (start === quoteEnd) {
      tokens.pushMark(code, start, start + 1);
      return start + 1;
    }
    const flag = code === DOUBLE_QUOTE ? 1 : code === APOSTROPHE ? 2 : 4;
    if (unclosedQuotes & flag) return start + 1;
    const closing = text.indexOf(text[start] ?? '', start + 1);
    if (closing < 0 || closing >= limit) {
      unclosedQuotes |= flag;
      return start + 1;
    }
    let index = start + 1;
    while (index < closing && characterClass(text.charCodeAt(index)) !== BLANK) index++;
    if (index < closing) {
      quoteEnd = closing;
      tokens.pushMark(code, start, start + 1);
      return start + 1;
    }
    const colon = text.charCodeAt(closing + 1) === SPACE ? closing + 2 : closing + 1;
    if (closing === start + 1 || text.charCodeAt(colon) !== COLON) return pushValueTo(start, closing + 1);
    const key = hashRange(text, start + 1, closing);
    tokens.pushWord(key, start + 1, closing);
    tokens.pushMark(COLON, colon, colon + 1);
    return readPrintedValue(colon + 1, outcomeKeys.has(key));
  }

  /** An opening bracket: printed structures become one value, other brackets are marks. */
  function readOpening(start: number, code: number): number {
    const inside = skipBlanks(text, start + 1, limit);
    const closing = closingOf(code);
    if (inside < limit && text.charCodeAt(inside) === closing) {
      // `call()` is the name of a function; ` ()` is an empty value.
      if (tokens.lastKind() === WORD && tokens.lastEnd() === start) return inside + 1;
      tokens.pushMark(code, start, start + 1);
      tokens.pushValue(inside, inside);
      tokens.closeBracket(closing, inside);
      return inside + 1;
    }
    tokens.pushMark(code, start, start + 1);
    if (code === OPEN_PARENTHESIS || start === 0 || !beginsStructure(text, inside, limit, code)) return start + 1;
    const end = balancedEnd(text, start, limit);
    tokens.pushValue(start + 1, Math.max(start + 1, end - 1));
    tokens.closeBracket(closing, end - 1);
    return end;
  }

  function scan(line: string): number {
    text = line;
    limit = Math.min(line.length, MAX_LINE_LENGTH);
    tokens.clear();
    quoteEnd = -1;
    unclosedQuotes = 0;
    let index = 0;
    while (index < limit && tokens.count() < MAX_TOKENS) {
      const code = text.charCodeAt(index);
      const kind = characterClass(code);
      if (kind === BLANK) index++;
      else if (kind !== PUNCTUATION) index = readWord(index);
      else if (isOpening(code)) index = readOpening(index, code);
      else if (isClosing(code)) tokens.closeBracket(code, index++);
      else if (isQuote(code)) index = readQuote(index, code);
      else if ((code === LESS || code === GREATER) && isComparison(text, index, limit)) index++;
      else tokens.pushMark(code, index, ++index);
    }
    return tokens.count();
  }

  return { tokens, scan };
}

/** Full stops, dashes and other joiners at the end of a run belong to the sentence. */
function isTrailing(code: number): boolean {
  const kind = characterClass(code);
  return (kind & (LETTER | DIGIT | UNDERSCORE)) === 0 || (kind & JOINER) !== 0;
}
