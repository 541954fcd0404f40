import { type PromqlError, parseError } from './promql-error.js';
import { durationMs, type Token, tokenize } from './promql-lexer.js';

/** Where a parser stands in a query. */
export interface Cursor {
  readonly query: string;
  readonly tokens: readonly Token[];
  index: number;
}

export function createCursor(query: string): Cursor {
  return { query, tokens: tokenize(query), index: 0 };
}

export function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.index] ?? { kind: 'end', text: '', offset: cursor.query.length };
}

export function isNext(cursor: Cursor, text: string): boolean {
  const token = peek(cursor);
  return token.text === text && (token.kind === 'symbol' || token.kind === 'identifier');
}

export function skip(cursor: Cursor, text: string): boolean {
  if (!isNext(cursor, text)) return false;
  cursor.index += 1;
  return true;
}

export function expect(cursor: Cursor, text: string): void {
  if (!skip(cursor, text)) throw unexpected(cursor);
}

export function unexpected(cursor: Cursor): PromqlError {
  const token = peek(cursor);
  if (token.kind !== 'end') return parseError(cursor.query, token.offset, `unexpected "${token.text}"`);
  const open = cursor.query.split('(').length > cursor.query.split(')').length;
  return parseError(
    cursor.query,
    token.offset,
    open ? 'unclosed left parenthesis' : 'unexpected end of input',
  );
}

export function parseLabelNames(cursor: Cursor): readonly string[] {
  expect(cursor, '(');
  const names: string[] = [];
  while (!skip(cursor, ')')) {
    const token = peek(cursor);
    if (token.kind !== 'identifier') throw unexpected(cursor);
    names.push(token.text);
    cursor.index += 1;
    if (!isNext(cursor, ')')) expect(cursor, ',');
  }
  return names;
}

export function parseDuration(cursor: Cursor): number {
  const token = peek(cursor);
  const ms = token.kind === 'number' ? Number(token.text) * 1000 : durationMs(token.text);
  if (ms === undefined || (token.kind !== 'duration' && token.kind !== 'number')) {
    throw parseError(cursor.query, token.offset, `unexpected "${token.text}" in duration, expected duration`);
  }
  if (ms === 0 && token.kind === 'duration')
    throw parseError(cursor.query, token.offset, 'duration must be greater than 0');
  cursor.index += 1;
  return ms;
}
