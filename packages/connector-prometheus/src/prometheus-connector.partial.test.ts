import { describe, expect, test } from 'vitest';
import { connect, isDiscovery, isProbe, matrix, store, window } from './__fixtures__/connect.js';
import { recorded } from './__fixtures__/recorded.js';

const histogram = { http_request_duration_seconds_bucket: { service: 'orders', le: '+Inf' } };
const pool = { db_pool_max_connections: { service: 'orders', pod: 'x' } };
const quantiles = { roles: ['latency.p99'] } as const;

describe('partial answers', () => {
  const partial = async (more: object) => {
    const answer = (query: string) =>
      isDiscovery(query) ? undefined : matrix([{ metric: { __name__: 'db_pool_max_connections' } }], more);
    return (await connect(store(pool, answer)).metrics()).gaps;
  };

  test('VictoriaMetrics isPartial, Thanos warnings', async () => {
    expect(await partial({ isPartial: true })).toMatchObject([{ reason: 'shard-failure' }]);
    const gaps = await partial({ warnings: ['No StoreAPIs matched: secret-host:10901'] });
    expect(gaps).toMatchObject([{ reason: 'shard-failure' }]);
    expect(JSON.stringify(gaps)).not.toContain('secret-host');
  });

  test('a limit of the server', async () => {
    expect(await partial({ warnings: ['results truncated due to limit'] })).toMatchObject([
      { reason: 'row-limit' },
    ]);
  });

  test('remarks on the query are no loss: infos of 3.x, which 2.53 files under warnings', async () => {
    expect(await partial({ infos: ['PromQL info: metric might not be a counter'] })).toEqual([]);
    const monotonic = 'PromQL info: input to histogram_quantile needed to be fixed for monotonicity';
    expect(await partial({ infos: [monotonic] })).toEqual([]);
    expect(await partial({ warnings: ['PromQL info: metric might not be a counter'] })).toEqual([]);
  });

  test.each([
    {
      warnings: [
        'PromQL warning: bucket label "le" is missing or has a malformed value of "" for metric name "x"',
      ],
    },
    { warnings: ['PromQL warning: encountered a mix of histograms and floats for metric name "x"'] },
    { infos: ['PromQL info: ignored histogram in max aggregation'] },
    { infos: ['PromQL info: incompatible sample types encountered for binary operator "/"'] },
  ])('samples that the store leaves out of a calculation are a gap: %o', async (more) => {
    expect(await partial(more)).toMatchObject([{ reason: 'invalid-item' }]);
  });

  test.each([
    ['query-range.out-of-time-422', 'vendor-timeout'],
    ['query-range.out-of-time-503', 'page-failure'],
    ['query-range.too-many-samples-422', 'byte-limit'],
    ['query-range.too-many-points-400', 'page-failure'],
  ])('one role failing by %s is a %s gap, the others stay', async (name, reason) => {
    const answer = (query: string) => {
      if (isDiscovery(query) || isProbe(query)) return undefined;
      if (query.startsWith('max by'))
        return matrix([{ metric: { __name__: 'db_pool_max_connections', service: 'orders' } }]);
      return recorded(name);
    };
    const { metrics } = connect(store({ ...pool, ...histogram }, answer));
    const { gaps, provenance, signals } = await metrics();
    expect(signals).toMatchObject([{ role: 'connections.max' }]);
    expect(gaps).toMatchObject([{ reason, window }]);
    expect(gaps[0]!.detail).toContain('latency.p99');
    expect(provenance.some(({ text }) => text.includes('histogram_quantile'))).toBe(true);
  });

  test('all roles failing is an error', async () => {
    const { metrics } = connect(
      store(histogram, (query) =>
        isDiscovery(query) || isProbe(query) ? undefined : recorded('query-range.out-of-time-422'),
      ),
    );
    await expect(metrics(quantiles)).rejects.toMatchObject({ code: 'timeout', status: 422, retryable: true });
  });

  test('a scrape interval that cannot be measured is told; rates go over four minutes', async () => {
    const answer = (query: string) =>
      isProbe(query) ? recorded('query-range.too-many-samples-422') : undefined;
    const { metrics, queries } = connect(store({ http_requests_total: { service: 'orders' } }, answer));
    expect((await metrics()).gaps).toMatchObject([{ reason: 'page-failure' }]);
    expect(queries().at(-1)).toContain('[240s]');
  });
});

describe('native histograms', () => {
  const named = (answer: () => Response) =>
    connect(
      store({ x_seconds: { service: 'orders' } }, (query) => (isDiscovery(query) ? undefined : answer())),
    );

  test('recorded: by name come count and sum, and a gap for the buckets', async () => {
    const { gaps, signals } = await named(() => recorded('query-range.native-histogram')).metrics({
      names: ['x_seconds'],
      window: { startMs: 1795407200000, endMs: 1795407500000 },
    });
    expect(signals.map(({ name, type }) => [name, type])).toEqual([
      ['result_count', 'gauge'],
      ['result_sum', 'gauge'],
    ]);
    expect(signals[0]!.points.length).toBeGreaterThan(2);
    expect(gaps).toMatchObject([{ reason: 'invalid-item', missing: { count: 1, exact: true } }]);
  });

  test('a series that was a classic sample first and a native one later is told as both', async () => {
    const at = 1795406600;
    const series = {
      metric: { __name__: 'x_seconds', service: 'orders' },
      values: [[at - 60, '3']],
      histograms: [
        [at, { count: '60', sum: '33.4', buckets: [[0, '0.5', '1', '12']] }],
        [at, { count: 60 }],
        'odd',
      ],
    };
    const data = { resultType: 'matrix', result: [series] };
    const { signals } = await named(() => Response.json({ status: 'success', data })).metrics({
      names: ['x_seconds'],
    });
    expect(signals.map(({ name, points, type, unit }) => ({ name, points, type, unit }))).toEqual([
      { name: 'x_seconds', points: [[(at - 60) * 1000, 3]], type: 'gauge', unit: 's' },
      { name: 'x_seconds_count', points: [[at * 1000, 60]], type: 'counter', unit: '1' },
      { name: 'x_seconds_sum', points: [[at * 1000, 33.4]], type: 'counter', unit: 's' },
    ]);
    expect(new Set(signals.map(({ id }) => id)).size).toBe(3);
  });
});
