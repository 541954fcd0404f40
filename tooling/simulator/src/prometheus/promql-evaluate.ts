import { aggregate } from './promql-aggregate.js';
import { type Expression, type Selector, typeOf } from './promql-ast.js';
import { combine, combineSets, combineVectors, keepsName } from './promql-binary.js';
import { PromqlError } from './promql-error.js';
import { callFunction } from './promql-functions.js';
import { currentTick, selectSeries } from './promql-select.js';
import {
  type Evaluation,
  emptySeries,
  mapSeries,
  type ResultSeries,
  stepTime,
  withName,
  withoutName,
} from './promql-value.js';
import { WINDOW_READERS } from './promql-windows.js';

const SET_OPERATORS = new Set(['and', 'or', 'unless']);

/** Values of a scalar expression, one for each step. */
export function evaluateScalar(expression: Expression, evaluation: Evaluation): Float64Array {
  const { steps } = evaluation;
  switch (expression.kind) {
    case 'number':
      return new Float64Array(steps.count).fill(expression.value);
    case 'negate':
      return evaluateScalar(expression.inner, evaluation).map((value) => -value);
    case 'binary': {
      const left = evaluateScalar(expression.left, evaluation);
      const right = evaluateScalar(expression.right, evaluation);
      return left.map(
        (value, step) =>
          combine(expression.operator, expression.asBoolean, value, right[step] ?? Number.NaN) ?? Number.NaN,
      );
    }
    case 'call':
      return callScalar(expression.name, expression.parameters, evaluation);
    default:
      throw new PromqlError('execution', `${expression.kind} is no scalar`);
  }
}

function callScalar(name: string, parameters: readonly Expression[], evaluation: Evaluation): Float64Array {
  const { steps } = evaluation;
  if (name === 'time')
    return Float64Array.from({ length: steps.count }, (_, step) => stepTime(steps, step) / 1000);
  const [inner] = parameters;
  const input = inner === undefined ? [] : [...evaluateVector(inner, evaluation)];
  return Float64Array.from({ length: steps.count }, (_, step) => {
    const present = input.filter((series) => series.present[step] === 1);
    return present.length === 1 ? (present[0]?.values[step] ?? Number.NaN) : Number.NaN;
  });
}

/** Series of a vector expression, one after the other; a series without any value may be among them. */
export function evaluateVector(expression: Expression, evaluation: Evaluation): Iterable<ResultSeries> {
  switch (expression.kind) {
    case 'selector':
      return instantSeries(expression, evaluation);
    case 'aggregate':
      return remembered(expression, evaluation);
    case 'negate':
      return mapSeries(evaluateVector(expression.inner, evaluation), (value) => -value);
    case 'binary':
      return evaluateBinary(expression, evaluation);
    case 'call': {
      const reader = WINDOW_READERS.get(expression.name);
      if (reader !== undefined) return windowSeries(expression.name, expression.parameters, evaluation);
      return callFunction(expression.name, expression.parameters, evaluation, {
        evaluateScalar,
        evaluateVector,
      });
    }
    default:
      throw new PromqlError('execution', `${expression.kind} is no vector`);
  }
}

type AggregateExpression = Extract<Expression, { kind: 'aggregate' }>;

const MEMORY_SIZE = 48;

function remembered(expression: AggregateExpression, evaluation: Evaluation): Iterable<ResultSeries> {
  const { memory, steps } = evaluation;
  const key = `${steps.startMs} ${steps.stepMs} ${steps.count} ${expression.text}`;
  const known = memory?.get(key);
  if (known !== undefined) return known;
  const { operator, grouping, inner } = expression;
  const parameter =
    expression.parameter === undefined ? undefined : evaluateScalar(expression.parameter, evaluation);
  const result = [...aggregate(operator, grouping, parameter, evaluateVector(inner, evaluation), steps)];
  memory?.set(key, result);
  const [oldest] = memory?.keys() ?? [];
  if (memory !== undefined && memory.size > MEMORY_SIZE && oldest !== undefined) memory.delete(oldest);
  return result;
}

function* instantSeries(selector: Selector, { store, steps }: Evaluation): Iterable<ResultSeries> {
  for (const series of selectSeries(store, selector)) {
    const result = emptySeries(withName(series.name, series.labels), steps);
    for (let step = 0; step < steps.count; step += 1) {
      const tick = currentTick(store, series, stepTime(steps, step) - selector.offsetMs);
      if (tick === -1) continue;
      result.present[step] = 1;
      result.values[step] = series.valueAt(tick);
    }
    yield result;
  }
}

function* windowSeries(
  name: string,
  parameters: readonly Expression[],
  evaluation: Evaluation,
): Iterable<ResultSeries> {
  const { store, steps } = evaluation;
  const reader = WINDOW_READERS.get(name);
  const range = parameters.at(-1);
  const [first] = parameters;
  if (reader === undefined || range?.kind !== 'range' || first === undefined) return;
  const parameter = parameters.length === 2 ? evaluateScalar(first, evaluation) : undefined;
  for (const series of selectSeries(store, range.selector)) {
    const labels = name === 'last_over_time' ? withName(series.name, series.labels) : series.labels;
    const result = emptySeries(labels, steps);
    for (let step = 0; step < steps.count; step += 1) {
      const atMs = stepTime(steps, step) - range.selector.offsetMs;
      const value = reader(store, series, atMs, range.rangeMs, parameter?.[step] ?? Number.NaN);
      if (value === undefined) continue;
      result.present[step] = 1;
      result.values[step] = value;
    }
    yield result;
  }
}

type BinaryExpression = Extract<Expression, { kind: 'binary' }>;

function evaluateBinary(expression: BinaryExpression, evaluation: Evaluation): Iterable<ResultSeries> {
  const { operator, asBoolean, left, right, matching } = expression;
  const { steps } = evaluation;
  if (typeOf(right) === 'scalar') {
    const scalar = evaluateScalar(right, evaluation);
    const read = (value: number, step: number) => combine(operator, asBoolean, value, scalar[step] ?? 0);
    return filterSeries(evaluateVector(left, evaluation), operator, asBoolean, read);
  }
  if (typeOf(left) === 'scalar') {
    const scalar = evaluateScalar(left, evaluation);
    const read = (value: number, step: number): number | undefined => {
      const combined = combine(operator, asBoolean, scalar[step] ?? 0, value);
      // A comparison keeps the vector's value, on whichever side it stands.
      return combined !== undefined && keepsName(operator, asBoolean) ? value : combined;
    };
    return filterSeries(evaluateVector(right, evaluation), operator, asBoolean, read);
  }
  const [first, second] = [evaluateVector(left, evaluation), evaluateVector(right, evaluation)];
  if (SET_OPERATORS.has(operator)) return combineSets(operator, first, second, matching, steps);
  return combineVectors(operator, asBoolean, first, second, matching, steps);
}

function* filterSeries(
  input: Iterable<ResultSeries>,
  operator: string,
  asBoolean: boolean,
  read: (value: number, step: number) => number | undefined,
): Iterable<ResultSeries> {
  for (const series of input) {
    const labels = keepsName(operator, asBoolean) ? series.labels : withoutName(series.labels);
    const present = series.present.slice();
    const values = series.values.slice();
    for (let step = 0; step < values.length; step += 1) {
      if (present[step] !== 1) continue;
      const value = read(values[step] ?? 0, step);
      if (value === undefined) present[step] = 0;
      else values[step] = value;
    }
    yield { labels, present, values };
  }
}
