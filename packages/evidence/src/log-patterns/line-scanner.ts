import {
  BLANK,
  byteAt,
  classAt,
  classOf,
  DOT,
  isHexDigit,
  isInRun,
  isMicroSign,
  isTrailing,
  LETTER,
  PUNCTUATION,
  UNDERSCORE,
  WIDE,
} from './character-class.js';
import { readPair, readPrintedValue } from './pair-reader.js';
import {
  beginsDate,
  beginsStructure,
  isComparison,
  isLast,
  isNothing,
  nameListEnd,
  standsForNothing,
} from './printed-value.js';
import {
  addressEnd,
  balancedEnd,
  closingOf,
  hexGroupsEnd,
  isClosing,
  isInsideWord,
  isOpening,
  isQuote,
  leadersEnd,
  skipBlanks,
} from './text-spans.js';
import { createTokenList, MARK, MAX_TOKENS, type TokenList, VALUE, WORD } from './token-list.js';
import { BOOLEAN, flagsOf, OUTCOME_KEY, SWITCH, TIME_SUFFIX, UNIT } from './vocabulary.js';
import { firstLettersHash, hashPrime, hashRange, hashSeed } from './word-hash.js';
import { isPlainWordTooLong, wordKind } from './word-kind.js';

/** Bytes of a line that are read; what follows cannot change its template. */
const MAX_LINE_BYTES = 4096;
/** Zeros behind the line, so that looking a few bytes ahead finds a blank. */
const PADDING = 8;

const SPACE = 32;
const DOUBLE_QUOTE = 34;
const APOSTROPHE = 39;
const OPEN_PARENTHESIS = 40;
const DASH = 45;
const FULL_STOP = 46;
const SLASH_MARK = 47;
const COLON = 58;
const LESS = 60;
const GREATER = 62;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const LOWER_S = 115;

export interface LineScanner {
  /** The tokens of the line that was scanned last. */
  readonly tokens: TokenList;
  /** The UTF-8 of that line: starts and ends of tokens count in it. */
  readonly bytes: Uint8Array;
  /** Takes a line, of which at most `MAX_LINE_BYTES` are read; returns how many bytes that are. */
  load(line: string): number;
  /** Reads the line in one pass; returns the number of tokens. */
  scan(): number;
  /** Whether the line's words tell what it says; else it was named by the letters in its values. */
  hasWords(): boolean;
  /** How many UTF-16 units of that line were read. */
  readLength(): number;
  /** How many bytes of UTF-8 they are: as many for ASCII. */
  byteLength(): number;
}

