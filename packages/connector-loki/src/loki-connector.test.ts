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

test.each([
  ['query-range.no-tenant', 'auth', 401],
  ['query-range.too-long', 'bad-query', 400],
  ['query-range.timeout', 'timeout', 504],
  ['query-range.too-many-outstanding', 'rate-limited', 429],
])('the recorded error %s, plain text, is %s', async (name, code, status) => {
  const { ask } = connect((request) => (isSeries(request) ? seriesOf({ app: 'orders' }) : recorded(name)));
  await expect(ask()).rejects.toMatchObject({ code, status });
});

describe('health', () => {
  const health = (labels: string, version: string) => {
    const { call, connector } = connect((request) =>
      recorded(request.url.includes('/labels') ? labels : version),
    );
    return connector.checkHealth(call);
  };

  test('healthy with the version', async () => {
    expect(await health('labels.all', 'status-buildinfo')).toMatchObject({
      state: 'healthy',
      version: '3.7.6',
    });
  });

  test('a hidden version is no illness', async () => {
    expect(await health('labels.all', 'query-range.no-tenant')).toMatchObject({ state: 'healthy' });
  });

  test('no streams under this tenant: degraded', async () => {
    expect(await health('labels.empty-without-data', 'status-buildinfo')).toMatchObject({
      state: 'degraded',
    });
  });

  test('the version is told to everybody, labels only to those who may read: unhealthy, with what to check', async () => {
    const seen = await health('labels.no-tenant', 'status-buildinfo');
    expect(seen).toMatchObject({ state: 'unhealthy', version: '3.7.6' });
    expect(seen.detail).toContain('`tenant`');
  });
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
