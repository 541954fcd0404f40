import { describe, expect, it } from 'vitest';
import { connect, fake, storedTraces, window } from './__fixtures__/connect.js';
import { recorded } from './__fixtures__/recorded.js';
import { createTempoConnector } from './index.js';

const panesOf = (url: string | undefined) =>
  JSON.parse(new URL(url ?? '').searchParams.get('panes') ?? '') as { traces: unknown };

describe('requests', () => {
  it('carry the tenant, several where the server allows it, and ask for JSON', async () => {
    const { ask, headers } = fake(storedTraces(1), { options: { tenant: 'team-a|team-b' } });
    await ask();
    expect(headers).toHaveLength(2);
    for (const sent of headers) {
      expect(sent.get('x-scope-orgid')).toBe('team-a|team-b');
      expect(sent.get('accept')).toBe('application/json');
    }
  });

  it('carry a tenant given as a header just as well', async () => {
    const { ask, headers } = fake(storedTraces(1), { options: { headers: { 'X-Scope-OrgID': 'team-a' } } });
    await ask();
    expect(headers.map((sent) => sent.get('x-scope-orgid'))).toEqual(['team-a', 'team-a']);
  });

  it("go through Grafana's data-source proxy, whose uid the links open", async () => {
    const { ask, sent } = fake(storedTraces(1), {
      options: {
        baseUrl: 'https://grafana.example/ops/api/datasources/proxy/uid/tempo-1',
        token: 'service-account',
        webUrl: 'https://grafana.example/ops/',
      },
    });
    const { signals, provenance } = await ask();
    expect(sent.map(({ pathname }) => pathname.replace(/[0-9a-f]{32}/, 'ID'))).toEqual([
      '/ops/api/datasources/proxy/uid/tempo-1/api/search',
      '/ops/api/datasources/proxy/uid/tempo-1/api/v2/traces/ID',
    ]);
    expect(provenance[0]?.url).toMatch(/^https:\/\/grafana\.example\/ops\/explore\?schemaVersion=1&panes=/);
    expect(panesOf(provenance[0]?.url).traces).toEqual({
      datasource: 'tempo-1',
      queries: [
        {
          refId: 'A',
          queryType: 'traceql',
          query: '{ resource.service.name = "orders" } with (most_recent=true)',
        },
      ],
      range: { from: String(window.startMs), to: String(window.endMs) },
    });
    expect(panesOf(signals[0]?.url).traces).toMatchObject({ queries: [{ query: signals[0]?.traceId }] });
  });

  it('have no links without `webUrl`', async () => {
    const { signals, provenance } = await fake(storedTraces(1)).ask();
    expect([signals[0]?.url, provenance[0]?.url]).toEqual([undefined, undefined]);
  });

  it('a `webUrl` that is none is refused at once', () => {
    expect(() =>
      createTempoConnector({ baseUrl: 'http://tempo:3200', webUrl: 'javascript:alert(1)' }),
    ).toThrow(/webUrl/);
  });
});

describe('health', () => {
  const server = (services: () => Response, version = () => recorded('status-buildinfo')) =>
    connect((request) => (request.url.endsWith('/buildinfo') ? version() : services()));

  it('reads the list of services and the version', async () => {
    const { connector, call } = server(() => recorded('tag-values.services'));
    expect(await connector.checkHealth(call)).toMatchObject({ state: 'healthy', version: '3.0.3' });
  });

  it('does not need the version', async () => {
    const { connector, call } = server(
      () => recorded('tag-values.services'),
      () => new Response('', { status: 404 }),
    );
    const health = await connector.checkHealth(call);
    expect(health).toMatchObject({ state: 'healthy', latencyMs: expect.any(Number) });
    expect(health).not.toHaveProperty('version');
  });

  it('tells what targets are asked for by: services were found by their attribute, the rest is convention', async () => {
    const { connector, call } = server(() => recorded('tag-values.services'));
    const { labels } = await connector.checkHealth(call);
    expect(labels?.map(({ field, label, chosenBy }) => `${field} ${label} ${chosenBy}`)).toEqual([
      'service service.name discovered',
      'namespace k8s.namespace.name convention',
      'namespace service.namespace convention',
      'environment deployment.environment.name convention',
      'environment deployment.environment convention',
      'cluster k8s.cluster.name convention',
      'pod k8s.pod.name convention',
    ]);
  });

  it('no traces of late may be a wrong tenant', async () => {
    const { connector, call } = server(() => Response.json({ metrics: {} }));
    expect(await connector.checkHealth(call)).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('tenant'),
    });
  });

  it("goes through Grafana's proxy, whose own errors are JSON", async () => {
    const sent: string[] = [];
    const { connector, call } = connect(
      (request) => {
        sent.push(new URL(request.url).pathname);
        return Response.json({ message: 'Bad Gateway' }, { status: 502 });
      },
      { baseUrl: 'https://grafana.example/api/datasources/proxy/uid/tempo-1' },
    );
    expect(await connector.checkHealth(call)).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringMatching(/^\[tempo\] unavailable: HTTP 502/),
    });
    expect(sent).toContain('/api/datasources/proxy/uid/tempo-1/api/status/buildinfo');
  });

  it.each([
    ['no tenant', 401, 'check `token`, `basicAuth` and `tenant`'],
    ['no Tempo at this path', 404, 'check the path in `baseUrl`'],
    ['a server that starts', 503, '[tempo] unavailable: HTTP 503'],
  ])('%s is said', async (_, status, detail) => {
    const { connector, call } = server(() => new Response('no org id\n', { status }));
    expect(await connector.checkHealth(call)).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringContaining(detail),
    });
  });
});
