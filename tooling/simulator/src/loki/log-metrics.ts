import { aggregate } from '../prometheus/promql-aggregate.js';
import type { Grouping } from '../prometheus/promql-ast.js';
import {
  dropLabels,
  emptySeries,
  keepLabels,
  labelKey,
  labelText,
  type ResultSeries,
  type Steps,
  stepTime,
} from '../prometheus/promql-value.js';
import type { LokiStore } from './log-entries.js';
import { allLabels, runPipeline } from './log-pipeline.js';
import { LogqlError, type MetricExpression } from './logql-ast.js';

const MAX_SERIES = 500;
const NANOS = 1_000_000n;

type RangeExpression = Extract<MetricExpression, { kind: 'range' }>;

/** Evaluates a metric query at each step; steps without a line are left out, not zero. */
export function evaluateMetric(store: LokiStore, expression: MetricExpression, steps: Steps): ResultSeries[] {
  const series = evaluate(store, expression, steps);
  if (series.length > MAX_SERIES) {
    throw new LogqlError(
      `maximum number of series (${MAX_SERIES}) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or aggregating results with functions like sum(), count() or topk()`,
    );
  }
  return series;
}

function evaluate(store: LokiStore, expression: MetricExpression, steps: Steps): ResultSeries[] {
  switch (expression.kind) {
    case 'number': {
      const constant = emptySeries(new Map(), steps);
      constant.values.fill(expression.value);
      constant.present.fill(1);
      return [constant];
    }
    case 'range':
      return rangeSeries(store, expression, steps, undefined);
    default: {
      const { operator, grouping, inner, parameter } = expression;
      // A sum of counts is a count over the group: no need for a series per line.
      if (operator === 'sum' && inner.kind === 'range') return rangeSeries(store, inner, steps, grouping);
      const limit = parameter === undefined ? undefined : new Float64Array(steps.count).fill(parameter);
      return [...aggregate(operator, grouping, limit, evaluate(store, inner, steps), steps)];
    }
  }
}

/** Counts lines or bytes in (step - range, step]. */
function rangeSeries(
  store: LokiStore,
  expression: RangeExpression,
  steps: Steps,
  grouping: Grouping | undefined,
): ResultSeries[] {
  const { name, pipeline, rangeMs, offsetMs } = expression;
  const lastMs = stepTime(steps, steps.count - 1) - offsetMs;
  const window = {
    start: BigInt(Math.round(steps.startMs - offsetMs - rangeMs)) * NANOS + 1n,
    end: BigInt(Math.round(lastMs)) * NANOS + 1n,
  };
  const groups = new Map<string, ResultSeries>();
  const bytes = name.startsWith('bytes');
  for (const processed of runPipeline(pipeline, store.read(window, pipeline.matchers, false))) {
    const all = allLabels(processed);
    if (all.has('__error__')) throw pipelineError(all);
    const labels =
      grouping === undefined
        ? all
        : grouping.mode === 'by'
          ? keepLabels(all, grouping.labels)
          : dropLabels(all, grouping.labels);
    const key = labelKey(labels);
    const series = groups.get(key) ?? emptySeries(labels, steps);
    groups.set(key, series);
    const atMs = Number(processed.entry.nanos) / 1e6 + offsetMs;
    const first = Math.max(Math.ceil((atMs - steps.startMs) / steps.stepMs), 0);
    const last = Math.min(Math.ceil((atMs + rangeMs - steps.startMs) / steps.stepMs) - 1, steps.count - 1);
    for (let step = first; step <= last; step += 1) {
      series.present[step] = 1;
      series.values[step] = (series.values[step] ?? 0) + (bytes ? processed.entry.line.length : 1);
    }
  }
  const divisor = name === 'rate' || name === 'bytes_rate' ? rangeMs / 1000 : 1;
  return [...groups.values()].map((series) => ({
    ...series,
    values: series.values.map((value) => value / divisor),
  }));
}

function pipelineError(labels: ReadonlyMap<string, string>): LogqlError {
  const kind = labels.get('__error__') ?? '';
  return new LogqlError(
    `pipeline error: '${kind}' for series: '${labelText(labels)}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!="${kind}").\nTo skip all potential errors you can match empty errors.(e.g __error__="")\nThe label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n`,
  );
}