/** A hand-written scanner: one pass, no regular expressions, every look-ahead bounded. */
export function createLineScanner(): LineScanner {
  const tokens = createTokenList();
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(MAX_LINE_BYTES + PADDING);
  const line = bytes.subarray(0, MAX_LINE_BYTES);
  let limit = 0;
  let readLength = 0;
  let hasWords = false;
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
    for (;;) {
      const code = byteAt(bytes, end);
      const kind = classOf(code);
      if (kind & LETTER) {
        classes |= kind;
      } else {
        if (!isInRun(kind) && (code !== APOSTROPHE || !isInsideWord(bytes, start, end))) break;
        // Leaders (`enabled......1`) part a word from what they lead to.
        if (kind === DOT && byteAt(bytes, end + 1) === FULL_STOP) break;
        classes |= kind & ~PUNCTUATION;
      }
      hash = Math.imul(hash ^ code, hashPrime);
      end++;
    }
    if (end === start) return leadersEnd(bytes, start);
    if (classes & ~(LETTER | UNDERSCORE) || byteAt(bytes, end) === COLON)
      return readMixedWord(start, end, hash, classes);
    if (isPlainWordTooLong(start, end)) tokens.pushValue(start, end);
    else readPlainWord(hash, start, end);
    return readPair(tokens, bytes, limit, end, end);
  }

  /** A run that is more than letters, or that a colon follows. `read` is the index after it. */
  function readMixedWord(start: number, read: number, runHash: number, runClasses: number): number {
    const next = read < limit ? byteAt(bytes, read) : 0;
    if (next === COLON) {
      const addressed = readColon(start, read, runClasses);
      if (addressed > 0) return addressed;
    }
    let hash = runHash;
    let classes = runClasses;
    let end = read;
    while (end > start && isTrailing(byteAt(bytes, end - 1))) end--;
    if (end === start) return readJoiners(start, read);
    if (end < read) {
      if (next === OPEN_BRACKET && byteAt(bytes, read - 1) === DASH)
        return pushValueTo(start, nameListEnd(bytes, read, limit));
      hash = hashRange(bytes, start, end);
      classes = 0;
      for (let index = start; index < end; index++) classes |= classAt(bytes, index);
    }
    const kind = wordKind(bytes, start, end, classes);
    if (kind === 'address') return readAddress(start, start);
    if (kind === 'word') readPlainWord(hash, start, end);
    else if (tokens.lastKind() === VALUE && flagsOf(hash) & UNIT) tokens.stretch(end);
    else tokens.pushValue(start, end);
    return readPair(tokens, bytes, limit, read, end);
  }

  /** `scheme://`, `C:\` and hex groups joined by colons go on after the colon; -1 when it is none of them. */
  function readColon(start: number, end: number, classes: number): number {
    const after = byteAt(bytes, end + 1);
    if (after === SLASH_MARK && byteAt(bytes, end + 2) === SLASH_MARK) return readAddress(start, end);
    const length = end - start;
    if (length === 1 && classes & LETTER && (after === BACKSLASH || after === SLASH_MARK))
      return readAddress(start, end);
    if (length > 4 || !isHexDigit(byteAt(bytes, start))) return -1;
    const groupsEnd = hexGroupsEnd(bytes, start, limit);
    return groupsEnd > 0 ? pushValueTo(start, groupsEnd) : -1;
  }

  function readAddress(start: number, from: number): number {
    return pushValueTo(start, Math.max(addressEnd(bytes, from, limit), start + 1));
  }

  /** Joiners alone are a mark, or stand where a value is missing: `****` among numbers, `-` in an access log. */
  function readJoiners(start: number, end: number): number {
    if (tokens.lastKind() === VALUE && standsForNothing(bytes, start, end, limit))
      tokens.pushValue(start, end);
    else tokens.pushMark(byteAt(bytes, start), start, end);
    return end;
  }

  /** A unit or time zone after a number, a month before one, a printed literal, or a word of the statement. */
  function readPlainWord(hash: number, start: number, end: number): void {
    const flags = flagsOf(hash);
    const lastKind = tokens.lastKind();
    if (lastKind === VALUE && flags & (UNIT | TIME_SUFFIX) && start - tokens.lastEnd() <= 1) {
      tokens.stretch(end);
      return;
    }
    const isValue =
      flags !== 0 &&
      ((flags & BOOLEAN) !== 0 ||
        (lastKind === MARK && isNothing(bytes, flags, end, limit)) ||
        (lastKind > WORD && (flags & SWITCH) !== 0 && isLast(bytes, end, limit)) ||
        beginsDate(bytes, flags, end, limit));
    if (isValue) tokens.pushValue(start, end);
    else tokens.pushWord(hash, start, end);
  }

  /** A quoted value without blanks is a value, or a key before a colon; a quoted sentence is read as text. */
  function readQuote(start: number, code: number): number {
    if (start === quoteEnd) {
      tokens.pushMark(code, start, start + 1);
      return start + 1;
    }
    const flag = code === DOUBLE_QUOTE ? 1 : code === APOSTROPHE ? 2 : 4;
    if (unclosedQuotes & flag) return start + 1;
    const closing = bytes.indexOf(code, start + 1);
    if (closing < 0 || closing >= limit) {
      unclosedQuotes |= flag;
      return start + 1;
    }
    let index = start + 1;
    while (index < closing && classAt(bytes, index) !== BLANK) index++;
    if (index < closing) {
      quoteEnd = closing;
      tokens.pushMark(code, start, start + 1);
      return start + 1;
    }
    const colon = byteAt(bytes, closing + 1) === SPACE ? closing + 2 : closing + 1;
    if (closing === start + 1 || byteAt(bytes, colon) !== COLON) return pushValueTo(start, closing + 1);
    const key = hashRange(bytes, start + 1, closing);
    tokens.pushWord(key, start + 1, closing);
    tokens.pushMark(COLON, colon, colon + 1);
    return readPrintedValue(tokens, bytes, limit, colon + 1, (flagsOf(key) & OUTCOME_KEY) !== 0);
  }

  /** An opening bracket: printed structures become one value, other brackets are marks. */
  function readOpening(start: number, code: number): number {
    const inside = skipBlanks(bytes, start + 1, limit);
    const closing = closingOf(code);
    if (inside < limit && byteAt(bytes, inside) === closing) {
      // `call()` is the name of a function; ` ()` is an empty value.
      if (tokens.lastKind() === WORD && tokens.lastEnd() === start) return inside + 1;
      tokens.pushMark(code, start, start + 1);
      tokens.pushValue(inside, inside);
      tokens.closeBracket(closing, inside);
      return inside + 1;
    }
    tokens.pushMark(code, start, start + 1);
    if (code === OPEN_PARENTHESIS || start === 0 || !beginsStructure(bytes, inside, limit, code))
      return start + 1;
    const end = balancedEnd(bytes, start, limit);
    tokens.pushValue(start + 1, Math.max(start + 1, end - 1));
    tokens.closeBracket(closing, end - 1);
    return end;
  }

  /** A run beyond ASCII is one word, but for the micro sign of a duration. */
  function readWide(start: number): number {
    if (isMicroSign(bytes, start) && tokens.lastKind() === VALUE && start - tokens.lastEnd() <= 1) {
      const end = byteAt(bytes, start + 2) === LOWER_S ? start + 3 : start + 2;
      tokens.stretch(end);
      return end;
    }
    let hash = hashSeed;
    let end = start;
    while (classAt(bytes, end) === WIDE) hash = Math.imul(hash ^ byteAt(bytes, end++), hashPrime);
    tokens.pushWord(hash, start, end);
    return readPair(tokens, bytes, limit, end, end);
  }

  function load(text: string): number {
    const encoded = encoder.encodeInto(text, line);
    limit = encoded.written;
    readLength = encoded.read;
    for (let index = 0; index < PADDING; index++) bytes[limit + index] = 0;
    return limit;
  }

  function scan(): number {
    tokens.clear();
    quoteEnd = -1;
    unclosedQuotes = 0;
    let index = 0;
    while (index < limit && tokens.count() < MAX_TOKENS) {
      const code = byteAt(bytes, index);
      const kind = classOf(code);
      if (kind === BLANK) index++;
      else if (isInRun(kind)) index = readWord(index);
      else if (kind === WIDE) index = readWide(index);
      else if (isOpening(code)) index = readOpening(index, code);
      else if (isClosing(code)) tokens.closeBracket(code, index++);
      else if (isQuote(code)) index = readQuote(index, code);
      else if ((code === LESS || code === GREATER) && isComparison(bytes, index, limit)) index++;
      else tokens.pushMark(code, index, ++index);
    }
    hasWords = tokens.wordCount() > 0;
    if (!hasWords) {
      // A line of values alone (`core-7.2`) would be like any other such line; its first letters tell them apart.
      const hash = firstLettersHash(bytes, limit);
      if (hash !== 0) tokens.pushWord(hash, limit, limit);
    }
    return tokens.count();
  }

  return {
    tokens,
    bytes,
    load,
    scan,
    hasWords: () => hasWords,
    readLength: () => readLength,
    byteLength: () => limit,
  };
}
