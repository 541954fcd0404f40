import { parseError } from './promql-error.js';

export interface Token {
  readonly kind: 'identifier' | 'number' | 'duration' | 'string' | 'symbol' | 'end';
  /** Text as written; for strings the value without quotes. */
  readonly text: string;
  readonly offset: number;
}

const SYMBOLS = [
  '==',
  '!=',
  '>=',
  '<=',
  '=~',
  '!~',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  '=',
  '>',
  '<',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  ':',
  '@',
];
const DURATION = /(?:[0-9]+(?:ms|[smhdwy]))+/y;
const NUMBER = /0x[0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const IDENTIFIER = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const BLANK = /(?:\s|#[^\n]*)+/y;

/** Cuts a query into tokens; the last is `end`. */
export function tokenize(query: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(query)?.[0];
  };
  while (offset < query.length) {
    const blank = take(BLANK);
    if (blank !== undefined) {
      offset += blank.length;
      continue;
    }
    const token = nextToken(query, offset, take);
    tokens.push(token.token);
    offset += token.length;
  }
  tokens.push({ kind: 'end', text: '', offset: query.length });
  return tokens;
}

function nextToken(
  query: string,
  offset: number,
  take: (pattern: RegExp) => string | undefined,
): { token: Token; length: number } {
  const first = query[offset] ?? '';
  if (first === '"' || first === "'" || first === '`') return stringToken(query, offset, first);
  const duration = take(DURATION);
  if (duration !== undefined)
    return { token: { kind: 'duration', text: duration, offset }, length: duration.length };
  const number = take(NUMBER);
  if (number !== undefined) return { token: { kind: 'number', text: number, offset }, length: number.length };
  const identifier = take(IDENTIFIER);
  // A colon alone belongs to a subquery, never to a name.
  if (identifier !== undefined && identifier !== ':') {
    return { token: { kind: 'identifier', text: identifier, offset }, length: identifier.length };
  }
  const symbol = SYMBOLS.find((one) => query.startsWith(one, offset));
  if (symbol === undefined) throw parseError(query, offset, `unexpected character: '${first}'`);
  return { token: { kind: 'symbol', text: symbol, offset }, length: symbol.length };
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
]);

function stringToken(query: string, offset: number, quote: string): { token: Token; length: number } {
  let value = '';
  for (let index = offset + 1; index < query.length; index += 1) {
    const letter = query[index] ?? '';
    if (letter === quote)
      return { token: { kind: 'string', text: value, offset }, length: index - offset + 1 };
    if (letter !== '\\' || quote === '`') {
      value += letter;
      continue;
    }
    index += 1;
    const escaped = readEscape(query, index);
    if (escaped === undefined) throw parseError(query, offset, 'unknown escape sequence');
    value += escaped.text;
    index += escaped.length - 1;
  }
  throw parseError(query, offset, 'unterminated quoted string');
}

function readEscape(query: string, index: number): { text: string; length: number } | undefined {
  const letter = query[index] ?? '';
  const simple = ESCAPES.get(letter);
  if (simple !== undefined) return { text: simple, length: 1 };
  const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  const code = query.slice(index + 1, index + 1 + digits);
  if (digits === 0 || code.length !== digits || !/^[0-9a-fA-F]+$/.test(code)) return undefined;
  return { text: String.fromCodePoint(Number.parseInt(code, 16)), length: digits + 1 };
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
  ['y', 31_536_000_000],
]);

/** Milliseconds of a duration such as `1h30m`; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  if (!/^(?:[0-9]+(?:ms|[smhdwy]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9]+)(ms|[smhdwy])/g)) {
    total += Number(amount) * (UNIT_MS.get(unit ?? '') ?? Number.NaN);
  }
  return total;
}
