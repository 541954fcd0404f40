import { type Expression, type Grouping, typeOf, type VectorMatching } from './promql-ast.js';
import { checkCall, checkOperands, isAggregator, isFunction, takesParameter } from './promql-check.js';
import {
  type Cursor,
  createCursor,
  expect,
  isNext,
  parseDuration,
  parseLabelNames,
  peek,
  skip,
  unexpected,
} from './promql-cursor.js';
import { PromqlError, parseError } from './promql-error.js';
import type { Token } from './promql-lexer.js';
import { parseSelector } from './promql-selector.js';

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['unless', 2],
  ['==', 3],
  ['!=', 3],
  ['<=', 3],
  ['<', 3],
  ['>=', 3],
  ['>', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
  ['^', 6],
]);
const UNARY_PRECEDENCE = 5;
const COMPARISONS = new Set(['==', '!=', '<=', '<', '>=', '>']);
const NO_MATCHING: VectorMatching = { mode: 'ignoring', labels: [], group: 'none', include: [] };

/** Parses a query; throws a PromqlError of type `bad_data` with the position, as Prometheus does. */
export function parsePromql(query: string): Expression {
  if (query.trim() === '') {
    throw new PromqlError('bad_data', 'unknown position: parse error: no expression found in input');
  }
  const cursor = createCursor(query);
  const expression = parseBinary(cursor, 0);
  if (peek(cursor).kind !== 'end') throw unexpected(cursor);
  return expression;
}

function parseBinary(cursor: Cursor, least: number): Expression {
  let left = parseUnary(cursor);
  for (;;) {
    const token = peek(cursor);
    const operator = token.text.toLowerCase();
    const precedence = token.kind === 'string' ? undefined : PRECEDENCE.get(operator);
    if (precedence === undefined || precedence <= least) return left;
    cursor.index += 1;
    const asBoolean = COMPARISONS.has(operator) && skip(cursor, 'bool');
    const matching = parseMatching(cursor);
    // Only the power operator binds to the right.
    const right = parseBinary(cursor, operator === '^' ? precedence - 1 : precedence);
    checkOperands(cursor.query, token.offset, operator, asBoolean, left, right);
    left = { kind: 'binary', operator, left, right, asBoolean, matching };
  }
}

function parseMatching(cursor: Cursor): VectorMatching {
  const mode = isNext(cursor, 'on') ? 'on' : isNext(cursor, 'ignoring') ? 'ignoring' : undefined;
  if (mode === undefined) return NO_MATCHING;
  cursor.index += 1;
  const labels = parseLabelNames(cursor);
  const group = isNext(cursor, 'group_left') ? 'left' : isNext(cursor, 'group_right') ? 'right' : 'none';
  if (group === 'none') return { mode, labels, group, include: [] };
  cursor.index += 1;
  return { mode, labels, group, include: isNext(cursor, '(') ? parseLabelNames(cursor) : [] };
}

function parseUnary(cursor: Cursor): Expression {
  if (skip(cursor, '-')) {
    const inner = parseBinary(cursor, UNARY_PRECEDENCE);
    return inner.kind === 'number' ? { kind: 'number', value: -inner.value } : { kind: 'negate', inner };
  }
  if (skip(cursor, '+')) return parseBinary(cursor, UNARY_PRECEDENCE);
  return parsePostfix(cursor, parsePrimary(cursor));
}

