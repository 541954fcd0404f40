import { createMatcher } from './label-matcher.js';
import type { Matcher, MatchOperator, Selector } from './promql-ast.js';
import { type Cursor, createCursor, expect, isNext, peek, skip, unexpected } from './promql-cursor.js';
import { parseError } from './promql-error.js';

const MATCH_OPERATORS = new Set(['=', '!=', '=~', '!~']);

/** A selector alone, as `match[]` wants it. */
export function parsePromqlSelector(query: string): Selector {
  const cursor = createCursor(query);
  const token = peek(cursor);
  if (token.kind === 'identifier') cursor.index += 1;
  const selector = parseSelector(cursor, token.kind === 'identifier' ? token.text : undefined);
  if (peek(cursor).kind !== 'end') throw unexpected(cursor);
  return selector;
}

export function parseSelector(cursor: Cursor, written: string | undefined): Selector {
  const start = peek(cursor).offset - (written?.length ?? 0);
  const matchers: Matcher[] = [];
  let name = written;
  if (skip(cursor, '{')) {
    while (!skip(cursor, '}')) {
      const token = peek(cursor);
      cursor.index += 1;
      if (token.kind === 'string' && !MATCH_OPERATORS.has(peek(cursor).text)) name = token.text;
      else if (token.kind === 'identifier' || token.kind === 'string')
        matchers.push(parseMatcher(cursor, token.text, start));
      else
        throw parseError(
          cursor.query,
          token.offset,
          `unexpected "${token.text}" in label matching, expected identifier or "}"`,
        );
      if (!isNext(cursor, '}')) expect(cursor, ',');
    }
  }
  if (name === undefined && matchers.every((matcher) => matcher.matches(''))) {
    throw parseError(cursor.query, start, 'vector selector must contain at least one non-empty matcher');
  }
  return { kind: 'selector', name, matchers, offsetMs: 0 };
}

function parseMatcher(cursor: Cursor, label: string, start: number): Matcher {
  const operator = peek(cursor).text;
  if (!MATCH_OPERATORS.has(operator)) throw unexpected(cursor);
  cursor.index += 1;
  const value = peek(cursor);
  if (value.kind !== 'string') throw unexpected(cursor);
  cursor.index += 1;
  try {
    return createMatcher(label, operator as MatchOperator, value.text);
  } catch {
    throw parseError(cursor.query, start, `error parsing regexp: \`${value.text}\``);
  }
}
