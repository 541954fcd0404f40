import { byteAt } from './character-class.js';
import { angleEnd, printedRun } from './printed-value.js';
import { balancedEnd, isClosing, isOpening, isQuote } from './text-spans.js';
import { type TokenList, WORD } from './token-list.js';
import { flagsOf, OUTCOME_KEY } from './vocabulary.js';

const SPACE = 32;
const COMMA = 44;
const SEMICOLON = 59;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const TILDE = 126;

/** After a word that ends at `wordEnd`: `key=value` prints a value. `index` is where reading goes on. */
export function readPair(
  tokens: TokenList,
  bytes: Uint8Array,
  limit: number,
  index: number,
  wordEnd: number,
): number {
  let equals = index;
  if (index === wordEnd && byteAt(bytes, equals) === SPACE) equals++;
  if (equals >= limit || byteAt(bytes, equals) !== EQUALS) return index;
  const next = byteAt(bytes, equals + 1);
  if (next === EQUALS || next === GREATER || next === TILDE) return index;
  const saysOutcome = tokens.lastKind() === WORD && (flagsOf(tokens.lastHash()) & OUTCOME_KEY) !== 0;
  tokens.pushMark(EQUALS, equals, equals + 1);
  return readPrintedValue(tokens, bytes, limit, equals + 1, saysOutcome);
}

/** The value after `key=` or `"key":`. With `keepWords` a plain word stays a word of the statement. */
export function readPrintedValue(
  tokens: TokenList,
  bytes: Uint8Array,
  limit: number,
  from: number,
  keepWords: boolean,
): number {
  let index = from;
  while (index < limit && index - from < 4 && byteAt(bytes, index) === SPACE) index++;
  if (index >= limit) return pushValueTo(tokens, from, from);
  const code = byteAt(bytes, index);
  if (isQuote(code)) {
    const closing = bytes.indexOf(code, index + 1);
    if (closing > 0 && closing < limit) return keepWords ? index : pushValueTo(tokens, index, closing + 1);
    tokens.pushValue(from, from);
    return index;
  }
  if (isOpening(code)) return pushValueTo(tokens, index, balancedEnd(bytes, index, limit));
  if (code === LESS && index === from) return pushValueTo(tokens, index, angleEnd(bytes, index, limit));
  const run =
    code === COMMA || code === SEMICOLON || isClosing(code)
      ? undefined
      : printedRun(bytes, index, limit, index > from);
  if (run === undefined || run.end === index) {
    tokens.pushValue(from, from);
    return index;
  }
  return keepWords && run.isPlain ? index : pushValueTo(tokens, index, run.end);
}

function pushValueTo(tokens: TokenList, start: number, end: number): number {
  tokens.pushValue(start, end);
  return end;
}