/** Ranges and offsets after a selector. */
function parsePostfix(cursor: Cursor, expression: Expression): Expression {
  let result = expression;
  for (;;) {
    const { offset } = peek(cursor);
    if (isNext(cursor, '[')) {
      if (result.kind !== 'selector') {
        throw parseError(cursor.query, offset, 'ranges only allowed for vector selectors');
      }
      cursor.index += 1;
      const rangeMs = parseDuration(cursor);
      if (peek(cursor).text.startsWith(':'))
        throw parseError(cursor.query, offset, 'subqueries are not simulated');
      expect(cursor, ']');
      result = { kind: 'range', selector: result, rangeMs };
    } else if (isNext(cursor, 'offset')) {
      cursor.index += 1;
      const sign = skip(cursor, '-') ? -1 : 1;
      const offsetMs = sign * parseDuration(cursor);
      if (result.kind === 'selector') result = { ...result, offsetMs };
      else if (result.kind === 'range') result = { ...result, selector: { ...result.selector, offsetMs } };
      else
        throw parseError(
          cursor.query,
          offset,
          'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
        );
    } else if (isNext(cursor, '@')) {
      throw parseError(cursor.query, offset, 'the @ modifier is not simulated');
    } else {
      return result;
    }
  }
}

function parsePrimary(cursor: Cursor): Expression {
  const token = peek(cursor);
  if (token.kind === 'number') {
    cursor.index += 1;
    return { kind: 'number', value: Number(token.text) };
  }
  if (token.kind === 'string') {
    cursor.index += 1;
    return { kind: 'string', value: token.text };
  }
  if (skip(cursor, '(')) {
    const inner = parseBinary(cursor, 0);
    if (!skip(cursor, ')')) throw unexpected(cursor);
    return inner;
  }
  if (isNext(cursor, '{')) return parseSelector(cursor, undefined);
  if (token.kind !== 'identifier') throw unexpected(cursor);
  cursor.index += 1;
  const lower = token.text.toLowerCase();
  if (isAggregator(lower) && (isNext(cursor, '(') || isNext(cursor, 'by') || isNext(cursor, 'without'))) {
    return parseAggregate(cursor, lower, token.offset);
  }
  if (isNext(cursor, '(')) return parseCall(cursor, token);
  if (lower === 'inf' || lower === 'nan') {
    return { kind: 'number', value: lower === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN };
  }
  return parseSelector(cursor, token.text);
}

function parseCall(cursor: Cursor, token: Token): Expression {
  if (!isFunction(token.text)) {
    throw parseError(cursor.query, token.offset, `unknown function with name "${token.text}"`);
  }
  const parameters = parseParameters(cursor);
  checkCall(cursor.query, token, parameters);
  return { kind: 'call', name: token.text, parameters };
}

function parseParameters(cursor: Cursor): Expression[] {
  expect(cursor, '(');
  const parameters: Expression[] = [];
  while (!skip(cursor, ')')) {
    parameters.push(parseBinary(cursor, 0));
    if (!isNext(cursor, ')') && !skip(cursor, ',')) throw unexpected(cursor);
  }
  return parameters;
}

function parseAggregate(cursor: Cursor, operator: string, start: number): Expression {
  const { offset } = peek(cursor);
  const before = parseGrouping(cursor);
  const parameters = parseParameters(cursor);
  const grouping = before ?? parseGrouping(cursor) ?? { mode: 'by', labels: [] };
  const inner = parameters.at(-1);
  const wanted = takesParameter(operator) ? 2 : 1;
  if (inner === undefined || parameters.length !== wanted) {
    const what = `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${parameters.length}`;
    throw parseError(cursor.query, offset, what);
  }
  if (typeOf(inner) !== 'vector') {
    throw parseError(
      cursor.query,
      offset,
      `expected type instant vector in aggregation expression, got ${typeOf(inner)}`,
    );
  }
  const parameter = wanted === 2 ? parameters[0] : undefined;
  const text = cursor.query.slice(start, peek(cursor).offset);
  return {
    kind: 'aggregate',
    text,
    operator,
    inner,
    grouping,
    ...(parameter !== undefined && { parameter }),
  };
}

function parseGrouping(cursor: Cursor): Grouping | undefined {
  if (skip(cursor, 'by')) return { mode: 'by', labels: parseLabelNames(cursor) };
  if (skip(cursor, 'without')) return { mode: 'without', labels: parseLabelNames(cursor) };
  return undefined;
}
