import { describe, expect, it } from 'vitest';
import { noTraces, setup, v3 } from './__fixtures__/connect.js';
import { createJaegerConnector } from './jaeger-connector.js';

describe('traces by id', () => {
  const id = (n: number) => n.toString(16).padStart(32, '0');
  const answers = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => [
      `/api/v3/traces/${id(n)}`,
      () => (n % 2 === 1 ? v3({ traceId: id(n) }) : noTraces()),
    ]),
  );

  it('are fetched one by one, each once; those not stored are a gap', async () => {
    const { ask, sent } = setup(answers);
    const { signals, gaps, provenance } = await ask({ limit: 50, traceIds: [id(1), id(2), id(3), id(1)] });
    expect(signals.map(({ traceId }) => traceId)).toEqual([id(1), id(3)]);
    expect(gaps).toEqual([
      { reason: 'sampled', missing: { count: 1, exact: true }, detail: expect.any(String) },
    ]);
    // Half an hour around the window: what a log line names may have begun before it.
    const hints = [
      'startTime=2026-11-23T03:15:00.000Z&start_time=2026-11-23T03:15:00.000Z',
      'endTime=2026-11-23T05:15:00.000Z&end_time=2026-11-23T05:15:00.000Z',
    ];
    expect(sent[0]).toBe(`/api/v3/traces/${id(1)}?${hints.join('&')}`);
    expect(provenance).toHaveLength(3);
  });

  it('are bounded, and the others are said', async () => {
    const { ask, sent } = setup(answers);
    const odd = Array.from({ length: 40 }, (_, n) => id(2 * n + 1));
    const { gaps } = await ask({ limit: 100, traceIds: odd });
    expect(sent.filter((path) => path.startsWith('/api/v3/traces/'))).toHaveLength(30);
    expect(gaps).toContainEqual({
      reason: 'budget',
      missing: { count: 10, exact: true },
      detail: expect.any(String),
    });
  });

  it('one that fails does not hide the others', async () => {
    const { ask } = setup({
      ...answers,
      [`/api/v3/traces/${id(3)}`]: () => new Response('', { status: 503 }),
    });
    const { signals, gaps } = await ask({ limit: 50, traceIds: [id(1), id(3)] });
    expect([signals.length, gaps.map(({ reason }) => reason)]).toEqual([1, ['page-failure']]);
  });

  it('hostile ids are not sent', async () => {
    const { ask, sent } = setup({});
    expect(await ask({ traceIds: ['../../api/archive/1', ''] })).toMatchObject({ signals: [] });
    expect(sent).toEqual([]);
  });
});

it('a tenant is a header, on every request', async () => {
  const { ask, tenants } = setup(
    { '/api/v3/services': () => Response.json({ services: ['orders'] }), '/api/v3/traces': noTraces },
    { headers: { 'x-tenant': 'team-a' } },
  );
  await ask();
  expect(tenants).toEqual(['team-a', 'team-a']);
});

describe('links', () => {
  it('lead to the pages of `webUrl`, prefix kept', async () => {
    const { ask } = setup(
      { '/api/v3/traces': () => v3({ traceId: '1' }) },
      { webUrl: 'https://ops.example/jaeger/' },
    );
    const { signals, provenance } = await ask();
    expect(signals[0]!.url).toBe('https://ops.example/jaeger/trace/00000000000000000000000000000001');
    expect(provenance[0]!.url).toBe(
      'https://ops.example/jaeger/search?service=orders&start=1795405500000000&end=1795409100000000&limit=2',
    );
  });

  it('a `webUrl` that is none is refused at once', () => {
    expect(() =>
      createJaegerConnector({ baseUrl: 'https://jaeger.example', webUrl: 'javascript:alert(1)' }),
    ).toThrow(/webUrl/);
  });
});

describe('health', () => {
  it('reads the list of services', async () => {
    const { connector, call } = setup({ '/api/v3/services': () => Response.json({ services: ['orders'] }) });
    expect(await connector.checkHealth(call)).toMatchObject({ state: 'healthy' });
  });

  it('says what is wrong', async () => {
    const { connector, call } = setup({ '/api/v3/services': () => new Response('', { status: 401 }) });
    expect(await connector.checkHealth(call)).toMatchObject({
      state: 'unhealthy',
      detail: '[jaeger] auth: HTTP 401 for /api/v3/services',
    });
  });
});
