import { backslashesBefore, isLineEnd, isSpace } from './characters.js';

/** The value behind `key=` or `key: `, without its quotes. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

const QUOTES = '"\'`';
const OPENERS = '([{<';
const CLOSERS = ')]}>';
/** `, user=`: the next pair of a list that has no spaces. */
const NEXT_KEY = /[,;&|]\s{0,2}["'\\]{0,4}[A-Za-z_][\w.$ -]{0,40}["'\\]{0,4}(?:=|:(?!\/\/))/y;

/** Reads the value that begins at `from`, or after the quote there. In a query string `&` and `#` always end it. */
export function readValue(text: string, from: number, isInQuery: boolean): Value {
  return readQuoted(text, from) ?? { start: from, end: bareEnd(text, from, isInQuery), isQuoted: false };
}

/**
 * A quoted value, in any depth of JSON in JSON: the closing quote has as many backslashes as the opening one, counted
 * modulo those that spell a backslash. Without a closing quote on the line the value takes the rest of the line.
 */
export function readQuoted(text: string, from: number): Value | undefined {
  let open = from;
  while (open - from < 32 && text.charCodeAt(open) === 0x5c) open += 1;
  const quote = text.charAt(open);
  if (quote === '' || !QUOTES.includes(quote)) return undefined;
  const depth = open - from;
  const start = open + 1;
  for (let at = start; at < text.length; at += 1) {
    if (isLineEnd(text.charCodeAt(at))) return { start, end: at, isQuoted: true };
    if (text.charAt(at) !== quote) continue;
    // SQL and connection strings write a quote within quotes twice.
    if (depth === 0 && text.charAt(at + 1) === quote && at > start) {
      at += 1;
      continue;
    }
    const backslashes = backslashesBefore(text, at, start);
    if (backslashes < depth || backslashes % (2 * (depth + 1)) === depth) {
      return { start, end: at - Math.min(backslashes, depth), isQuoted: true };
    }
  }
  return { start, end: text.length, isQuoted: true };
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

function isNextKey(text: string, at: number): boolean {
  NEXT_KEY.lastIndex = at;
  return NEXT_KEY.test(text);
}
