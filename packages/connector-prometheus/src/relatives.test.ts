import { describe, expect, test } from 'vitest';
import { connect, isDiscovery, matrix, type Sent, store } from './__fixtures__/connect.js';
import { recorded } from './__fixtures__/recorded.js';

const pool = { db_pool_max_connections: { service: 'orders', pod: 'x' } };
const maximum = { metric: { __name__: 'db_pool_max_connections', service: 'orders' } };
const failed = (error: string, errorType = 'execution', status = 422) =>
  Response.json({ status: 'error', errorType, error }, { status });
const alerts = (headers: Record<string, string> = {}) =>
  Response.json({ status: 'success', data: { alerts: [] } }, { headers });

describe('Mimir', () => {
  test('prefix and tenant are in every request, those of health too', async () => {
    const { call, connector, metrics, sent } = connect(store(pool), {
      baseUrl: 'https://mimir.example.com/prometheus',
      tenant: 'team-a|team-b',
    });
    await metrics();
    await connector.checkHealth(call);
    expect(new Set(sent.map(({ headers }) => headers.get('x-scope-orgid')))).toEqual(
      new Set(['team-a|team-b']),
    );
    expect(sent.every(({ path }) => path.startsWith('/prometheus/api/v1/'))).toBe(true);
  });

  test.each([
    'the query time range exceeds the limit (query length: 800h0m0s, limit: 721h0m0s) (err-mimir-max-query-length)',
    'the total query time range exceeds the limit (err-mimir-max-total-query-length)',
    'the query exceeded the maximum number of series (limit: 100000 series) (err-mimir-max-series-per-query)',
    'the query exceeded the maximum number of chunks (limit: 2000000 chunks) (err-mimir-max-chunks-per-query)',
  ])('a limit is `too-large`, not a mistake in the query: %s', async (text) => {
    const { metrics } = connect(() => failed(text));
    await expect(metrics()).rejects.toMatchObject({ code: 'too-large', status: 422, retryable: false });
  });

  test('no tenant, and too many requests', async () => {
    const text = (body: string, status: number) => () => new Response(body, { status });
    await expect(connect(text('no org id', 401)).metrics()).rejects.toMatchObject({ code: 'auth' });
    const throttled = failed('too many requests', 'too_many_requests', 429);
    await expect(connect(() => throttled).metrics()).rejects.toMatchObject({ code: 'rate-limited' });
  });
});

