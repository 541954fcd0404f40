import { describe, expect, test } from 'vitest';
import { toQuery } from '../__fixtures__/query-text.js';
import { readRecorded } from '../__fixtures__/recorded.js';
import { shapeOf } from '../__fixtures__/shape.js';
import { createScenario } from '../scenario.js';
import { createSimulatorFetch } from '../simulator-fetch.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const simulatorFetch = createSimulatorFetch(scenario);
const recorded = readRecorded('loki');
const { service, decoy } = scenario.truth;
const HOUR_MS = 3_600_000;

function nanos(atMs: number): string {
  return `${atMs}000000`;
}

const lastHour = { start: nanos(scenario.nowMs - HOUR_MS), end: nanos(scenario.nowMs) };

type Parameters = Readonly<Record<string, string | number>>;

async function ask(
  path: string,
  parameters: Parameters = {},
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await simulatorFetch(`http://simulator/loki${path}?${toQuery(parameters)}`, { headers });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

interface Stream {
  readonly stream: Record<string, string>;
  readonly values: readonly [string, string, Record<string, Record<string, string>>?][];
}

async function streams(
  query: string,
  parameters: Parameters = {},
  categorize = false,
): Promise<readonly Stream[]> {
  const headers = categorize ? { 'x-loki-response-encoding-flags': 'categorize-labels' } : undefined;
  const answer = await ask(
    '/loki/api/v1/query_range',
    { ...lastHour, limit: 5000, query, ...parameters },
    headers,
  );
  expect(answer.status, answer.text).toBe(200);
  return (JSON.parse(answer.text) as { data: { result: Stream[] } }).data.result;
}

async function lines(query: string, parameters: Parameters = {}): Promise<readonly string[]> {
  return (await streams(query, parameters)).flatMap(({ values }) => values.map(([, line]) => line));
}

describe('answers have the shape of a recorded Loki 3.7', () => {
  const own: Readonly<Record<string, Parameters>> = {
    range_streams_categorized_parsed: { query: `{app="${service}"} | json | status >= 500` },
    range_empty: { query: '{app="nope"}' },
    metric_topk: { query: 'topk(2, sum by (pod) (count_over_time({namespace="shop"}[10m])))', step: 600 },
    instant_vector: {
      query: 'sum by (app) (count_over_time({namespace="shop"}[1h]))',
      time: nanos(scenario.nowMs),
    },
    series: { 'match[]': `{app="${service}"}` },
    index_stats: { query: `{app="${service}"}` },
    labels_empty_range: { start: '1794503100000000000', end: '1794603100000000000' },
  };
  const successes = [...recorded].filter(([, { status }]) => status === 200);
  test.each(successes)('%s', async (name, exchange) => {
    const headers = name.includes('categorized')
      ? { 'x-loki-response-encoding-flags': 'categorize-labels' }
      : {};
    const answer = await ask(exchange.path, { ...lastHour, ...own[name] }, headers);
    expect(answer.type).toBe(exchange.contentType);
    if (!exchange.contentType.includes('json')) return expect(answer.text).toBe(exchange.body);
    expect(shapeOf(JSON.parse(answer.text))).toEqual(shapeOf(JSON.parse(exchange.body)));
  });
});

describe('errors are those of a recorded Loki 3.7: text with a status', () => {
  const failures = [...recorded].filter(([, { status }]) => status !== 200);
  test.each(failures)('%s', async (_, exchange) => {
    const answer = await ask(exchange.path, exchange.params);
    expect(answer).toEqual({ status: exchange.status, type: exchange.contentType, text: exchange.body });
  });
});

describe('selectors and stages', () => {
  const front = `{app="${service}"}`;

  test('label matchers choose streams', async () => {
    const apps = async (query: string) =>
      [...new Set((await streams(query)).map(({ stream }) => String(stream['app'])))].toSorted(
        (left, right) => left.localeCompare(right),
      );
    expect(await apps(front)).toEqual([service]);
    expect(await apps(`{namespace="shop", app!="${service}", app!~"${decoy}|db-.*"}`)).toEqual([
      'notifications',
      'orders',
      'payments',
    ]);
    expect(await apps(`{app=~"${decoy}|orders"}`)).toEqual(['orders', decoy]);
  });

  test('line filters contain, exclude and match, and can be alternatives', async () => {
    const all = await lines(front);
    const count = (wanted: (line: string) => boolean): number => all.filter(wanted).length;
    expect(await lines(`${front} |= "slow request"`)).toHaveLength(
      count((line) => line.includes('slow request')),
    );
    expect(await lines(`${front} != "completed"`)).toHaveLength(count((line) => !line.includes('completed')));
    expect(await lines(`${front} |~ "(?i)POOL EXHAUSTED"`)).toHaveLength(47);
    expect(await lines(`${front} !~ "slow|completed"`)).toHaveLength(
      count((line) => !/slow|completed/.test(line)),
    );
    const either = '|= "slow request" or "pool exhausted"';
    expect(await lines(`${front} ${either}`)).toHaveLength(
      count((line) => /slow request|pool exhausted/.test(line)),
    );
  });

  test('json and logfmt find fields, and filters compare them', async () => {
    const slow = await lines(`${front} | json | duration_ms > 5000 and status=~"2.."`);
    expect(slow.length).toBeGreaterThan(5);
    for (const line of slow)
      expect(JSON.parse(line)).toMatchObject({ status: expect.toSatisfy((status) => status < 300) });
    const queries = await lines(`{app="${decoy}"} | logfmt | msg="slow query" | duration >= 300ms`);
    expect(queries.length).toBeGreaterThan(3);
    for (const line of queries)
      expect(Number(/duration=(\d+)ms/.exec(line)?.[1])).toBeGreaterThanOrEqual(300);
  });

  test('a line that is no JSON stays, marked, in a log query, and fails a metric query', async () => {
    const [first] = await streams('{app="orders"} | json', { limit: 1 });
    expect(first?.stream).toMatchObject({ __error__: 'JSONParserErr' });
    const metric = 'sum by (app) (count_over_time({app="orders"} | json [1h]))';
    const failed = await ask('/loki/api/v1/query_range', { ...lastHour, query: metric, step: 3600 });
    expect(failed).toMatchObject({
      status: 400,
      text: expect.stringContaining("pipeline error: 'JSONParserErr'"),
    });
    const skipped = metric.replace('json [', 'json | __error__="" [');
    expect((await ask('/loki/api/v1/query_range', { ...lastHour, query: skipped, step: 3600 })).status).toBe(
      200,
    );
  });

  test('levels and trace ids are structured metadata', async () => {
    const errors = await streams(`${front} | detected_level="error"`, {}, true);
    const metadata = errors.flatMap(({ values }) =>
      values.map(([, , third]) => third?.['structuredMetadata']),
    );
    expect(metadata.length).toBeGreaterThan(47);
    expect(metadata.every((one) => one?.['detected_level'] === 'error')).toBe(true);
    const traceId = metadata.find((one) => one?.['trace_id'] !== undefined)?.['trace_id'];
    const found = await streams(`{namespace="shop"} | trace_id="${traceId}"`);
    expect(found.length).toBeGreaterThan(0);
  });

  test('without categories every trace is a stream of its own; dropping the ids joins them', async () => {
    const apart = await streams(`${front} |= "completed"`, { limit: 50 });
    const together = await streams(`${front} |= "completed" | drop trace_id, span_id`, { limit: 50 });
    const categorized = await streams(`${front} |= "completed"`, { limit: 50 }, true);
    expect(apart).toHaveLength(50);
    expect(together.length).toBeLessThan(10);
    expect(categorized.length).toBeLessThanOrEqual(3);
  });
});

test('the newest come first, the oldest when asked for; start counts, end does not', async () => {
  const flat = (found: readonly Stream[]) =>
    found.flatMap(({ values }) => values.map(([time]) => time)).sort();
  const all = flat(await streams('{namespace="shop"}'));
  expect(flat(await streams('{namespace="shop"}', { limit: 7 }))).toEqual(all.slice(-7));
  expect(flat(await streams('{namespace="shop"}', { limit: 7, direction: 'forward' }))).toEqual(
    all.slice(0, 7),
  );
  const [start = '', , , end = ''] = all;
  expect(flat(await streams('{namespace="shop"}', { start, end }))).toEqual(all.slice(0, 3));
});

test.each([
  ['seconds', scenario.nowMs / 1000 - 60, scenario.nowMs / 1000],
  ['float seconds', `${scenario.nowMs / 1000 - 60}.000`, `${scenario.nowMs / 1000}.000`],
  ['RFC 3339', new Date(scenario.nowMs - 60_000).toISOString(), new Date(scenario.nowMs).toISOString()],
])('times may be %s', async (_, start, end) => {
  const expected = await lines('{namespace="shop"}', { start: nanos(scenario.nowMs - 60_000) });
  expect(expected.length).toBeGreaterThan(20);
  expect(await lines('{namespace="shop"}', { start, end })).toEqual(expected);
});

test('counts by step add up to the lines; steps without a line are left out', async () => {
  const query = `sum by (app) (count_over_time({namespace="shop"} |= "pool exhausted" [1m]))`;
  const answer = await ask('/loki/api/v1/query_range', { ...lastHour, query, step: 60 });
  const { data } = JSON.parse(answer.text) as {
    data: { result: { metric: unknown; values: [number, string][] }[] };
  };
  expect(data.result.map(({ metric }) => metric)).toEqual([{ app: service }]);
  const values = data.result[0]?.values ?? [];
  expect(values.reduce((sum, [, value]) => sum + Number(value), 0)).toBe(47);
  expect(values.length).toBeLessThan(10);
  expect(values[0]?.[0]).toBeGreaterThan(scenario.truth.onsetMs / 1000);
});

test('names, values, streams and statistics of what is stored', async () => {
  const list = async (path: string, parameters: Parameters = {}): Promise<unknown> =>
    (JSON.parse((await ask(path, { ...lastHour, ...parameters })).text) as { data: unknown }).data;
  expect(await list('/loki/api/v1/labels')).toEqual([
    'app',
    'cluster',
    'container',
    'namespace',
    'node_name',
    'pod',
    'service_name',
  ]);
  expect(await list('/loki/api/v1/label/app/values', { query: `{app=~"${service}|${decoy}"}` })).toEqual([
    service,
    decoy,
  ]);
  expect(await list('/loki/api/v1/series', { 'match[]': `{app="${service}"}` })).toHaveLength(3);
  const statistics = JSON.parse(
    (await ask('/loki/api/v1/index/stats', { ...lastHour, query: `{app="${service}"}` })).text,
  );
  expect(statistics).toMatchObject({ streams: 3, entries: (await lines(`{app="${service}"}`)).length });
});

test('stack traces are one record of many lines', async () => {
  const traces = await lines('{app="orders"} |= "VoucherException"');
  expect(traces.length).toBeGreaterThan(5);
  for (const trace of traces) expect(trace.split('\n\tat ').length).toBeGreaterThan(3);
});
