import { type Expression, TYPE_NAMES, typeOf, type ValueType } from './promql-ast.js';
import { parseError } from './promql-error.js';
import type { Token } from './promql-lexer.js';

const AGGREGATORS = new Set([
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'group',
  'stddev',
  'quantile',
  'topk',
  'bottomk',
]);
const WITH_PARAMETER = new Set(['quantile', 'topk', 'bottomk']);
const SET_OPERATORS = new Set(['and', 'or', 'unless']);
const COMPARISONS = new Set(['==', '!=', '<=', '<', '>=', '>']);

const MATRIX: readonly ValueType[] = ['matrix'];
const VECTOR: readonly ValueType[] = ['vector'];
const OPTIONAL = new Set(['round']);

/** Parameter types of every function that is simulated. */
const FUNCTIONS: ReadonlyMap<string, readonly ValueType[]> = new Map<string, readonly ValueType[]>([
  ...['rate', 'irate', 'increase', 'delta', 'idelta', 'changes', 'resets', 'deriv'].map(
    (name) => [name, MATRIX] as const,
  ),
  ...['avg', 'min', 'max', 'sum', 'count', 'last', 'stddev', 'present'].map(
    (name) => [`${name}_over_time`, MATRIX] as const,
  ),
  ['quantile_over_time', ['scalar', 'matrix']],
  ...[
    'abs',
    'ceil',
    'floor',
    'sqrt',
    'exp',
    'ln',
    'log2',
    'log10',
    'sgn',
    'sort',
    'sort_desc',
    'absent',
    'timestamp',
    'scalar',
  ].map((name) => [name, VECTOR] as const),
  ['round', ['vector', 'scalar']],
  ['clamp', ['vector', 'scalar', 'scalar']],
  ['clamp_min', ['vector', 'scalar']],
  ['clamp_max', ['vector', 'scalar']],
  ['histogram_quantile', ['scalar', 'vector']],
  ['vector', ['scalar']],
  ['time', []],
  ['label_replace', ['vector', 'string', 'string', 'string', 'string']],
]);

export function isAggregator(name: string): boolean {
  return AGGREGATORS.has(name);
}

export function takesParameter(aggregator: string): boolean {
  return WITH_PARAMETER.has(aggregator);
}

export function isFunction(name: string): boolean {
  return FUNCTIONS.has(name);
}

export function checkCall(query: string, token: Token, parameters: readonly Expression[]): void {
  const wanted = FUNCTIONS.get(token.text) ?? [];
  const least = OPTIONAL.has(token.text) ? wanted.length - 1 : wanted.length;
  if (parameters.length < least || parameters.length > wanted.length) {
    const what = `expected ${wanted.length} argument(s) in call to "${token.text}", got ${parameters.length}`;
    throw parseError(query, token.offset, what);
  }
  for (const [index, parameter] of parameters.entries()) {
    const type = wanted[index] ?? 'vector';
    const got = typeOf(parameter);
    if (got === type) continue;
    const what = `expected type ${TYPE_NAMES[type]} in call to function "${token.text}", got ${TYPE_NAMES[got]}`;
    throw parseError(query, token.offset + token.text.length + 1, what);
  }
}

export function checkOperands(
  query: string,
  offset: number,
  operator: string,
  asBoolean: boolean,
  left: Expression,
  right: Expression,
): void {
  const types = [typeOf(left), typeOf(right)];
  if (types.some((type) => type === 'matrix' || type === 'string')) {
    throw parseError(query, offset, 'binary expression must contain only scalar and instant vector types');
  }
  if (SET_OPERATORS.has(operator) && types.includes('scalar')) {
    throw parseError(query, offset, `set operator "${operator}" not allowed in binary scalar expression`);
  }
  if (COMPARISONS.has(operator) && !asBoolean && !types.includes('vector')) {
    throw parseError(query, offset, 'comparisons between scalars must use BOOL modifier');
  }
}
