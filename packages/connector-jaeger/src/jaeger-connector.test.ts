import {
  type CallContextV1,
  ConnectorError,
  type FetchLike,
  type SignalQueryByKind,
  traceSignalSchema,
} from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import nothingLegacy from './__fixtures__/legacy-search.nothing.json' with { type: 'json' };
import twoLegacy from './__fixtures__/legacy-search.victoriatraces.json' with { type: 'json' };
import { createJaegerConnector, type JaegerConnectorOptions } from './jaeger-connector.js';

const window = { startMs: Date.UTC(2026, 10, 23, 3, 45), endMs: Date.UTC(2026, 10, 23, 4, 45) };
const query: SignalQueryByKind['traces'] = {
  window,
  target: { service: 'orders' },
  limit: 2,
  keep: 'newest',
};

/** Answers by path, in the order that requests come in; what is sent is kept. */
function setup(
  answers: Record<string, (url: URL) => Response>,
  options: Partial<JaegerConnectorOptions> = {},
) {
  const sent: string[] = [];
  const fetch: FetchLike = async (input) => {
    const url = new URL(input);
    sent.push(decodeURIComponent(url.pathname + url.search));
    const answer = answers[url.pathname];
    return answer === undefined ? new Response('404 page not found\n', { status: 404 }) : answer(url);
  };
  const connector = createJaegerConnector({ baseUrl: 'https://jaeger.example', ...options });
  const call: CallContextV1 = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch,
  };
  const ask = (overrides: Partial<SignalQueryByKind['traces']> = {}) =>
    connector.sources.traces!.doQuery({ ...query, ...overrides }, call);
  return { connector, sent, call, ask };
}

const noTraces = () =>
  Response.json({ error: { httpCode: 404, message: 'No traces found' } }, { status: 404 });

interface V3Span {
  traceId: string;
  atMs?: number;
  service?: string;
  durationMs?: number;
  error?: boolean;
  parentSpanId?: string;
}

function v3(...spans: V3Span[]) {
  return Response.json({
    result: {
      resourceSpans: spans.map(
        ({ traceId, atMs = window.startMs, service = 'orders', durationMs = 1, error, parentSpanId }) => ({
          resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: traceId.padStart(32, '0'),
                  spanId: '00000000000000a1',
                  ...(parentSpanId === undefined ? {} : { parentSpanId }),
                  name: 'work',
                  startTimeUnixNano: `${atMs}000000`,
                  endTimeUnixNano: `${atMs + durationMs}000000`,
                  ...(error ? { status: { code: 2 } } : {}),
                },
              ],
            },
          ],
        }),
      ),
    },
  });
}

describe('the v3 API', () => {
  it('is asked in snake case, with RFC 3339 times, and one trace more than wanted', async () => {
    const { ask, sent } = setup({ '/api/v3/traces': () => v3({ traceId: '1' }) });
    await ask({ minDurationMs: 250, target: { service: 'orders', operation: 'work' } });
    expect(sent).toEqual([
      '/api/v3/traces?query.service_name=orders&query.operation_name=work' +
        '&query.start_time_min=2026-11-23T03:45:00.000Z&query.start_time_max=2026-11-23T04:45:00.000Z' +
        '&query.duration_min=250ms&query.num_traces=3&query.search_depth=3',
    ]);
  });

  it('merges all traces of a search into one list: they are told apart by id', async () => {
    const { ask } = setup({
      '/api/v3/traces': () =>
        v3(
          { traceId: '2', atMs: window.startMs + 5 },
          { traceId: '1' },
          { traceId: '2', atMs: window.startMs + 6 },
        ),
    });
    const { signals, gaps } = await ask();
    expect(signals.map(({ traceId, spans }) => [traceId.at(-1), spans.length])).toEqual([
      ['1', 1],
      ['2', 2],
    ]);
    expect(gaps).toEqual([]);
    for (const signal of signals) expect(traceSignalSchema.safeParse(signal).success).toBe(true);
  });

  it('says 404 when nothing is found, which is an empty answer', async () => {
    const { ask, sent } = setup({
      '/api/v3/traces': noTraces,
      '/api/v3/services': () => Response.json({ services: ['orders'] }),
    });
    expect(await ask()).toMatchObject({ signals: [], gaps: [], provenance: [{ language: 'http' }] });
    expect(sent).toHaveLength(2);
  });

  it('refuses a query in the form of an error', async () => {
    const { ask } = setup({
      '/api/v3/traces': () =>
        Response.json({ error: { httpCode: 400, message: 'malformed' } }, { status: 400 }),
    });
    await expect(ask()).rejects.toMatchObject({
      code: 'bad-query',
      message: expect.not.stringContaining('malformed'),
    });
  });

  it('fails inside a 200', async () => {
    const { ask } = setup({
      '/api/v3/traces': () => Response.json({ error: { httpCode: 500, message: 'x' } }),
    });
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable', status: 500 });
  });
});

