import { LogqlError } from './logql-ast.js';

export interface LogqlToken {
  readonly kind: 'identifier' | 'number' | 'duration' | 'bytes' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly offset: number;
}

const SYMBOLS = [
  '|=',
  '|~',
  '!=',
  '!~',
  '=~',
  '==',
  '>=',
  '<=',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ',',
  '|',
  '=',
  '>',
  '<',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
];
const DURATION = /(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|[smhdwy]))+(?![a-zA-Z0-9])/y;
const BYTES = /[0-9]+(?:\.[0-9]+)?(?:[kKMGT]i?)?B(?![a-zA-Z0-9])/y;
const NUMBER = /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const IDENTIFIER = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const BLANK = /(?:\s|#[^\n]*)+/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y;

const PATTERNS = [
  ['string', STRING],
  ['bytes', BYTES],
  ['duration', DURATION],
  ['number', NUMBER],
  ['identifier', IDENTIFIER],
] as const;

export function syntaxError(query: string, offset: number, what: string): LogqlError {
  const before = query.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return new LogqlError(`parse error at line ${line}, col ${column}: ${what}`);
}

/** Cuts a query into tokens; strings keep their value without quotes; the last token is `end`. */
export function tokenizeLogql(query: string): readonly LogqlToken[] {
  const tokens: LogqlToken[] = [];
  let offset = 0;
  while (offset < query.length) {
    BLANK.lastIndex = offset;
    const blank = BLANK.exec(query)?.[0];
    if (blank !== undefined) {
      offset += blank.length;
      continue;
    }
    const token = readToken(query, offset);
    tokens.push(token.token);
    offset += token.length;
  }
  tokens.push({ kind: 'end', text: '', offset: query.length });
  return tokens;
}

function readToken(query: string, offset: number): { token: LogqlToken; length: number } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = offset;
    const text = pattern.exec(query)?.[0];
    if (text === undefined) continue;
    const value = kind === 'string' ? unquote(query, text, offset) : text;
    return { token: { kind, text: value, offset }, length: text.length };
  }
  const symbol = SYMBOLS.find((one) => query.startsWith(one, offset));
  if (symbol === undefined) {
    const what =
      query[offset] === '"'
        ? 'literal not terminated'
        : `syntax error: unexpected character '${query[offset]}'`;
    throw syntaxError(query, offset, what);
  }
  return { token: { kind: 'symbol', text: symbol, offset }, length: symbol.length };
}

function unquote(query: string, text: string, offset: number): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text.slice(1, -1).replaceAll(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/g, (_, code: string) => {
    if (code.length > 1) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    const known = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" }[code];
    if (known === undefined) throw syntaxError(query, offset, 'invalid char escape');
    return known;
  });
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
  ['y', 31_536_000_000],
]);

/** Milliseconds of `270ms`, `1m30s`; undefined when it is no duration. */
export function readDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|[smhdwy])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS.get(unit ?? '') ?? 0), 0);
}

const BYTE_UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['K', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['Ki', 2 ** 10],
  ['ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
]);

export function readBytes(text: string): number | undefined {
  const parts = /^([0-9]+(?:\.[0-9]+)?)([kKMGT]i?)?B$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * (BYTE_UNITS.get(parts[2] ?? '') ?? 1);
}
