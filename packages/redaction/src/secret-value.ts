import { backslashesBefore, isLineEnd, isSpace, QUOTES } from './characters.js';

/** The value behind `key=` or `key: `, without its quotes. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

const OPENERS = '([{<';
const CLOSERS = ')]}>';
/** A line end as it looks inside a string, and the next line's key. */
const NEXT_LINE = /\\{1,16}[rnt](?:\\{1,16}[rnt])?\s{0,8}[A-Za-z_][\w.-]{0,40} {0,2}[=:]/y;
/** What follows a quote that closes: the end, the next member of an object or a list, its end, the next pair of a log line. */
const CLOSING =
  /\s{0,3}(?:$|[,;]\s{0,3}(?:$|[\\"'{[\d\ue022\ue027]|\w{1,40}=)|[}\])]{1,9}\s{0,3}(?:[,;}\])"'\\\ue022\ue027]|$)| [\w.]{1,40}=|:\s{0,3}[\\"'{[\d\ue022\ue027])/y;
/** `, user=`: the next pair of a list that has no spaces. */
const NEXT_KEY =
  /[,;&|]\s{0,2}["'\\\ue022\ue027]{0,4}[A-Za-z_][\w.$ -]{0,40}["'\\\ue022\ue027]{0,4}(?:=|:(?!\/\/))/y;

/** Reads the value that begins at `from`, or after the quote there. In a query string `&` and `#` always end it. */
export function readValue(text: string, from: number, isInQuery: boolean, openingDepth?: number): Value {
  return (
    readQuoted(text, from, openingDepth) ?? {
      start: from,
      end: bareEnd(text, from, isInQuery),
      isQuoted: false,
    }
  );
}

/**
 * A quoted value, in any depth of JSON in JSON: the closing quote has as many backslashes as the opening one, counted
 * modulo those that spell a backslash. Without a closing quote on the line the value takes the rest of the line. A
 * quote with `openingDepth` backslashes is known to open; another may as well close what the key stands in, as in
 * `"msg":"Enter password: ","n":1`.
 */
export function readQuoted(text: string, from: number, openingDepth?: number): Value | undefined {
  let open = from;
  while (open - from < 32 && text.charCodeAt(open) === 0x5c) open += 1;
  const quote = text.charAt(open);
  if (quote === '' || !QUOTES.includes(quote)) return undefined;
  if (openingDepth !== open - from && isClosingQuote(text, open)) return undefined;
  const start = open + 1;
  return { start, end: quotedEnd(text, start, quote, open - from), isQuoted: true };
}

function quotedEnd(text: string, start: number, quote: string, depth: number): number {
  let firstDoubled: number | undefined;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isLineEnd(text.charCodeAt(at))) return firstDoubled ?? at;
    if (character !== quote) {
      // A string around all this ends before the value has: the value was cut.
      if (character === '"' && isClosingQuote(text, at)) return at - backslashesBefore(text, at, start);
      continue;
    }
    const backslashes = backslashesBefore(text, at, start);
    // SQL and connection strings write a quote within quotes twice.
    const isDoubled =
      depth === 0 &&
      backslashes === 0 &&
      at > start &&
      text.charAt(at + 1) === quote &&
      !isClosingQuote(text, at + 1);
    if (isDoubled) {
      firstDoubled ??= at;
      at += 1;
    } else if (backslashes < depth || backslashes % (2 * (depth + 1)) === depth) {
      return at - Math.min(backslashes, depth);
    }
  }
  return firstDoubled ?? text.length;
}

/** Whether what follows the quote says that it closes. */
export function isClosingQuote(text: string, quote: number): boolean {
  CLOSING.lastIndex = quote + 1;
  return CLOSING.test(text);
}

/** End of a value without quotes. Secrets hold commas and brackets too: those end it only where that looks meant. */
export function bareEnd(text: string, from: number, isInQuery: boolean): number {
  let at = from;
  let openings = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isSpace(code) || code === 0x7f) break;
    const character = text.charAt(at);
    if (QUOTES.includes(character)) {
      if (!isWordAfter(text, at)) return at - backslashesBefore(text, at, from);
    } else if (CLOSERS.includes(character)) {
      if (openings === 0 && !isWordAfter(text, at)) return at;
      if (openings > 0) openings -= 1;
    } else if (character === '&' || character === '#') {
      if (isInQuery || (character === '&' && isNextKey(text, at))) return at;
    } else if (character === '<') {
      if (text.charAt(at + 1) === '/') return at;
      openings += 1;
    } else if (OPENERS.includes(character)) {
      openings += 1;
    } else if (character === '\\') {
      if (isNextLine(text, at)) return at;
    } else if (character === ',' || character === ';' || character === '|') {
      if (!isWordAfter(text, at) ? isSeparatorAfter(text, at) : isNextKey(text, at)) return at;
    }
  }
  return at;
}

function isWordAfter(text: string, at: number): boolean {
  const code = text.charCodeAt(at + 1);
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isSeparatorAfter(text: string, at: number): boolean {
  const next = text.charAt(at + 1);
  return (
    next === '' ||
    isSpace(next.charCodeAt(0)) ||
    QUOTES.includes(next) ||
    ')]}\\{[('.includes(next) ||
    isNextKey(text, at)
  );
}

function isNextLine(text: string, at: number): boolean {
  NEXT_LINE.lastIndex = at;
  return NEXT_LINE.test(text);
}

function isNextKey(text: string, at: number): boolean {
  NEXT_KEY.lastIndex = at;
  return NEXT_KEY.test(text);
}
