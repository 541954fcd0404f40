import type { Labels } from '../metrics/series.js';
import type { Grouping } from './promql-ast.js';
import { quantileOf } from './promql-quantile.js';
import {
  dropLabels,
  emptySeries,
  keepLabels,
  labelKey,
  type ResultSeries,
  type Steps,
} from './promql-value.js';
import { variance } from './promql-windows.js';

type Fold = (accumulated: number, value: number) => number;

/** Aggregations that need no more than a running value; `count` and `avg` also need how many there were. */
const FOLDS: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['sum', (sum, value) => sum + value],
  ['avg', (sum, value) => sum + value],
  ['min', (least, value) => (value < least || Number.isNaN(least) ? value : least)],
  ['max', (most, value) => (value > most || Number.isNaN(most) ? value : most)],
  ['count', (sum) => sum],
  ['group', () => 1],
]);

function groupLabels(labels: Labels, grouping: Grouping): Labels {
  return grouping.mode === 'by' ? keepLabels(labels, grouping.labels) : dropLabels(labels, grouping.labels);
}

/** Aggregates one by one, so that thousands of series never stand in memory together. */
export function aggregate(
  operator: string,
  grouping: Grouping,
  parameter: Float64Array | undefined,
  input: Iterable<ResultSeries>,
  steps: Steps,
): Iterable<ResultSeries> {
  const fold = FOLDS.get(operator);
  if (fold !== undefined) return foldGroups(operator, fold, grouping, input, steps);
  const groups = new Map<string, { labels: Labels; members: ResultSeries[] }>();
  for (const series of input) {
    const labels = groupLabels(series.labels, grouping);
    const key = labelKey(labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, members: [series] });
    else group.members.push(series);
  }
  if (operator === 'topk' || operator === 'bottomk') {
    return [...groups.values()].flatMap(({ members }) => pickExtremes(operator, members, parameter, steps));
  }
  return [...groups.values()].map(({ labels, members }) => {
    const result = emptySeries(labels, steps);
    for (let step = 0; step < steps.count; step += 1) {
      const values = members
        .filter((member) => member.present[step] === 1)
        .map((member) => member.values[step] ?? 0);
      if (values.length === 0) continue;
      result.present[step] = 1;
      result.values[step] =
        operator === 'quantile'
          ? quantileOf(parameter?.[step] ?? Number.NaN, values)
          : Math.sqrt(variance(values));
    }
    return result;
  });
}

function foldGroups(
  operator: string,
  fold: Fold,
  grouping: Grouping,
  input: Iterable<ResultSeries>,
  steps: Steps,
): ResultSeries[] {
  const groups = new Map<string, { result: ResultSeries; counts: Uint32Array }>();
  for (const series of input) {
    const labels = groupLabels(series.labels, grouping);
    const key = labelKey(labels);
    let group = groups.get(key);
    if (group === undefined) {
      group = { result: emptySeries(labels, steps), counts: new Uint32Array(steps.count) };
      groups.set(key, group);
    }
    const { result, counts } = group;
    for (let step = 0; step < steps.count; step += 1) {
      if (series.present[step] !== 1) continue;
      const value = series.values[step] ?? Number.NaN;
      result.values[step] =
        result.present[step] === 1
          ? fold(result.values[step] ?? 0, value)
          : fold(startOf(operator, value), value);
      result.present[step] = 1;
      counts[step] = (counts[step] ?? 0) + 1;
    }
  }
  for (const { result, counts } of groups.values()) {
    if (operator !== 'avg' && operator !== 'count') continue;
    for (let step = 0; step < steps.count; step += 1) {
      const count = counts[step] ?? 0;
      result.values[step] = operator === 'count' ? count : (result.values[step] ?? 0) / count;
    }
  }
  return [...groups.values()].map(({ result }) => result);
}

function startOf(operator: string, value: number): number {
  return operator === 'min' || operator === 'max' ? value : 0;
}

/** At each step the k largest or smallest of a group stay, with all their labels. */
function pickExtremes(
  operator: string,
  members: readonly ResultSeries[],
  parameter: Float64Array | undefined,
  steps: Steps,
): ResultSeries[] {
  const results = members.map((member) => emptySeries(member.labels, steps));
  const sign = operator === 'topk' ? -1 : 1;
  for (let step = 0; step < steps.count; step += 1) {
    const wanted = Math.floor(parameter?.[step] ?? 0);
    const ranked = [...members.keys()]
      .filter((index) => members[index]?.present[step] === 1)
      .sort(
        (left, right) => sign * ((members[left]?.values[step] ?? 0) - (members[right]?.values[step] ?? 0)),
      );
    for (const index of ranked.slice(0, Math.max(wanted, 0))) {
      const result = results[index];
      if (result === undefined) continue;
      result.present[step] = 1;
      result.values[step] = members[index]?.values[step] ?? Number.NaN;
    }
  }
  return results;
}