describe('Thanos', () => {
  const partial = {
    warnings: ['receive series from Addr: secret-host:10901: rpc error: code = Unavailable'],
  };

  test('partial_response is on by default: 200 with warnings is a shard-failure gap, once and without hosts', async () => {
    const { metrics } = connect(({ parameters }) => {
      const query = parameters.get('query') ?? '';
      return isDiscovery(query)
        ? matrix([{ metric: { __name__: 'db_pool_max_connections', service: 'orders' } }], partial)
        : matrix([maximum], partial);
    });
    const { gaps, signals } = await metrics();
    expect(signals).toHaveLength(1);
    expect(gaps).toEqual([{ reason: 'shard-failure', detail: 'a part of the store did not answer' }]);
  });

  test('deduplication and resolution stay as the server has them: no parameter of its own goes out', async () => {
    const { metrics, sent } = connect(store(pool), { headers: { 'THANOS-TENANT': 'team-a' } });
    await metrics();
    const names = new Set(sent.flatMap(({ parameters }) => [...parameters.keys()]));
    expect([...names].toSorted()).toEqual(['end', 'limit', 'query', 'start', 'step']);
    expect(sent.every(({ headers }) => headers.get('thanos-tenant') === 'team-a')).toBe(true);
  });

  test('a limit on series', async () => {
    const { metrics } = connect(() => failed('expanding series: limit 1000 violated (got 1001)'));
    await expect(metrics()).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('VictoriaMetrics', () => {
  test.each([
    'too many points for the given start=1, end=2 and step=3: 40000; the maximum number of points is 30000',
    'the number of matching timeseries exceeds 300000; either narrow down the search or increase -search.max* command-line flag values',
    'cannot process more than -search.maxSamplesPerQuery=1000000000 samples',
  ])('its limits, under an errorType that is a status: %s', async (text) => {
    const { metrics } = connect(() => failed(text, '422'));
    await expect(metrics()).rejects.toMatchObject({ code: 'too-large', status: 422 });
  });

  test('the cluster has its tenant in the path', async () => {
    const { metrics, sent } = connect(store(pool), {
      baseUrl: 'http://vmselect:8481/select/42:7/prometheus',
    });
    await metrics();
    expect(sent[0]!.path).toBe('/select/42:7/prometheus/api/v1/query_range');
  });

  test('no alerts may mean that nobody told it which vmalert to ask: a gap; elsewhere none are none', async () => {
    const quiet = await connect(() => alerts({ 'x-server-hostname': 'vm' })).incidents();
    expect(quiet.gaps).toMatchObject([{ reason: 'unsupported-filter' }]);
    expect(quiet.gaps[0]!.detail).toContain('-vmalert.proxyURL');
    expect((await connect(() => alerts()).incidents()).gaps).toEqual([]);
    const firing = await connect(() => recorded('alerts.vmalert')).incidents({ limit: 1000 });
    expect(firing.gaps).toEqual([]);
  });

  test('scalars come as vectors and the envelope has more in it: `stats` with numbers as text', async () => {
    const { metrics } = connect(
      store(pool, (query) =>
        isDiscovery(query)
          ? undefined
          : matrix([maximum], { isPartial: false, stats: { seriesFetched: '0', executionTimeMsec: 1 } }),
      ),
    );
    expect(await metrics()).toMatchObject({ signals: [{ role: 'connections.max' }], gaps: [] });
  });
});

describe('Google Managed Service for Prometheus', () => {
  const baseUrl = 'https://monitoring.googleapis.com/v1/projects/p/location/global/prometheus';

  test('a bearer token is asked for every request, so that it can be refreshed', async () => {
    let asked = 0;
    const token = async () => {
      asked += 1;
      return `ya29.${asked}`;
    };
    const { metrics, sent } = connect(store(pool), { baseUrl, token });
    await metrics({ native: { prometheus: { query: 'up' } } });
    await metrics({ native: { prometheus: { query: 'up' } } });
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer ya29.1',
      'Bearer ya29.2',
    ]);
    expect(sent[0]!.path).toBe('/v1/projects/p/location/global/prometheus/api/v1/query_range');
  });

  test('one name is asked for exactly, since it refuses patterns of names', async () => {
    const { metrics, queries } = connect(
      store({ jobs_queue_length: { job: 'orders' } }, (query) =>
        isDiscovery(query)
          ? undefined
          : matrix([{ metric: { __name__: 'jobs_queue_length', job: 'orders' } }]),
      ),
      { baseUrl },
    );
    expect((await metrics({ names: ['jobs_queue_length'] })).signals).toHaveLength(1);
    expect(queries().some((query) => query.includes('__name__=~'))).toBe(false);
    expect(queries()[0]).toContain('__name__="jobs_queue_length"');
  });
});

describe("Grafana's data-source proxy", () => {
  const baseUrl = 'https://grafana.example.com/api/datasources/proxy/uid/abc';

  test('a data source whose type lets no forms through (403) is asked by address, and so from then on', async () => {
    const answer = store(pool, (query) => (isDiscovery(query) ? undefined : matrix([maximum])));
    const { metrics, sent } = connect(
      (one: Sent) => (one.method === 'POST' ? new Response('{"message":"…"}', { status: 403 }) : answer(one)),
      { baseUrl, token: 'glsa_x', headers: { 'X-Grafana-Org-Id': '2' } },
    );
    expect((await metrics()).signals).toHaveLength(1);
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
    expect(sent.every(({ headers }) => headers.get('x-grafana-org-id') === '2')).toBe(true);
    expect(sent.every(({ headers }) => headers.get('authorization') === 'Bearer glsa_x')).toBe(true);
  });

  test('without the permission both ways are refused, which is `auth`; without Grafana 403 is final', async () => {
    const refused = () => new Response('{}', { status: 403 });
    const proxied = connect(refused, { baseUrl });
    await expect(proxied.metrics()).rejects.toMatchObject({ code: 'auth', status: 403 });
    expect(proxied.sent).toHaveLength(2);
    const direct = connect(refused);
    await expect(direct.metrics()).rejects.toMatchObject({ code: 'auth', status: 403 });
    expect(direct.sent).toHaveLength(1);
  });

  test.each([
    [400, "check the credentials in the data source's settings"],
    [401, 'check `token`, that of a service account'],
    [403, 'lacks `datasources:query`'],
    [404, 'check the uid in `baseUrl`'],
    [502, 'Grafana cannot reach the data source'],
  ])('health says what %i means', async (status, meaning) => {
    const { call, connector } = connect(() => new Response('{"message":"x"}', { status }), { baseUrl });
    const seen = await connector.checkHealth(call);
    expect(seen.state).toBe('unhealthy');
    expect(seen.detail).toContain(meaning);
  });
});
