import type { MetricStore } from '../metrics/metric-store.js';
import type { Labels } from '../metrics/series.js';

/** The steps that a query is evaluated at; an instant query has one. */
export interface Steps {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** What an expression is evaluated against. */
export interface Evaluation {
  readonly store: MetricStore;
  readonly steps: Steps;
  /** Results of aggregations, kept for the next query: three quantiles read the same buckets. */
  readonly memory?: Map<string, readonly ResultSeries[]>;
}

export const NAME = '__name__';

/** One series of a result: a value for each step where `present` is 1. */
export interface ResultSeries {
  /** With `__name__` when the series still is the metric itself. */
  readonly labels: Labels;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

export function stepTime(steps: Steps, index: number): number {
  return steps.startMs + index * steps.stepMs;
}

export function emptySeries(labels: Labels, steps: Steps): ResultSeries {
  return { labels, values: new Float64Array(steps.count), present: new Uint8Array(steps.count) };
}

export function withoutName(labels: Labels): Labels {
  if (!labels.has(NAME)) return labels;
  const rest = new Map(labels);
  rest.delete(NAME);
  return rest;
}

export function withName(name: string, labels: Labels): Labels {
  return new Map([[NAME, name], ...labels]);
}

/** Only the given labels, those that the series has. */
export function keepLabels(labels: Labels, names: readonly string[]): Labels {
  const kept = new Map<string, string>();
  for (const [name, value] of labels) if (names.includes(name)) kept.set(name, value);
  return kept;
}

export function dropLabels(labels: Labels, names: readonly string[]): Labels {
  const kept = new Map<string, string>();
  for (const [name, value] of labels) if (name !== NAME && !names.includes(name)) kept.set(name, value);
  return kept;
}

/** A text that two label sets share when they are equal; both must be in alphabetical order. */
export function labelKey(labels: Labels): string {
  let key = '';
  for (const [name, value] of labels) key += `${name}\u0001${value}\u0002`;
  return key;
}

export function sortLabels(labels: ReadonlyMap<string, string>): Labels {
  return new Map([...labels].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** As Prometheus prints label sets in errors. */
export function labelText(labels: Labels): string {
  return `{${[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}

/** Applies a function to every value and drops the metric's name, as all functions do. */
export function* mapSeries(
  input: Iterable<ResultSeries>,
  read: (value: number, step: number) => number,
): Iterable<ResultSeries> {
  for (const series of input) {
    yield {
      labels: withoutName(series.labels),
      present: series.present,
      values: series.values.map((value, step) => read(value, step)),
    };
  }
}
