import type { Labels } from '../metrics/series.js';
import type { VectorMatching } from './promql-ast.js';
import { PromqlError } from './promql-error.js';
import {
  dropLabels,
  emptySeries,
  keepLabels,
  labelKey,
  labelText,
  NAME,
  type ResultSeries,
  type Steps,
  sortLabels,
  withoutName,
} from './promql-value.js';

const COMPARISONS: ReadonlyMap<string, (left: number, right: number) => boolean> = new Map([
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['>', (left, right) => left > right],
  ['<', (left, right) => left < right],
  ['>=', (left, right) => left >= right],
  ['<=', (left, right) => left <= right],
]);

/** The value of `left operator right`; undefined when a comparison filters the sample out. */
export function combine(
  operator: string,
  asBoolean: boolean,
  left: number,
  right: number,
): number | undefined {
  const compare = COMPARISONS.get(operator);
  if (compare !== undefined) {
    const holds = compare(left, right);
    if (asBoolean) return holds ? 1 : 0;
    return holds ? left : undefined;
  }
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return left ** right;
  }
}

export function keepsName(operator: string, asBoolean: boolean): boolean {
  return COMPARISONS.has(operator) && !asBoolean;
}

function signature(labels: Labels, matching: VectorMatching): Labels {
  return matching.mode === 'on' ? keepLabels(labels, matching.labels) : dropLabels(labels, matching.labels);
}

interface MatchGroup {
  readonly labels: Labels;
  readonly left: ResultSeries[];
  readonly right: ResultSeries[];
}

function matchGroups(
  left: Iterable<ResultSeries>,
  right: Iterable<ResultSeries>,
  matching: VectorMatching,
): Map<string, MatchGroup> {
  const groups = new Map<string, MatchGroup>();
  const add = (series: ResultSeries, side: 'left' | 'right'): void => {
    const labels = signature(series.labels, matching);
    const key = labelKey(labels);
    const group = groups.get(key) ?? { labels, left: [], right: [] };
    group[side].push(series);
    groups.set(key, group);
  };
  for (const series of left) add(series, 'left');
  for (const series of right) add(series, 'right');
  return groups;
}

/** Arithmetic and comparison between two vectors: series with equal matching labels meet, step by step. */
export function combineVectors(
  operator: string,
  asBoolean: boolean,
  left: Iterable<ResultSeries>,
  right: Iterable<ResultSeries>,
  matching: VectorMatching,
  steps: Steps,
): ResultSeries[] {
  const results = new Map<string, ResultSeries>();
  const swapped = matching.group === 'right';
  for (const group of matchGroups(left, right, matching).values()) {
    const [many, one] = swapped ? [group.right, group.left] : [group.left, group.right];
    for (let step = 0; step < steps.count; step += 1) {
      const single = onlyPresent(one, step, group.labels, swapped ? 'left' : 'right');
      if (single === undefined) continue;
      if (matching.group === 'none') onlyPresent(many, step, group.labels, 'left');
      for (const series of many) {
        if (series.present[step] !== 1) continue;
        const [first, second] = swapped ? [single, series] : [series, single];
        const value = combine(operator, asBoolean, first.values[step] ?? 0, second.values[step] ?? 0);
        if (value === undefined) continue;
        const labels = resultLabels(series.labels, single.labels, operator, asBoolean, matching);
        const key = labelKey(labels);
        const result = results.get(key) ?? emptySeries(labels, steps);
        results.set(key, result);
        result.present[step] = 1;
        result.values[step] = value;
      }
    }
  }
  return [...results.values()];
}

function onlyPresent(
  side: readonly ResultSeries[],
  step: number,
  group: Labels,
  name: 'left' | 'right',
): ResultSeries | undefined {
  const present = side.filter((series) => series.present[step] === 1);
  const [first, second] = present;
  if (first !== undefined && second !== undefined) {
    const both = `[${labelText(second.labels)}, ${labelText(first.labels)}]`;
    throw new PromqlError(
      'execution',
      `found duplicate series for the match group ${labelText(group)} on the ${name} hand-side of the operation: ${both};many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }
  return first;
}

function resultLabels(
  many: Labels,
  one: Labels,
  operator: string,
  asBoolean: boolean,
  matching: VectorMatching,
): Labels {
  const base = keepsName(operator, asBoolean) ? many : withoutName(many);
  if (matching.group === 'none') {
    if (matching.mode === 'on') return keepLabels(base, matching.labels);
    const kept = dropLabels(base, matching.labels);
    const name = base.get(NAME);
    return name === undefined ? kept : new Map([[NAME, name], ...kept]);
  }
  if (matching.include.length === 0) return base;
  const extended = new Map(base);
  for (const label of matching.include) {
    const value = one.get(label);
    if (value === undefined) extended.delete(label);
    else extended.set(label, value);
  }
  return sortLabels(extended);
}

/** `and`, `or`, `unless`: decided at each step by whether the other side has a series of the same labels. */
export function combineSets(
  operator: string,
  left: Iterable<ResultSeries>,
  right: Iterable<ResultSeries>,
  matching: VectorMatching,
  steps: Steps,
): ResultSeries[] {
  const results: ResultSeries[] = [];
  for (const group of matchGroups(left, right, matching).values()) {
    const leftThere = presence(group.left, steps);
    const rightThere = presence(group.right, steps);
    if (operator === 'or') {
      results.push(...group.left);
      results.push(...group.right.map((series) => masked(series, (step) => leftThere[step] === 0, steps)));
    } else {
      const wanted = operator === 'and' ? 1 : 0;
      results.push(
        ...group.left.map((series) => masked(series, (step) => rightThere[step] === wanted, steps)),
      );
    }
  }
  return results;
}

function presence(side: readonly ResultSeries[], steps: Steps): Uint8Array {
  const there = new Uint8Array(steps.count);
  for (const series of side) {
    for (let step = 0; step < steps.count; step += 1)
      there[step] = (there[step] ?? 0) | (series.present[step] ?? 0);
  }
  return there;
}

function masked(series: ResultSeries, keep: (step: number) => boolean, steps: Steps): ResultSeries {
  const present = series.present.slice();
  for (let step = 0; step < steps.count; step += 1) if (!keep(step)) present[step] = 0;
  return { ...series, present };
}
