import { describe, expect, test } from 'vitest';
import { createScenario } from '../scenario.js';
import { createSimulatorFetch } from '../simulator-fetch.js';
import { datadogKeys } from './datadog-api.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const simulatorFetch = createSimulatorFetch(scenario);
const { nowMs, truth, expectations } = scenario;
const window = { from: String(nowMs - 20 * 60_000), to: String(nowMs) };
const keys = { 'dd-api-key': datadogKeys.apiKey, 'dd-application-key': datadogKeys.applicationKey };

interface Item {
  readonly attributes: Record<string, unknown> & { readonly tags: readonly string[] };
}
interface Answer {
  readonly data: readonly Item[];
  readonly meta: { readonly page?: { readonly after: string } };
  readonly errors?: readonly string[];
}

async function post(path: string, body: unknown, headers: Record<string, string> = keys) {
  const response = await simulatorFetch(`http://simulator/datadog${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
}

const logs = (query: string, page: object = {}) =>
  post('/api/v2/logs/events/search', { filter: { query, ...window }, sort: 'timestamp', page });
const spans = (query: string, page: object = { limit: 1000 }) =>
  post('/api/v2/spans/events/search', {
    data: { type: 'search_request', attributes: { filter: { query, ...window }, sort: 'timestamp', page } },
  });

describe('keys', () => {
  test('both are needed, but /validate knows the API key only', async () => {
    const half = { 'dd-api-key': datadogKeys.apiKey };
    const validate = await simulatorFetch('http://simulator/datadog/api/v1/validate', { headers: half });
    expect(await validate.json()).toEqual({ valid: true });
    const { status, body } = await post(
      '/api/v2/logs/events/search',
      { filter: { query: '*', ...window } },
      half,
    );
    expect([status, body.errors]).toEqual([403, ['Forbidden']]);
  });
});

describe('logs', () => {
  test('the failure stands there as often as told, by service, status and phrase in either case', async () => {
    const query = `service:"${truth.service}" status:(error OR critical) "${expectations.failureText.toUpperCase()}"`;
    const { body } = await logs(query, { limit: 1000 });
    expect(body.data).toHaveLength(expectations.failureLines);
    expect(body.data[0]?.attributes['message']).toContain(expectations.failureText);
    expect(body.data[0]?.attributes.tags).toContain(`service:${truth.service}`);
  });

  test('ten to a page unless asked, each once, until the cursor is absent', async () => {
    const query = `service:"${truth.service}" status:error`;
    const whole = await logs(query, { limit: 1000 });
    const ids: unknown[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 50; page += 1) {
      const { body } = await logs(query, cursor === undefined ? {} : { cursor });
      ids.push(...body.data.map((item) => (item as unknown as { id: string }).id));
      cursor = body.meta.page?.after;
      if (cursor === undefined) break;
      expect(body.data).toHaveLength(10);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(whole.body.data.length);
  });

  test('a tag that is absent is found by its absence, and answers tell the rate limit', async () => {
    expect((await logs('-nothing:* status:error')).body.data.length).toBeGreaterThan(0);
    const { headers, body } = await logs('-env:*');
    expect(body.data).toEqual([]);
    expect(Number(headers.get('x-ratelimit-reset'))).toBeLessThanOrEqual(
      Number(headers.get('x-ratelimit-period')),
    );
  });

  test.each([
    ['a page above 1,000', { filter: { query: '*', ...window }, page: { limit: 1001 } }],
    ['times as numbers', { filter: { query: '*', from: 1, to: 2 } }],
    ['a query with an open bracket', { filter: { query: 'status:(error', ...window } }],
  ])('%s is refused', async (_, body) => {
    expect((await post('/api/v2/logs/events/search', body)).status).toBe(400);
  });
});

describe('spans', () => {
  test('the body is wrapped: a flat one is refused', async () => {
    expect((await post('/api/v2/spans/events/search', { filter: { query: '*', ...window } })).status).toBe(
      400,
    );
  });

  test('ids are decimal, the high half of a trace id stands on its first span, and all of a trace is found by its id', async () => {
    const { body } = await spans(`service:"${truth.service}" status:ok`, { limit: 1 });
    const id = body.data[0]?.attributes['trace_id'] as string;
    expect(id).toMatch(/^\d{1,20}$/);
    const whole = (await spans(`trace_id:${id}`)).body.data;
    expect(whole.length).toBeGreaterThan(2);
    const roots = whole.filter(({ attributes }) => attributes['parent_id'] === '0');
    expect(roots).toHaveLength(1);
    const withHalf = whole.filter(({ attributes }) => JSON.stringify(attributes['custom']).includes('_dd'));
    expect(withHalf).toEqual(roots);
  });

  test('durations are nanoseconds', async () => {
    const { body } = await spans('@duration:>=5000000000', { limit: 5 });
    for (const { attributes } of body.data) {
      expect((attributes['custom'] as { duration: number }).duration).toBeGreaterThanOrEqual(5e9);
    }
    expect(body.data.length).toBeGreaterThan(0);
  });
});

describe('metrics', () => {
  async function timeseries(queries: Record<string, string>, formulas: readonly string[]) {
    const { body, status } = await post('/api/v2/query/timeseries', {
      data: {
        type: 'timeseries_request',
        attributes: {
          from: nowMs - 20 * 60_000,
          to: nowMs,
          interval: 60_000,
          queries: Object.entries(queries).map(([name, query]) => ({ data_source: 'metrics', name, query })),
          formulas: formulas.map((formula) => ({ formula })),
        },
      },
    });
    const { attributes } = body.data as unknown as {
      attributes: { series: { query_index: number }[]; values: (number | null)[][] };
    };
    return { status, ...attributes };
  }

  test('the alerting service shows the told latency and share of errors, as formulas by their number', async () => {
    const service = scenario.alert.commonLabels['service'] ?? '';
    const of = (aggregator: string, name: string, suffix = '') =>
      `${aggregator}:trace.http.server.request${name}{service:${service}} by {service}${suffix}`;
    const { series, values } = await timeseries(
      { a: of('p99', ''), b: of('sum', '.errors', '.as_count()'), c: of('sum', '.hits', '.as_count()') },
      ['a', 'default_zero(b) / c'],
    );
    expect(series.map(({ query_index }) => query_index)).toEqual([0, 1]);
    const last = values.map((one) => one.findLast((value) => value !== null) ?? 0);
    expect(last[0]).toBeGreaterThan(expectations.p99FaultMs / 2000);
    expect(last[1]).toBeGreaterThan(expectations.errorShareFault / 2);
  });

  test('a service is found by its tag, a metric that nobody sends is empty, and nonsense is refused', async () => {
    const response = await simulatorFetch(
      `http://simulator/datadog/api/v2/metrics?filter[tags]=service:${truth.service}`,
      { headers: keys },
    );
    const { data } = (await response.json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toContain('trace.http.server.request.hits');
    expect((await timeseries({ a: 'avg:no.such.metric{*}' }, ['a'])).series).toEqual([]);
    expect(
      (
        await post('/api/v2/query/timeseries', {
          data: {
            type: 'timeseries_request',
            attributes: { from: 1, to: 2, queries: [{ name: 'a', query: 'what' }] },
          },
        })
      ).status,
    ).toBe(400);
  });
});

describe('events', () => {
  test('tell the planted release with its version and the value that changed', async () => {
    const { body } = await post('/api/v2/events/search', {
      filter: {
        query: `service:"${truth.service}" version:*`,
        from: String(nowMs - 86_400_000),
        to: String(nowMs),
      },
      sort: 'timestamp',
      page: { limit: 100 },
    });
    const planted = body.data.find(({ attributes }) =>
      attributes.tags.includes(`version:${truth.change.to}`),
    );
    const told = planted?.attributes['attributes'] as { prev_value: unknown; new_value: unknown };
    expect(told.prev_value).toEqual({ [truth.change.key]: truth.change.before });
    expect(told.new_value).toEqual({ [truth.change.key]: truth.change.after });
  });
});
