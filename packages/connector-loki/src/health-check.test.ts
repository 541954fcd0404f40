import { describe, expect, test } from 'vitest';
import { connect } from './__fixtures__/connect.js';
import { recorded } from './__fixtures__/recorded.js';
import type { LokiConnectorOptions } from './index.js';

describe('health', () => {
  const health = (labels: string, version: string, options: Partial<LokiConnectorOptions> = {}) => {
    const { call, connector } = connect(
      (request) => recorded(request.url.includes('/labels') ? labels : version),
      options,
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

  test('labels: what the streams have, what is usual where they have none', async () => {
    const { labels } = await health('labels.all', 'status-buildinfo');
    expect(labels).toEqual([
      { field: 'service', label: 'service_name', chosenBy: 'discovered' },
      { field: 'namespace', label: 'namespace', chosenBy: 'discovered' },
      { field: 'pod', label: 'pod', chosenBy: 'discovered' },
      { field: 'cluster', label: 'cluster', chosenBy: 'discovered' },
      { field: 'environment', label: 'deployment_environment', chosenBy: 'discovered' },
      { field: 'level', label: 'detected_level', chosenBy: 'convention' },
    ]);
  });

  test('labels that are configured are told as such, whatever the server has', async () => {
    const options = { serviceLabel: 'team_service', namespaceLabel: 'ns' };
    const { labels } = await health('labels.empty-without-data', 'status-buildinfo', options);
    expect(labels?.slice(0, 3)).toEqual([
      { field: 'service', label: 'team_service', chosenBy: 'option' },
      { field: 'namespace', label: 'ns', chosenBy: 'option' },
      { field: 'pod', label: 'pod', chosenBy: 'convention' },
    ]);
  });

  test('several tenants at a server that allows one: 500, and what to set', async () => {
    const seen = await health('labels.two-tenants-500', 'status-buildinfo', { tenant: 'a|b' });
    expect(seen).toMatchObject({ state: 'unhealthy' });
    expect(seen.detail).toContain('`multi_tenant_queries_enabled`');
  });

  test('a tenant with characters that Loki refuses: 400', async () => {
    const seen = await health('query-range.invalid-tenant-400', 'status-buildinfo', { tenant: 'a/b' });
    expect(seen.detail).toContain('check `tenant`');
  });
});

test.each([
  [400, "check the credentials in the data source's settings"],
  [401, 'check `token`, that of a service account'],
  [403, 'lacks `datasources:query`'],
  [404, 'check the uid in `baseUrl`'],
  [502, 'Grafana cannot reach the data source'],
])("through Grafana's proxy health says what %i means", async (status, meaning) => {
  const { call, connector, sent } = connect(() => new Response('{"message":"x"}', { status }), {
    baseUrl: 'https://grafana.example.com/api/datasources/proxy/uid/abc',
    token: 'glsa_x',
    headers: { 'X-Grafana-Org-Id': '2' },
  });
  const seen = await connector.checkHealth(call);
  expect(seen.state).toBe('unhealthy');
  expect(seen.detail).toContain(meaning);
  expect(sent.every(({ headers }) => headers.get('authorization') === 'Bearer glsa_x')).toBe(true);
  expect(sent.every(({ headers }) => headers.get('x-grafana-org-id') === '2')).toBe(true);
});
