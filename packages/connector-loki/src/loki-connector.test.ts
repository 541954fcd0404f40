import { ConnectorError } from '@midwatch/core';
import { describe, expect, test } from 'vitest';
import { connect, isSeries, seriesOf, window } from './__fixtures__/connect.js';
import { recorded, recordedBody } from './__fixtures__/recorded.js';
import { createLokiConnector } from './index.js';

describe('what Loki does not say', () => {
  test('a window before max_query_lookback is answered without a look: a retention gap', async () => {
    const { ask } = connect((request) =>
      isSeries(request) ? seriesOf({ app: 'orders' }) : recorded('query-range.lookback-clamped-silently'),
    );
    expect((await ask()).gaps).toMatchObject([{ reason: 'retention', window }]);
  });

  test.each(['query-range.empty', 'query-range.before-data'])('%s is an honest nothing', async (name) => {
    const { ask } = connect((request) => (isSeries(request) ? seriesOf({ app: 'orders' }) : recorded(name)));
    expect(await ask()).toMatchObject({ signals: [], gaps: [] });
  });

  test('a warning is a gap, without its text', async () => {
    const body = {
      ...(recordedBody('query-range.empty') as object),
      warnings: ['partial: secret-host:9095 gone'],
    };
    const { ask } = connect((request) =>
      isSeries(request) ? seriesOf({ app: 'orders' }) : Response.json(body),
    );
    const { gaps } = await ask();
    expect(gaps).toMatchObject([{ reason: 'shard-failure' }]);
    expect(JSON.stringify(gaps)).not.toContain('secret-host');
  });

  test('a metric answer to a log query is a bad-response', async () => {
    const { ask } = connect((request) =>
      isSeries(request) ? seriesOf({ app: 'orders' }) : recorded('query.count-vector'),
    );
    await expect(ask()).rejects.toMatchObject({ code: 'bad-response' });
  });
});

test('a window above max_query_length is cut by core, since Loki refuses it: 30 days and an hour', () => {
  const { connector } = connect(() => recorded('query-range.too-long'));
  expect(connector.sources.logs!.limits.maxWindowMs).toBe(721 * 3_600_000);
});

test('what Loki refuses with 400 names the limits to look at, without its text', async () => {
  const { ask } = connect((request) =>
    isSeries(request) ? seriesOf({ app: 'orders' }) : recorded('query-range.too-long'),
  );
  await expect(ask()).rejects.toThrow(/above a limit of the tenant \(range, lines, bytes\)/);
});

test.each([
  ['413 of a proxy', 413, 'too-large'],
  ['499, which it writes for callers that went', 499, 'bad-query'],
  ['500', 500, 'unavailable'],
  ['403 of a gateway', 403, 'auth'],
])('%s', async (_, status, code) => {
  const { ask } = connect((request) =>
    isSeries(request) ? seriesOf({ app: 'orders' }) : new Response('text', { status }),
  );
  await expect(ask()).rejects.toMatchObject({ code, status });
});

test.each([
  ['query-range.no-tenant', 'auth', 401],
  ['query-range.too-long', 'bad-query', 400],
  ['query-range.limit-above-maximum', 'bad-query', 400],
  ['query-range.empty-selector-400', 'bad-query', 400],
  ['query-range.invalid-tenant-400', 'bad-query', 400],
  ['labels.two-tenants-500', 'unavailable', 500],
  ['query-range.timeout', 'timeout', 504],
  ['query-range.too-many-outstanding', 'rate-limited', 429],
])('the recorded error %s, plain text, is %s', async (name, code, status) => {
  const { ask } = connect((request) => (isSeries(request) ? seriesOf({ app: 'orders' }) : recorded(name)));
  await expect(ask()).rejects.toMatchObject({ code, status });
});

test.each([
  [{ baseUrl: 'loki:3100' }],
  [{ serviceLabel: 'a b' }],
  [{ namespaceLabel: '"' }],
  [{ webUrl: 'javascript:alert(1)' }],
  [{ maxEntriesPerRequest: 0 }],
])('%o is a config error', (options) => {
  const create = () => createLokiConnector({ baseUrl: 'http://loki:3100', ...options });
  expect(create).toThrow(expect.objectContaining({ code: 'config' }));
  expect(create).toThrow(ConnectorError);
});
