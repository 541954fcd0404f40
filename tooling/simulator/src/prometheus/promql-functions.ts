import type { Labels } from '../metrics/series.js';
import { toPattern } from './label-matcher.js';
import type { Expression } from './promql-ast.js';
import { PromqlError } from './promql-error.js';
import { type Bucket, bucketQuantile } from './promql-quantile.js';
import { currentTick, selectSeries, tickTime } from './promql-select.js';
import {
  dropLabels,
  type Evaluation,
  emptySeries,
  labelKey,
  mapSeries,
  type ResultSeries,
  sortLabels,
  stepTime,
} from './promql-value.js';

/** The evaluator, handed in so that the two files need not know each other at load time. */
export interface Evaluators {
  readonly evaluateScalar: (expression: Expression, evaluation: Evaluation) => Float64Array;
  readonly evaluateVector: (expression: Expression, evaluation: Evaluation) => Iterable<ResultSeries>;
}

const MATH: ReadonlyMap<string, (value: number) => number> = new Map([
  ['abs', Math.abs],
  ['ceil', Math.ceil],
  ['floor', Math.floor],
  ['sqrt', Math.sqrt],
  ['exp', Math.exp],
  ['ln', Math.log],
  ['log2', Math.log2],
  ['log10', Math.log10],
  ['sgn', Math.sign],
]);

/** Functions of instant vectors. */
export function callFunction(
  name: string,
  parameters: readonly Expression[],
  evaluation: Evaluation,
  { evaluateScalar, evaluateVector }: Evaluators,
): Iterable<ResultSeries> {
  const vector = (index: number): Iterable<ResultSeries> => {
    const parameter = parameters[index];
    return parameter === undefined ? [] : evaluateVector(parameter, evaluation);
  };
  const constant = (value: number): Float64Array => new Float64Array(evaluation.steps.count).fill(value);
  const scalar = (index: number): Float64Array => {
    const parameter = parameters[index];
    return parameter === undefined ? constant(1) : evaluateScalar(parameter, evaluation);
  };
  const math = MATH.get(name);
  if (math !== undefined) return mapSeries(vector(0), math);
  switch (name) {
    case 'round': {
      const nearest = scalar(1);
      return mapSeries(vector(0), (value, step) => {
        const unit = 1 / (nearest[step] ?? 1);
        return Math.floor(value * unit + 0.5) / unit;
      });
    }
    case 'clamp':
      return clamped(vector(0), scalar(1), scalar(2));
    case 'clamp_min':
      return clamped(vector(0), scalar(1), constant(Number.POSITIVE_INFINITY));
    case 'clamp_max':
      return clamped(vector(0), constant(Number.NEGATIVE_INFINITY), scalar(1));
    case 'histogram_quantile':
      return histogramQuantile(scalar(0), vector(1), evaluation);
    case 'vector': {
      const values = scalar(0);
      return [{ labels: new Map(), values, present: new Uint8Array(values.length).fill(1) }];
    }
    case 'absent':
      return [absent(parameters[0], [...vector(0)], evaluation)];
    case 'timestamp':
      return timestamps(parameters[0], vector(0), evaluation);
    case 'label_replace':
      return replaceLabel(vector(0), parameters.slice(1).map(textOf));
    case 'sort':
    case 'sort_desc': {
      const sign = name === 'sort' ? 1 : -1;
      return [...vector(0)].sort((left, right) => sign * ((left.values[0] ?? 0) - (right.values[0] ?? 0)));
    }
    default:
      throw new PromqlError('execution', `${name} is not simulated`);
  }
}

function clamped(
  input: Iterable<ResultSeries>,
  low: Float64Array,
  high: Float64Array,
): Iterable<ResultSeries> {
  return mapSeries(input, (value, step) =>
    Math.max(low[step] ?? Number.NaN, Math.min(high[step] ?? Number.NaN, value)),
  );
}

function histogramQuantile(
  quantile: Float64Array,
  input: Iterable<ResultSeries>,
  { steps }: Evaluation,
): ResultSeries[] {
  const groups = new Map<string, { labels: Labels; buckets: { bound: number; series: ResultSeries }[] }>();
  for (const series of input) {
    const bound = parseBound(series.labels.get('le'));
    if (bound === undefined) continue;
    const labels = dropLabels(series.labels, ['le']);
    const key = labelKey(labels);
    const group = groups.get(key) ?? { labels, buckets: [] };
    group.buckets.push({ bound, series });
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, buckets }) => {
    const result = emptySeries(labels, steps);
    for (let step = 0; step < steps.count; step += 1) {
      const counts: Bucket[] = [];
      for (const { bound, series } of buckets) {
        if (series.present[step] === 1) counts.push({ bound, count: series.values[step] ?? 0 });
      }
      if (counts.length === 0) continue;
      result.present[step] = 1;
      result.values[step] = bucketQuantile(quantile[step] ?? Number.NaN, counts);
    }
    return result;
  });
}

function parseBound(text: string | undefined): number | undefined {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  const bound = Number(text);
  return text === undefined || text === '' || Number.isNaN(bound) ? undefined : bound;
}

/** 1 where nothing is there; the labels that the selector demands are all that is known about what is missing. */
function absent(
  parameter: Expression | undefined,
  input: readonly ResultSeries[],
  { steps }: Evaluation,
): ResultSeries {
  const matchers = parameter?.kind === 'selector' ? parameter.matchers : [];
  const known = matchers.filter((matcher) => matcher.operator === '=' && matcher.value !== '');
  const labels = sortLabels(new Map(known.map((matcher) => [matcher.label, matcher.value])));
  const result = emptySeries(labels, steps);
  for (let step = 0; step < steps.count; step += 1) {
    if (input.some((series) => series.present[step] === 1)) continue;
    result.present[step] = 1;
    result.values[step] = 1;
  }
  return result;
}

/** Times of the samples themselves for a plain selector, of the evaluation for anything else. */
function timestamps(
  parameter: Expression | undefined,
  input: Iterable<ResultSeries>,
  { store, steps }: Evaluation,
): Iterable<ResultSeries> {
  if (parameter?.kind !== 'selector') return mapSeries(input, (_, step) => stepTime(steps, step) / 1000);
  return selectSeries(store, parameter).map((series) => {
    const result = emptySeries(series.labels, steps);
    for (let step = 0; step < steps.count; step += 1) {
      const tick = currentTick(store, series, stepTime(steps, step) - parameter.offsetMs);
      if (tick === -1) continue;
      result.present[step] = 1;
      result.values[step] = tickTime(store, tick) / 1000;
    }
    return result;
  });
}

function textOf(parameter: Expression): string {
  return parameter.kind === 'string' ? parameter.value : '';
}

function* replaceLabel(input: Iterable<ResultSeries>, texts: readonly string[]): Iterable<ResultSeries> {
  const [target = '', replacement = '', source = '', expression = ''] = texts;
  const pattern = toPattern(expression, true);
  for (const series of input) {
    const value = series.labels.get(source) ?? '';
    if (!pattern.test(value)) {
      yield series;
      continue;
    }
    const labels = new Map(series.labels);
    const replaced = value.replace(
      pattern,
      replacement.replaceAll(/\$\{?([0-9]+)\}?/g, (_, group: string) => `$${group}`),
    );
    if (replaced === '') labels.delete(target);
    else labels.set(target, replaced);
    yield { ...series, labels: sortLabels(labels) };
  }
}
