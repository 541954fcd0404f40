import { createMatcher, toPattern } from '../prometheus/label-matcher.js';
import type { Grouping, Matcher, MatchOperator } from '../prometheus/promql-ast.js';
import {
  type LabelFilter,
  type LogPipeline,
  LogqlError,
  type LogqlExpression,
  type MetricExpression,
  type Stage,
} from './logql-ast.js';
import { type LogqlToken, readBytes, readDuration, syntaxError, tokenizeLogql } from './logql-lexer.js';

const AGGREGATORS = new Set(['sum', 'avg', 'min', 'max', 'count', 'topk', 'bottomk']);
const RANGE_FUNCTIONS = new Set(['count_over_time', 'rate', 'bytes_over_time', 'bytes_rate']);
const MATCH_OPERATORS = new Set(['=', '!=', '=~', '!~']);
const LINE_OPERATORS = new Set(['|=', '|~', '!=', '!~']);
const COMPARISONS = new Set(['==', '!=', '>', '>=', '<', '<=', '=']);
const NO_EQUALITY =
  'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will';

interface Cursor {
  readonly query: string;
  readonly tokens: readonly LogqlToken[];
  index: number;
}

/** Parses a log or metric query; throws a LogqlError with the text that Loki would answer. */
export function parseLogql(query: string): LogqlExpression {
  if (query.trim() === '') throw new LogqlError('parse error : syntax error: unexpected $end');
  const cursor: Cursor = { query, tokens: tokenizeLogql(query), index: 0 };
  const expression: LogqlExpression = isNext(cursor, '{')
    ? { kind: 'log', pipeline: parsePipeline(cursor) }
    : { kind: 'metric', expression: parseMetric(cursor) };
  if (peek(cursor).kind !== 'end') throw unexpected(cursor);
  return expression;
}

/** Label matchers alone; anything else is refused in Loki's words. */
export function parseLogqlSelector(query: string): readonly Matcher[] {
  const parsed = parseLogql(query);
  if (parsed.kind !== 'log' || parsed.pipeline.stages.length > 0) {
    throw new LogqlError('only label matchers are supported');
  }
  return parsed.pipeline.matchers;
}

function peek(cursor: Cursor): LogqlToken {
  return cursor.tokens[cursor.index] ?? { kind: 'end', text: '', offset: cursor.query.length };
}

function isNext(cursor: Cursor, text: string): boolean {
  const token = peek(cursor);
  return token.text === text && (token.kind === 'symbol' || token.kind === 'identifier');
}

function skip(cursor: Cursor, text: string): boolean {
  if (!isNext(cursor, text)) return false;
  cursor.index += 1;
  return true;
}

function expect(cursor: Cursor, text: string): void {
  if (!skip(cursor, text)) throw unexpected(cursor);
}

function take(cursor: Cursor, kind: LogqlToken['kind']): string {
  const token = peek(cursor);
  if (token.kind !== kind) throw unexpected(cursor);
  cursor.index += 1;
  return token.text;
}

function unexpected(cursor: Cursor): LogqlError {
  const { kind, text, offset } = peek(cursor);
  const name = kind === 'end' ? '$end' : kind === 'symbol' ? text : kind.toUpperCase();
  return syntaxError(cursor.query, offset, `syntax error: unexpected ${name}`);
}

function parsePipeline(cursor: Cursor): LogPipeline {
  const matchers = parseMatchers(cursor);
  const stages: Stage[] = [];
  for (;;) {
    const token = peek(cursor);
    if (token.kind !== 'symbol') return { matchers, stages };
    if (LINE_OPERATORS.has(token.text)) stages.push(parseLineFilter(cursor));
    else if (skip(cursor, '|')) stages.push(parseStage(cursor));
    else return { matchers, stages };
  }
}

function parseMatchers(cursor: Cursor): readonly Matcher[] {
  expect(cursor, '{');
  const matchers: Matcher[] = [];
  while (!skip(cursor, '}')) {
    const label = take(cursor, 'identifier');
    const { text: operator } = peek(cursor);
    if (!MATCH_OPERATORS.has(operator)) throw unexpected(cursor);
    cursor.index += 1;
    matchers.push(toMatcher(label, operator, take(cursor, 'string')));
    if (!isNext(cursor, '}') && !skip(cursor, ',')) {
      const { offset } = peek(cursor);
      throw syntaxError(cursor.query, offset, 'syntax error: unexpected $end, expecting } or ,');
    }
  }
  const selective = matchers.some(
    ({ operator, matches }) => (operator === '=' || operator === '=~') && !matches(''),
  );
  if (!selective) throw new LogqlError(NO_EQUALITY);
  return matchers;
}

function toMatcher(label: string, operator: string, value: string): Matcher {
  try {
    return createMatcher(label, operator as MatchOperator, value);
  } catch {
    throw new LogqlError(`parse error : error parsing regexp: \`${value}\``);
  }
}

function parseLineFilter(cursor: Cursor): Stage {
  const operator = peek(cursor).text;
  cursor.index += 1;
  const tests = [lineTest(operator, take(cursor, 'string'))];
  while (skip(cursor, 'or')) tests.push(lineTest(operator, take(cursor, 'string')));
  return { kind: 'line', wanted: operator.startsWith('|'), tests };
}

