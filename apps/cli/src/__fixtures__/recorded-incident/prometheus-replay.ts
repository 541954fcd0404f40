import { bodyOf, notRecorded, readExchange, toResponse } from './exchange.js';

type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  /** Epoch seconds, a minute apart. */
  readonly points: ReadonlyMap<number, string>;
}

interface MatrixBody {
  readonly data: {
    readonly result: { metric: Labels; value?: [number, string]; values?: [number, string][] }[];
  };
}

function readSeries(name: string): Series[] {
  return bodyOf<MatrixBody>(readExchange(`prometheus/${name}`)).data.result.map(
    ({ metric, value, values }) => ({
      labels: metric,
      points: new Map(values ?? (value === undefined ? [] : [value])),
    }),
  );
}

/** The namespace that all recorded series of the shop carry, which an aggregation by service has dropped. */
const ofShop = ({ labels, points }: Series): Series => ({ labels: { namespace: 'shop', ...labels }, points });

/**
 * A Prometheus that holds the series of the recorded exchanges: two gauges as they are, the error ratio and the p99 of each
 * service as the recorded queries gave them, over 5 minutes whatever rate window is asked for. Between two recorded minutes
 * the earlier one stands, as Prometheus looks back. What was not recorded over time (rates of requests, the other quantiles)
 * is refused.
 */
export function createPrometheusReplay(): (request: Request) => Promise<Response> {
  const gauges = [...readSeries('query_range_pool_pods_change'), ...readSeries('query_range_nan')];
  const errorRatios = readSeries('query_range_error_ratio').map(ofShop);
  const p99 = readSeries('query_range_p99').map(ofShop);
  // Only that there are such series: their values are of one moment, or not recorded.
  const known: Series[] = [
    ...gauges,
    ...readSeries('query_limit_2.2.42'),
    ...p99.map(({ labels, points }) => ({
      labels: { ...labels, __name__: 'http_request_duration_seconds_bucket', le: '+Inf' },
      points,
    })),
  ];
  const [scrapes] = readSeries('query_boundary_count_over_time');
  const samplesPerMinute = Number([...(scrapes?.points.values() ?? [])][0]);

  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('/alerts')) return toResponse(readExchange('prometheus/alerts'));
    if (!pathname.endsWith('/query_range')) return notRecorded();
    const form = new URLSearchParams(await request.text());
    const query = form.get('query') ?? '';
    const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
    const times = toTimes(start ?? 0, end ?? 0, step ?? 60);
    const by = (
      /^(?:label_replace\()?(?:histogram_quantile\([\d.]+, )?\(*\w+ by \(([^)]*)\)/.exec(query)?.[1] ?? ''
    ).split(', ');

    if (query.startsWith('count by ')) return answer(counted(known, query, by, times));
    if (query.startsWith('max(count_over_time(')) {
      return answer([{ metric: {}, values: times.map((time) => [time, String(samplesPerMinute * 5)]) }]);
    }
    if (query.includes('histogram_quantile(0.99'))
      return answer(given(p99, query, times, { quantile: '0.99' }));
    if (query.includes('histogram_quantile')) return notRecorded();
    if (query.includes('status=~"5..|5XX"')) return answer(given(errorRatios, query, times));
    if (query.startsWith('max by ')) return answer(worst(gauges, query, by, times));
    return notRecorded();
  };
}

function answer(result: unknown): Response {
  return Response.json({ status: 'success', data: { resultType: 'matrix', result } });
}

function toTimes(start: number, end: number, step: number): number[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
}

/** The value of the last recorded minute. */
function valueAt({ points }: Series, time: number): string | undefined {
  return points.get(Math.floor(time / 60) * 60);
}

function counted(series: readonly Series[], query: string, by: readonly string[], times: readonly number[]) {
  const matching = series.filter(({ labels }) => selectorsOf(query).some((matches) => matches(labels)));
  const groups = new Map(
    matching.map(({ labels }) => [JSON.stringify(project(labels, by)), project(labels, by)]),
  );
  return [...groups.values()].map((metric) => ({ metric, values: [[times.at(-1) ?? 0, '1']] }));
}

/** A series that an aggregation has made, by the service and the place that the query names. */
function given(series: readonly Series[], query: string, times: readonly number[], more: Labels = {}) {
  const selectors = selectorsOf(query);
  return series
    .filter(({ labels }) => selectors.some((matches) => matches({ ...labels, status: '503' })))
    .map((one) => ({
      metric: { service: one.labels['service'], ...more },
      values: pointsOf(times, (time) => valueAt(one, time)),
    }))
    .filter(({ values }) => values.length > 0);
}

function worst(series: readonly Series[], query: string, by: readonly string[], times: readonly number[]) {
  const matching = series.filter(({ labels }) => selectorsOf(query).some((matches) => matches(labels)));
  const groups = new Map<string, Series[]>();
  for (const one of matching) {
    const key = JSON.stringify(project(one.labels, by));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((members) => ({
    metric: project(members[0]?.labels ?? {}, by),
    values: pointsOf(times, (time) => {
      const values = members.flatMap((one) => valueAt(one, time) ?? []).map(Number);
      return values.length === 0 ? undefined : String(Math.max(...values));
    }),
  }));
}

function pointsOf(times: readonly number[], at: (time: number) => string | undefined): [number, string][] {
  return times.flatMap((time): [number, string][] => {
    const value = at(time);
    return value === undefined ? [] : [[time, value]];
  });
}

function project(labels: Labels, by: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => by.includes(name)));
}

/** Each `name{matchers}` of a query, as a condition on labels. */
function selectorsOf(query: string): ((labels: Labels) => boolean)[] {
  return [...query.matchAll(/([a-zA-Z_:][\w:]*)?\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}/g)].map(
    ([, name, matchers = '']) => {
      const conditions = [...matchers.matchAll(/(\w+)(=~|!~|!=|=)("(?:[^"\\]|\\.)*")/g)].map(
        ([, label = '', operator = '=', quoted = '""']) => {
          const value = JSON.parse(quoted) as string;
          const pattern = new RegExp(`^(?:${operator.endsWith('~') ? value : ''})$`);
          return (labels: Labels) => {
            const told = labels[label] ?? '';
            const holds = operator.endsWith('~') ? pattern.test(told) : told === value;
            return operator.startsWith('!') ? !holds : holds;
          };
        },
      );
      return (labels) =>
        (name === undefined || labels['__name__'] === undefined || labels['__name__'] === name) &&
        conditions.every((holds) => holds(labels));
    },
  );
}
