import { ConnectorError, traceSignalSchema } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { connect, fake, storedTraces, window } from './__fixtures__/connect.js';
import { recorded } from './__fixtures__/recorded.js';

const failedId = 'd85a429591b240fda1b5dc73fe4e39e2';

/** The recorded exchanges by the path that was asked. */
const answers: Record<string, string> = {
  '/api/search': 'search.most-recent',
  [`/api/v2/traces/${failedId}`]: 'trace-v2.failed',
  '/api/v2/traces/12024af6fc4174096a1434cc7c759411': 'trace-v2.python-exception',
};
const server = (overrides: Record<string, string> = {}) =>
  connect((request) =>
    recorded({ ...answers, ...overrides }[new URL(request.url).pathname] ?? 'trace-v2.unknown'),
  );

describe('a search and the traces that it found, as recorded', () => {
  it('asks for the newest, in whole seconds, one more than wanted and one span of each', async () => {
    const { ask, sent } = server();
    await ask({
      limit: 20,
      onlyErrors: true,
      window: { startMs: window.startMs + 400, endMs: window.endMs - 400 },
    });
    expect([...(sent[0]?.searchParams ?? [])]).toEqual([
      ['q', '{ resource.service.name = "orders" } && { status = error } with (most_recent=true)'],
      ['limit', '21'],
      ['spss', '1'],
      ['start', '1795403040'],
      ['end', '1795406760'],
    ]);
  });

  it('never asks with equal times, which is an error', async () => {
    const { ask, sent } = server({ '/api/search': 'search.no-match' });
    await ask({ target: {}, window: { startMs: window.startMs, endMs: window.startMs } });
    expect(sent[0]?.search).toContain('&start=1795403040&end=1795403041');
  });

  it('reads every found trace by its id, near the time where it was found', async () => {
    const { ask, reads } = server();
    const { signals, gaps, provenance } = await ask({ limit: 20, onlyErrors: true });
    expect(reads()).toHaveLength(20);
    expect(reads().find(({ pathname }) => pathname.endsWith(failedId))?.search).toBe(
      '?start=1795404882&end=1795408489',
    );
    expect(signals.map(({ traceId }) => traceId)).toEqual([failedId]);
    expect(provenance).toHaveLength(1);
    expect(signals[0]?.queryId).toBe(provenance[0]?.queryId);
    // The recording holds one of the twenty.
    expect(gaps).toEqual([
      {
        reason: 'page-failure',
        missing: { count: 19, exact: true },
        detail: 'found by search, but not by their ids',
      },
    ]);
  });

  it('ids in base64, kinds and statuses as words, integers as text become what all connectors give', async () => {
    const { signals } = await server().ask({ limit: 20 });
    const trace = signals[0]!;
    expect(traceSignalSchema.safeParse(trace).success).toBe(true);
    expect([trace.spans.length, trace.complete, trace.timeUnixNano]).toEqual([
      11,
      true,
      '1795406682018644736',
    ]);
    expect(trace.spans.find(({ operation }) => operation === 'HikariPool.getConnection')).toMatchObject({
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      parentSpanId: '6718a34a09576662',
      service: 'orders',
      kind: 'internal',
      status: 'error',
      startNs: '1795406682336422912',
      attributes: {
        'otel.status_description': 'Connection is not available, request timed out after 3000ms',
      },
    });
    expect(trace.spans.find(({ operation }) => operation === 'POST /charge')).toMatchObject({
      status: 'unset',
    });
    expect(trace.spans[0]?.attributes['http.response.status_code']).toBe(502);
  });

  it('type and message of an exception event are kept', async () => {
    const { signals } = await server().ask({ traceIds: ['12024af6fc4174096a1434cc7c759411'] });
    const types = signals[0]?.spans.flatMap(({ attributes }) => attributes['exception.type'] ?? []);
    expect(types?.length).toBeGreaterThan(0);
  });

  it('two span sets of one trace are one trace', async () => {
    const { ask, reads } = server({ '/api/search': 'search.two-spansets' });
    await ask();
    expect(reads()).toHaveLength(2);
  });
});

describe('what Tempo answers when it has or does nothing', () => {
  it.each(['search.no-match', 'search.outside-stored-time'])('%s is an empty answer', async (name) => {
    const { ask, sent } = server({
      '/api/search': name,
      '/api/v2/search/tag/resource.service.name/values': 'tag-values.services',
    });
    expect(await ask()).toMatchObject({ signals: [], gaps: [], provenance: [{ language: 'traceql' }] });
    expect(sent).toHaveLength(2);
  });

  it('a service that it has not heard of for a day is an unmapped target, not an empty answer', async () => {
    const { ask, sent } = server({
      '/api/search': 'search.no-match',
      '/api/v2/search/tag/resource.service.name/values': 'tag-values.services',
    });
    const { gaps } = await ask({ target: { service: 'order-service' } });
    expect(gaps).toEqual([{ reason: 'unmapped-target', detail: expect.any(String) }]);
    expect(sent.at(-1)?.search).toBe('?start=1795320360&end=1795406760');
  });

  it('a list of services that cannot be read speaks against no name', async () => {
    const { ask } = fake([], {
      instead: ({ pathname }) =>
        pathname.endsWith('/values') ? new Response('', { status: 500 }) : undefined,
    });
    expect((await ask()).gaps).toEqual([]);
  });

  it.each([
    ['search.bad-query', 'bad-query', 400],
    ['search.range-too-long', 'bad-query', 400],
    ['search.no-tenant', 'auth', 401],
  ])('%s, in plain text, is %s without a word of the body', async (name, code, status) => {
    const error: unknown = await server({ '/api/search': name })
      .ask()
      .catch((thrown: unknown) => thrown);
    expect(ConnectorError.is(error) && [error.code, error.status, error.message]).toEqual([
      code,
      status,
      `[tempo] ${code}: HTTP ${status} for /api/search`,
    ]);
  });

  it('JSON that is no answer to a search is no empty answer', async () => {
    const { ask } = connect(() => Response.json({ error: 'starting up' }));
    await expect(ask()).rejects.toMatchObject({ code: 'bad-response' });
  });

  it('longer windows than its 168 hours are cut by core, rounding to seconds included', () => {
    const { limits } = fake(storedTraces(1)).connector.sources.traces!;
    expect(limits).toEqual({ maxItems: 25, maxWindowMs: 168 * 3_600_000 - 2000 });
  });
});
