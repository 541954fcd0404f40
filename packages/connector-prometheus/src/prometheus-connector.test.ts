import { ConnectorError } from '@midwatch/core';
import { describe, expect, test } from 'vitest';
import { connect, isDiscovery, matrix, store, window } from './__fixtures__/connect.js';
import { recorded, recordedBody } from './__fixtures__/recorded.js';
import { createPrometheusConnector } from './index.js';

const histogram = { http_request_duration_seconds_bucket: { service: 'orders', le: '+Inf' } };
const pool = { db_pool_max_connections: { service: 'orders', pod: 'x' } };
const quantiles = { roles: ['latency.p99'] } as const;

describe('recorded answers', () => {
  test.each(['query-range.quantile-by-service', 'query-range.quantile-by-service.victoriametrics'])(
    '%s',
    async (name) => {
      // The label that tells the quantiles of one query apart is put on by the query itself.
      const body = recordedBody(name) as { data: { result: { metric: object }[] } };
      for (const series of body.data.result) Object.assign(series.metric, { quantile: '0.99' });
      const { metrics } = connect(
        store(histogram, (query) => (query.includes('histogram_quantile') ? Response.json(body) : undefined)),
      );
      const { gaps, signals } = await metrics(quantiles);
      const orders = signals.find(({ service }) => service === 'orders')!;
      expect(orders).toMatchObject({
        role: 'latency.p99',
        unit: 's',
        type: 'quantile',
        name: 'http_request_duration_seconds',
      });
      expect(orders.points.length).toBeGreaterThan(50);
      expect(
        orders.points.every(([atMs, value]) => atMs >= window.startMs && atMs < window.endMs && value > 0),
      ).toBe(true);
      expect(orders.timestampMs).toBe(orders.points[0]![0]);
      expect(gaps).toEqual([]);
    },
  );

  test.each(['query-range.error-ratio', 'query-range.error-ratio.2.42'])('%s', async (name) => {
    const { metrics } = connect(
      store({ http_requests_total: { service: 'orders', status: '200' } }, (query) =>
        query.includes(' * 0') ? recorded(name) : undefined,
      ),
    );
    const { signals } = await metrics({ roles: ['error.ratio'] });
    const gateway = signals.find(({ service }) => service === 'api-gateway')!;
    expect(gateway).toMatchObject({ role: 'error.ratio', unit: '1', type: 'gauge' });
    expect(Math.max(...gateway.points.map(([, ratio]) => ratio))).toBeCloseTo(0.155, 2);
  });

  test('an answer is the same whatever order the server lists series in', async () => {
    const body = recordedBody('query-range.pool-of-old-and-new-pods') as { data: { result: unknown[] } };
    const ask = (result: readonly unknown[]) =>
      connect(
        store(pool, (query) =>
          query.includes('by (') && !isDiscovery(query)
            ? Response.json({ ...body, data: { ...body.data, result } })
            : undefined,
        ),
      ).metrics();
    expect(await ask(body.data.result)).toEqual(await ask(body.data.result.toReversed()));
  });

  test('NaN and infinity, which JSON cannot hold, are left out; where they are most of it, that is a gap', async () => {
    for (const name of ['query-range.nan', 'query-range.infinity']) {
      const { metrics } = connect(
        store({ cache_hit_ratio: { service: 'orders' } }, (query) =>
          isDiscovery(query) ? undefined : recorded(name),
        ),
      );
      const { gaps, signals } = await metrics({ names: ['cache_hit_ratio'] });
      expect(signals.flatMap(({ points }) => points).every(([, value]) => Number.isFinite(value))).toBe(true);
      expect(gaps).toMatchObject([{ reason: 'invalid-item', missing: { exact: true } }]);
    }
  });

  test('a ratio or a quantile without traffic is NaN, of which nothing is lost: no gap', async () => {
    const values: [number, string][] = [
      [1795406580, 'NaN'],
      [1795406640, 'NaN'],
    ];
    const { metrics } = connect(
      store(histogram, (query) =>
        query.includes('histogram_quantile')
          ? matrix([{ metric: { service: 'orders', quantile: '0.99' }, values }])
          : undefined,
      ),
    );
    expect(await metrics(quantiles)).toMatchObject({ signals: [], gaps: [] });
  });

  test.each(['query-range.empty', 'query-range.empty.victoriametrics'])(
    '%s is an honest nothing',
    async (name) => {
      const { metrics } = connect(store(pool, (query) => (isDiscovery(query) ? undefined : recorded(name))));
      expect(await metrics()).toMatchObject({ signals: [], gaps: [] });
    },
  );
});

