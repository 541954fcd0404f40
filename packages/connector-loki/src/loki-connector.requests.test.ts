import { describe, expect, test } from 'vitest';
import { connect, fake, isSeries, storedLines } from './__fixtures__/connect.js';
import { createFakeLoki } from './__fixtures__/fake-loki.js';
import { recorded, recordedBody } from './__fixtures__/recorded.js';

describe('requests', () => {
  test('finds the label of the service first, then reads with nanosecond times and categorized labels', async () => {
    const { ask, sent } = connect(
      (request) =>
        recorded(isSeries(request) ? 'series.one-service' : 'query-range.three-tuples-categorized'),
      { tenant: 'team-a' },
    );
    const batch = await ask({
      target: { service: 'orders', namespace: 'shop' },
      limit: 4,
      contains: ['ERROR'],
    });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /loki/api/v1/series',
      'GET /loki/api/v1/query_range',
    ]);
    expect(Object.fromEntries(sent[1]!.parameters)).toMatchInlineSnapshot(`
      {
        "direction": "backward",
        "end": "1795406700000000000",
        "limit": "5",
        "query": "{service_name="orders", namespace="shop"} |= "ERROR"",
        "start": "1795403100000000000",
      }
    `);
    expect(sent[1]!.headers.get('x-loki-response-encoding-flags')).toBe('categorize-labels');
    expect(sent.map(({ headers }) => headers.get('x-scope-orgid'))).toEqual(['team-a', 'team-a']);
    expect(batch.signals).toHaveLength(4);
    expect(batch.gaps).toEqual([
      { reason: 'row-limit', window: expect.anything(), missing: { count: 1, exact: false } },
    ]);
    expect(batch.provenance.map(({ language, text }) => [language, text])).toEqual([
      ['logql', '{service_name="orders", namespace="shop"} |= "ERROR"'],
    ]);
  });

  test('several tenants go as they are; the server tells each line whose it is', async () => {
    const lines = storedLines(2, (index) => ({
      stream: { service_name: 'orders', __tenant_id__: index === 0 ? 'team-a' : 'team-b' },
    }));
    const { ask, sent } = connect(createFakeLoki(lines), { tenant: 'team-a|team-b' });
    const { signals } = await ask();
    expect(sent.every(({ headers }) => headers.get('x-scope-orgid') === 'team-a|team-b')).toBe(true);
    expect(signals.map(({ attributes }) => attributes['__tenant_id__'])).toEqual(['team-a', 'team-b']);
  });

  test('milliseconds never go out: Loki reads them as nanoseconds and answers 200 with nothing', async () => {
    const { ask, sent } = fake(storedLines(3));
    await ask();
    for (const { parameters } of sent) {
      expect(parameters.get('start')).toBe('1795403100000000000');
      expect(parameters.get('end')).toBe('1795406700000000000');
    }
    // What they would have brought.
    expect(recordedBody('query-range.milliseconds-misread')).toMatchObject({
      status: 'success',
      data: { result: [] },
    });
  });

  test("a path prefix such as that of Grafana's data-source proxy is kept and names the data source of links", async () => {
    const { ask, sent } = connect(createFakeLoki(storedLines(1)), {
      baseUrl: 'https://grafana.example.com/api/datasources/proxy/uid/P8E80F9AEF21F6940',
      webUrl: 'https://grafana.example.com/',
    });
    const { provenance } = await ask();
    expect(sent[0]!.path).toBe('/api/datasources/proxy/uid/P8E80F9AEF21F6940/loki/api/v1/series');
    const link = new URL(provenance[0]!.url!);
    expect(link.origin + link.pathname).toBe('https://grafana.example.com/explore');
    expect(JSON.parse(link.searchParams.get('panes')!)).toEqual({
      logs: {
        datasource: 'P8E80F9AEF21F6940',
        queries: [{ refId: 'A', expr: '{app="orders"}', queryType: 'range' }],
        range: { from: '1795403100000', to: '1795406700000' },
      },
    });
  });

  test('no step goes out: Loki holds log queries, too, to 11,000 steps', async () => {
    const { ask, sent } = fake(storedLines(3));
    await ask({ keep: 'spread' });
    expect(sent.every(({ parameters }) => !parameters.has('step') && !parameters.has('interval'))).toBe(true);
  });

  test('a long query goes as a form', async () => {
    const { ask, sent } = fake(storedLines(1));
    await ask({ contains: ['x'.repeat(3000)] });
    expect(sent.at(-1)).toMatchObject({ method: 'POST', path: '/loki/api/v1/query_range' });
  });

  test("Grafana's proxy refuses forms to Loki: addresses there, and short enough for what stands in front of it", async () => {
    const { ask, sent } = connect(createFakeLoki(storedLines(1)), {
      baseUrl: 'https://grafana.example.com/api/datasources/proxy/uid/abc',
    });
    await ask({ contains: ['x'.repeat(3000)] });
    const ids = Array.from({ length: 64 }, (_, index) => index.toString(16).padStart(32, 'a'));
    const before = sent.length;
    await ask({ traceIds: ids });
    const asked = sent.slice(before);
    expect(sent.every(({ method }) => method === 'GET')).toBe(true);
    expect(Math.max(...asked.map(({ parameters }) => parameters.toString().length))).toBeLessThan(4000);
    const queries = asked.map(({ parameters }) => parameters.get('query')).join();
    expect(ids.every((id) => queries.includes(id))).toBe(true);
  });

  test('a native query replaces the built one, and another shape of it is refused', async () => {
    const { ask, queries } = fake(storedLines(1));
    await ask({ native: { loki: { query: '{app="orders"} | json | status >= 500' } } });
    expect(queries()).toEqual(['{app="orders"} | json | status >= 500']);
    await expect(ask({ native: { loki: { text: 'x' } } })).rejects.toThrow('[loki] bad-query');
  });
});