describe('the legacy API, where v3 is not there', () => {
  const legacy = { '/api/traces': () => Response.json(twoLegacy) };

  it('is asked in microseconds', async () => {
    const { ask, sent } = setup(legacy);
    const { signals, gaps } = await ask({ onlyErrors: true });
    expect(sent[1]).toBe(
      '/api/traces?service=orders&start=1795405500000000&end=1795409099999999&tags={"error":"true"}&limit=3',
    );
    expect(signals.map(({ traceId, spans }) => [traceId, spans.length])).toEqual([
      ['3a43d0b44cbc9b32f137b35c9d4d7fe8', 4],
      ['d2036fd09e0b2267d36297120681a38d', 4],
    ]);
    expect(gaps).toEqual([]);
  });

  it.each([
    ['404 with text', () => new Response('404 page not found\n', { status: 404 })],
    ['400 with text, as VictoriaTraces', () => new Response('unsupported path requested', { status: 400 })],
    [
      'its page with 200',
      () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['405', () => new Response('', { status: 405 })],
  ])('is found when v3 answers %s', async (_, unknownPath) => {
    const { ask } = setup({ '/api/v3/traces': unknownPath, ...legacy });
    expect((await ask()).signals).toHaveLength(2);
  });

  it('is asked first afterwards, and v3 again when it has gone', async () => {
    let upgraded = false;
    const { ask, sent } = setup({
      '/api/v3/traces': () => (upgraded ? v3({ traceId: '1' }) : new Response('', { status: 404 })),
      '/api/traces': () =>
        upgraded ? new Response('404 page not found', { status: 404 }) : Response.json(twoLegacy),
    });
    await ask();
    await ask();
    upgraded = true;
    expect((await ask()).signals).toHaveLength(1);
    await ask();
    expect(sent.map((path) => path.split('?')[0])).toEqual([
      ...['/api/v3/traces', '/api/traces'],
      '/api/traces',
      ...['/api/traces', '/api/v3/traces'],
      '/api/v3/traces',
    ]);
  });

  it('gives the same trace the same id as v3 does', async () => {
    const traceId = 'd2036fd09e0b2267d36297120681a38d';
    const [, legacyTrace] = (await setup(legacy).ask()).signals;
    const [v3Trace] = (await setup({ '/api/v3/traces': () => v3({ traceId }) }).ask()).signals;
    expect(v3Trace!.id).toBe(legacyTrace!.id);
  });

  it('finds nothing with 200 and an empty list', async () => {
    const { ask } = setup({
      '/api/traces': () => Response.json(nothingLegacy),
      '/api/services': () => Response.json({ data: ['orders'] }),
    });
    expect(await ask()).toMatchObject({ signals: [], gaps: [] });
  });

  it('finds nothing with 404 in its own form', async () => {
    const answer = { data: null, total: 0, errors: [{ code: 404, msg: 'trace not found' }] };
    const { ask } = setup({ '/api/traces': () => Response.json(answer, { status: 404 }) });
    expect((await ask()).signals).toEqual([]);
  });

  it('reports errors beside what it found', async () => {
    const { ask } = setup({
      '/api/traces': () => Response.json({ ...twoLegacy, errors: [{ code: 500, msg: 'shard' }] }),
    });
    expect((await ask()).gaps).toEqual([{ reason: 'shard-failure', detail: expect.any(String) }]);
  });

  it('fails with data null and an error', async () => {
    const { ask } = setup({
      '/api/traces': () => Response.json({ data: null, errors: [{ code: 500, msg: 'x' }] }),
    });
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

it('neither API there: the error names the first', async () => {
  const error: unknown = await setup({})
    .ask()
    .catch((thrown: unknown) => thrown);
  expect(ConnectorError.is(error) && error.message).toBe(
    '[jaeger] bad-response: not JSON from /api/v3/traces',
  );
});

describe('what Jaeger does not say', () => {
  it('a full answer is a sample of unknown size', async () => {
    const { ask } = setup({
      '/api/v3/traces': () => v3(...[1, 2, 3].map((n) => ({ traceId: String(n), atMs: window.startMs + n }))),
    });
    const { signals, gaps } = await ask();
    expect(signals.map(({ traceId }) => traceId.at(-1))).toEqual(['2', '3']);
    expect(gaps).toEqual([
      { reason: 'sampled', missing: { count: 1, exact: false }, detail: expect.any(String) },
    ]);
  });

  it('a trace that began before the window belongs to the time before', async () => {
    const { ask } = setup({
      '/api/v3/traces': () => v3({ traceId: '1', atMs: window.startMs - 1 }, { traceId: '2' }),
    });
    const batch = await ask();
    expect([batch.signals.length, batch.gaps]).toEqual([1, []]);
  });

  it('a missing parent makes a trace incomplete', async () => {
    const { ask } = setup({ '/api/v3/traces': () => v3({ traceId: '1', parentSpanId: '00000000000000ff' }) });
    expect((await ask()).signals[0]!.complete).toBe(false);
  });

  it('a server that ignores the error filter is found out', async () => {
    const { ask } = setup({
      '/api/v3/traces': () =>
        v3({ traceId: '1', error: true }, { traceId: '2', error: true }, { traceId: '3' }),
    });
    const { signals, gaps } = await ask({ onlyErrors: true });
    expect(signals).toHaveLength(2);
    expect(gaps.map(({ reason }) => reason)).toEqual(['sampled', 'unsupported-filter']);
  });

  it('the duration is not sent together with the error filter, and checked here', async () => {
    const { ask, sent } = setup({
      '/api/v3/traces': () =>
        v3({ traceId: '1', error: true, durationMs: 10 }, { traceId: '2', error: true, durationMs: 900 }),
    });
    const { signals } = await ask({ onlyErrors: true, minDurationMs: 500 });
    expect(sent[0]).toContain('query.attributes={"error":"true"}');
    expect(sent[0]).not.toContain('duration_min');
    expect(signals.map(({ traceId }) => traceId.at(-1))).toEqual(['2']);
  });
});

describe('services', () => {
  it('an unknown one is an unmapped target, not an empty answer', async () => {
    const { ask } = setup({
      '/api/v3/traces': noTraces,
      '/api/v3/services': () => Response.json({ services: ['cart'] }),
    });
    expect((await ask()).gaps).toEqual([{ reason: 'unmapped-target', detail: expect.any(String) }]);
  });

  it('none named: where calls come in is searched, and the rest is said', async () => {
    const services = ['a', 'b', 'c', 'd', 'e', 'f', 'edge'];
    const { ask, sent } = setup({
      '/api/v3/services': () => Response.json({ services }),
      '/api/v3/traces': (url) =>
        v3({ traceId: '1', service: url.searchParams.get('query.service_name') ?? '' }),
    });
    const { gaps } = await ask({ target: {}, limit: 12 });
    expect(sent[1]).toContain('query.service_name=edge');
    expect(sent).toHaveLength(7);
    expect(gaps).toEqual([
      { reason: 'unmapped-target', missing: { count: 1, exact: true }, detail: expect.any(String) },
    ]);
  });
});

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
    expect(sent[0]).toBe(
      `/api/v3/traces/${id(1)}?start_time=2026-11-23T03:45:00.000Z&end_time=2026-11-23T04:45:00.000Z`,
    );
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

describe('slices of a spread search', () => {
  it('keep the same trace once, and a slice that fails is a gap over its window', async () => {
    let request = 0;
    const { ask } = setup({
      '/api/v3/traces': () => (request++ === 1 ? new Response('', { status: 500 }) : v3({ traceId: '1' })),
    });
    const { signals, gaps } = await ask({ limit: 40, keep: 'spread' });
    const lengthMs = (window.endMs - window.startMs) / 4;
    expect(signals).toHaveLength(1);
    expect(gaps).toEqual([
      {
        reason: 'page-failure',
        window: { startMs: window.startMs + lengthMs, endMs: window.startMs + 2 * lengthMs },
        detail: 'one of 4 requests failed: unavailable',
      },
    ]);
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
