import type { MetricStore } from '../metrics/metric-store.js';
import { ENVIRONMENT } from './datadog-item.js';
import { labelByTag, metricCatalog } from './metric-catalog.js';
import { SearchError } from './search-query.js';

export interface TimeseriesRequest {
  readonly from: number;
  readonly to: number;
  readonly interval?: number;
  readonly queries: readonly { readonly name: string; readonly query: string }[];
  readonly formulas?: readonly { readonly formula: string }[];
}

interface NamedSeries {
  readonly tags: readonly string[];
  readonly unit: unknown;
  /** By time. */
  readonly values: ReadonlyMap<number, number>;
}

interface Matrix {
  readonly data: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly values: readonly [number, string][];
    }[];
  };
}

/** Metric queries over the shop's own series: Datadog's names, tags and formulas outside, PromQL inside. */
export function createDatadogMetrics(
  store: MetricStore,
  prometheus: (request: Request) => Promise<Response>,
) {
  async function evaluate(text: string, range: Range): Promise<readonly NamedSeries[]> {
    const { by, promql, unit } = translate(text, range.stepMs);
    const [start, end, step] = [range.startMs, range.endMs, range.stepMs].map((ms) => String(ms / 1000));
    const parameters = new URLSearchParams({
      query: promql,
      start: start ?? '',
      end: end ?? '',
      step: step ?? '',
    });
    const response = await prometheus(
      new Request(`http://simulator/api/v1/query_range?${parameters.toString()}`),
    );
    if (!response.ok) throw new SearchError(`cannot evaluate ${text}`);
    const { data } = (await response.json()) as Matrix;
    return data.result.map(({ metric, values }) => ({
      tags: by.map((tag) => `${tag}:${metric[labelByTag.get(tag) ?? tag] ?? 'N/A'}`),
      unit,
      values: new Map(values.map(([at, value]) => [Math.round(at * 1000), Number(value)])),
    }));
  }

  return {
    /** Names of the metrics that a service has; all without one. */
    names(filter: string | null): readonly string[] {
      const [, tag, value] = /^(service|kube_deployment):(.+)$/.exec(filter ?? '') ?? [];
      return [...metricCatalog]
        .filter(([, { isContainer = false, seen }]) => {
          if (tag === 'kube_deployment' && !isContainer) return false;
          const series = seen.split('|').flatMap((name) => store.byName.get(name) ?? []);
          return series.some(({ labels }) => value === undefined || labels.get('service') === value);
        })
        .map(([name]) => name);
    },
    async timeseries({ from, to, interval, queries, formulas }: TimeseriesRequest): Promise<unknown> {
      const range = toRange(from, to, interval);
      const answers = new Map<string, readonly NamedSeries[]>();
      for (const { name, query } of queries) answers.set(name, await evaluate(query, range));
      const asked = formulas ?? queries.map(({ name }) => ({ formula: name }));
      const times: number[] = [];
      for (let at = range.startMs; at <= range.endMs; at += range.stepMs) times.push(at);
      const found = asked.flatMap(({ formula }, index) =>
        applyFormula(formula, answers, times).map((series) => ({ ...series, index })),
      );
      return {
        series: found.map(({ tags, unit, index }) => ({
          group_tags: tags,
          query_index: index,
          unit: unit === undefined ? null : [unit, null],
        })),
        times,
        values: found.map(({ values }) => times.map((at) => finite(values.get(at)))),
      };
    },
  };
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

const MIN_INTERVAL_MS = 15_000;
const MAX_POINTS = 1500;

/** The interval is a hint: one that would give too many points is enlarged. */
function toRange(from: number, to: number, interval = 60_000): Range {
  const least = Math.ceil((to - from) / MAX_POINTS / MIN_INTERVAL_MS) * MIN_INTERVAL_MS;
  const stepMs = Math.max(interval, MIN_INTERVAL_MS, least);
  return {
    startMs: Math.ceil(from / stepMs) * stepMs,
    endMs: Math.floor((to - 1) / stepMs) * stepMs,
    stepMs,
  };
}

const queryPattern =
  /^(avg|max|min|sum|p50|p75|p95|p99):([\w.]+)\{([^}]*)\}(?: by \{([^}]*)\})?(\.as_rate\(\)|\.as_count\(\))?$/;