function lineTest(operator: string, text: string): (line: string) => boolean {
  if (!operator.endsWith('~')) return (line) => line.includes(text);
  try {
    const pattern = toPattern(text, false);
    return (line) => pattern.test(line);
  } catch {
    throw new LogqlError(`parse error : stage '${operator} "${text}"' : error parsing regexp: \`${text}\``);
  }
}

function parseStage(cursor: Cursor): Stage {
  if (isNext(cursor, '(')) return { kind: 'filter', filter: parseFilter(cursor) };
  const token = peek(cursor);
  const following = cursor.tokens[cursor.index + 1];
  const alone =
    following?.kind === 'end' ||
    (following?.kind === 'symbol' &&
      !COMPARISONS.has(following.text) &&
      !MATCH_OPERATORS.has(following.text));
  if (
    (token.text === 'json' || token.text === 'logfmt') &&
    (alone || LINE_OPERATORS.has(following?.text ?? ''))
  ) {
    cursor.index += 1;
    return { kind: token.text };
  }
  if (token.text === 'drop' || token.text === 'keep') {
    cursor.index += 1;
    const labels = [take(cursor, 'identifier')];
    while (skip(cursor, ',')) labels.push(take(cursor, 'identifier'));
    return { kind: token.text, labels };
  }
  return { kind: 'filter', filter: parseFilter(cursor) };
}

function parseFilter(cursor: Cursor): LabelFilter {
  let left = parseFilterAnd(cursor);
  while (skip(cursor, 'or')) left = { kind: 'or', left, right: parseFilterAnd(cursor) };
  return left;
}

function parseFilterAnd(cursor: Cursor): LabelFilter {
  let left = parseFilterUnit(cursor);
  while (skip(cursor, 'and') || skip(cursor, ','))
    left = { kind: 'and', left, right: parseFilterUnit(cursor) };
  return left;
}

function parseFilterUnit(cursor: Cursor): LabelFilter {
  if (skip(cursor, '(')) {
    const inner = parseFilter(cursor);
    expect(cursor, ')');
    return inner;
  }
  const label = take(cursor, 'identifier');
  const { text: operator } = peek(cursor);
  if (!COMPARISONS.has(operator) && !MATCH_OPERATORS.has(operator)) throw unexpected(cursor);
  cursor.index += 1;
  const token = peek(cursor);
  if (token.kind === 'string' && MATCH_OPERATORS.has(operator)) {
    cursor.index += 1;
    return { kind: 'match', matcher: toMatcher(label, operator, token.text) };
  }
  const sign = skip(cursor, '-') ? -1 : 1;
  const literal = peek(cursor);
  const value = literalValue(literal);
  if (value === undefined) throw unexpected(cursor);
  cursor.index += 1;
  const unit = literal.kind === 'duration' || literal.kind === 'bytes' ? literal.kind : 'number';
  return { kind: 'compare', label, operator, value: sign * value, unit };
}

function literalValue(token: LogqlToken): number | undefined {
  if (token.kind === 'number') return Number(token.text);
  if (token.kind === 'duration') return readDuration(token.text);
  return token.kind === 'bytes' ? readBytes(token.text) : undefined;
}

function parseMetric(cursor: Cursor): MetricExpression {
  const token = peek(cursor);
  if (token.kind === 'number') {
    cursor.index += 1;
    return { kind: 'number', value: Number(token.text) };
  }
  if (skip(cursor, '(')) {
    const inner = parseMetric(cursor);
    expect(cursor, ')');
    return inner;
  }
  // Lines are no numbers: the range is missed where it should stand.
  if (isNext(cursor, '{')) parsePipeline(cursor);
  if (RANGE_FUNCTIONS.has(token.text)) return parseRange(cursor);
  if (token.kind === 'identifier' && AGGREGATORS.has(token.text)) return parseAggregate(cursor);
  throw unexpected(cursor);
}

function parseAggregate(cursor: Cursor): MetricExpression {
  const operator = take(cursor, 'identifier');
  const before = parseGrouping(cursor);
  expect(cursor, '(');
  const ranked = operator === 'topk' || operator === 'bottomk';
  const parameter = ranked ? Number(take(cursor, 'number')) : undefined;
  if (ranked) expect(cursor, ',');
  const inner = parseMetric(cursor);
  expect(cursor, ')');
  const grouping = before ?? parseGrouping(cursor) ?? { mode: 'by', labels: [] };
  return { kind: 'aggregate', operator, grouping, inner, ...(parameter !== undefined && { parameter }) };
}

function parseGrouping(cursor: Cursor): Grouping | undefined {
  const mode = isNext(cursor, 'by') ? 'by' : isNext(cursor, 'without') ? 'without' : undefined;
  if (mode === undefined) return undefined;
  cursor.index += 1;
  expect(cursor, '(');
  const labels: string[] = [];
  while (!skip(cursor, ')')) {
    labels.push(take(cursor, 'identifier'));
    if (!isNext(cursor, ')')) expect(cursor, ',');
  }
  return { mode, labels };
}

function parseRange(cursor: Cursor): MetricExpression {
  const name = take(cursor, 'identifier');
  expect(cursor, '(');
  const pipeline = parsePipeline(cursor);
  expect(cursor, '[');
  const rangeMs = readDuration(take(cursor, 'duration')) ?? 0;
  expect(cursor, ']');
  const offsetMs = skip(cursor, 'offset') ? (readDuration(take(cursor, 'duration')) ?? 0) : 0;
  expect(cursor, ')');
  return { kind: 'range', name, pipeline, rangeMs, offsetMs };
}