describe('requests', () => {
  test('a form with times in seconds, aligned to the step; a glance first', async () => {
    const { metrics, sent } = connect(store(pool), { tenant: 'team-a' });
    await metrics();
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(2).fill('POST /api/v1/query_range'),
    );
    expect(Object.fromEntries(sent[1]!.parameters)).toMatchInlineSnapshot(`
      {
        "end": "1795406640",
        "limit": "501",
        "query": "max by (__name__, service) ({__name__="db_pool_max_connections",service="orders"})",
        "start": "1795403100",
        "step": "60",
      }
    `);
    expect(sent[1]!.headers.get('x-scope-orgid')).toBe('team-a');
  });

  test('a proxy that lets only GET through is asked once whether it does', async () => {
    const answer = store(pool, (query) =>
      isDiscovery(query)
        ? undefined
        : matrix([{ metric: { __name__: 'db_pool_max_connections', service: 'orders' } }]),
    );
    const { metrics, sent } = connect((one) =>
      one.method === 'POST' ? recorded('method-not-allowed-405') : answer(one),
    );
    expect((await metrics()).signals).toHaveLength(1);
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
  });

  test("a path prefix is kept; links open Explore when a data source is known, else the store's own page", async () => {
    const grafana = connect(store(pool), {
      baseUrl: 'https://grafana.example.com/api/datasources/proxy/uid/abc_1-2',
      webUrl: 'https://grafana.example.com/',
    });
    const [throughGrafana] = (await grafana.metrics()).provenance;
    expect(grafana.sent[0]!.path).toBe('/api/datasources/proxy/uid/abc_1-2/api/v1/query_range');
    expect(JSON.parse(new URL(throughGrafana!.url!).searchParams.get('panes')!)).toMatchObject({
      metrics: { datasource: 'abc_1-2', queries: [{ expr: throughGrafana!.text }] },
    });
    const plain = connect(store(pool), { webUrl: 'https://prometheus.example.com/base' });
    const [own] = (await plain.metrics()).provenance;
    expect(own!.url).toMatch(/^https:\/\/prometheus\.example\.com\/base\/graph\?g0\.expr=/);
  });

  test('the query of one role is told, though several went together', async () => {
    const answer = (query: string) =>
      query.includes('histogram_quantile')
        ? matrix([{ metric: { service: 'orders', quantile: '0.99' } }])
        : undefined;
    const { metrics, queries } = connect(store(histogram, answer));
    const { provenance, signals } = await metrics({ roles: ['latency.p50', 'latency.p95', 'latency.p99'] });
    expect(queries().filter((query) => query.includes('histogram_quantile'))).toHaveLength(1);
    expect(provenance).toMatchObject([
      {
        queryId: signals[0]!.queryId,
        language: 'promql',
        text: 'histogram_quantile(0.99, sum by (le, service) (rate(http_request_duration_seconds_bucket{service="orders"}[240s])))',
      },
    ]);
  });
});

test.each([
  ['no-credentials-401', 'auth', 401],
  ['missing-prefix-404', 'bad-query', 404],
  ['query-range.parse-error.victoriametrics', 'bad-query', 422],
  ['query-range.out-of-time-503', 'unavailable', 503],
])('the recorded error %s is %s', async (name, code, status) => {
  const { metrics } = connect(() => recorded(name));
  await expect(metrics()).rejects.toMatchObject({ code, status });
});

test('an error stays one, though the answer has data beside it', async () => {
  const data = { resultType: 'matrix', result: [] };
  const { metrics } = connect(() =>
    Response.json(
      { status: 'error', errorType: 'execution', error: 'many-to-many matching', data },
      { status: 422 },
    ),
  );
  await expect(metrics()).rejects.toMatchObject({ code: 'bad-query', status: 422 });
});

test('a scalar, which is a pair and no list of series, is a bad-response where a matrix was asked for', async () => {
  const { metrics } = connect(() => recorded('query.scalar'));
  await expect(metrics()).rejects.toMatchObject({ code: 'bad-response' });
});

test('a native query brings its series, and another shape of it is refused', async () => {
  const { metrics, queries } = connect(() => matrix([{ metric: { job: 'shop/orders' } }]));
  const { signals } = await metrics({ native: { prometheus: { query: 'up == 0' } } });
  expect(queries()).toEqual(['up == 0']);
  expect(signals).toMatchObject([{ name: 'result', service: 'orders' }]);
  await expect(metrics({ native: { prometheus: 'up' } })).rejects.toThrow('[prometheus] bad-query');
});

test.each([[{ baseUrl: 'prometheus:9090' }], [{ serviceLabel: 'a b' }], [{ webUrl: 'javascript:alert(1)' }]])(
  '%o is a config error',
  (options) => {
    const create = () => createPrometheusConnector({ baseUrl: 'http://prometheus:9090', ...options });
    expect(create).toThrow(expect.objectContaining({ code: 'config' }));
    expect(create).toThrow(ConnectorError);
  },
);