function translate(text: string, stepMs: number) {
  const [, aggregator = '', name = '', scope = '', grouping = '', suffix] = queryPattern.exec(text) ?? [];
  const metric = metricCatalog.get(name);
  // A metric that nobody sends is no mistake.
  if (queryPattern.exec(text) === null) throw new SearchError(`cannot parse ${text}`);
  const by = grouping === '' ? [] : grouping.split(',').map((tag) => tag.trim());
  const matchers = scope
    .split(',')
    .filter((tag) => tag !== '*' && tag !== '')
    .flatMap((tag) => toMatcher(tag));
  const isQuantile = aggregator.startsWith('p');
  const template = (suffix === '.as_count()' ? metric?.count : metric?.promql) ?? 'vector(1) == 2';
  const promql = template
    .replaceAll(',$M', matchers.map((matcher) => `,${matcher}`).join(''))
    .replaceAll('$M', matchers.join(','))
    .replaceAll('$W', `${Math.max(60, stepMs / 1000)}s`)
    .replaceAll('$Q', isQuantile ? String(Number(aggregator.slice(1)) / 100) : '0.5')
    .replaceAll('$A', isQuantile ? 'sum' : aggregator)
    .replaceAll('$B', by.map((tag) => labelByTag.get(tag) ?? 'absent').join(', '));
  return { by, promql, unit: metric?.unit };
}

function toMatcher(tag: string): string[] {
  const colon = tag.indexOf(':');
  const [key, value] = [tag.slice(0, colon), tag.slice(colon + 1)];
  if (key === 'env') return value === ENVIRONMENT ? [] : ['service=""'];
  const label = labelByTag.get(key);
  if (label === undefined) return ['service=""'];
  return key === 'state' ? [] : [`${label}=${JSON.stringify(value)}`];
}

/** The formulas that connectors write, series by series. */
function applyFormula(
  formula: string,
  answers: ReadonlyMap<string, readonly NamedSeries[]>,
  times: readonly number[],
): readonly NamedSeries[] {
  const text = formula.replaceAll(/\s/g, '');
  const plain = answers.get(text);
  if (plain !== undefined) return plain;
  const [, grown] = /^monotonic_diff\((\w+)\)$/.exec(text) ?? [];
  if (grown !== undefined) return (answers.get(grown) ?? []).map((series) => differences(series, times));
  const [, zero, dividend = '', divisor = ''] = /^(0\*|default_zero\()?(\w+)\)?\/(\w+)$/.exec(text) ?? [];
  const wholes = answers.get(divisor);
  const parts = answers.get(dividend);
  if (wholes === undefined || parts === undefined) throw new SearchError(`cannot evaluate ${formula}`);
  return wholes.map((whole) => {
    const part = parts.find(({ tags }) => tags.join() === whole.tags.join());
    const values = times.flatMap((at): [number, number][] => {
      const value = part?.values.get(at) ?? (zero === undefined ? undefined : 0);
      const total = whole.values.get(at);
      if (value === undefined || total === undefined) return [];
      return [[at, ((zero === '0*' ? 0 : 1) * value) / total]];
    });
    return { tags: whole.tags, unit: undefined, values: new Map(values) };
  });
}

function differences({ tags, unit, values }: NamedSeries, times: readonly number[]): NamedSeries {
  const grown = times.flatMap((at, index): [number, number][] => {
    const before = values.get(times[index - 1] ?? Number.NaN);
    const now = values.get(at);
    return before === undefined || now === undefined ? [] : [[at, Math.max(0, now - before)]];
  });
  return { tags, unit, values: new Map(grown) };
}

/** Where a series has no point stands null; JSON has no other word for what is no number. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
