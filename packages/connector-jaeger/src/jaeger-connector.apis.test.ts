import { ConnectorError, traceSignalSchema } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { noTraces, setup, v3, window } from './__fixtures__/connect.js';
import nothingLegacy from './__fixtures__/legacy-search.nothing.json' with { type: 'json' };
import twoLegacy from './__fixtures__/legacy-search.victoriatraces.json' with { type: 'json' };

describe('the v3 API', () => {
  it('is asked in the spellings of old and new servers, with RFC 3339 times, and one trace more than wanted', async () => {
    const { ask, sent } = setup({ '/api/v3/traces': () => v3({ traceId: '1' }) });
    await ask({ minDurationMs: 250, target: { service: 'orders', operation: 'work' } });
    const { pathname, searchParams } = new URL(sent[0] ?? '', 'https://jaeger.example');
    expect([sent.length, pathname]).toEqual([1, '/api/v3/traces']);
    expect([...searchParams].map(([name, value]) => `${name}=${value}`)).toEqual([
      'query.serviceName=orders',
      'query.service_name=orders',
      'query.operationName=work',
      'query.operation_name=work',
      'query.startTimeMin=2026-11-23T03:45:00.000Z',
      'query.start_time_min=2026-11-23T03:45:00.000Z',
      'query.startTimeMax=2026-11-23T04:45:00.000Z',
      'query.start_time_max=2026-11-23T04:45:00.000Z',
      'query.durationMin=250ms',
      'query.duration_min=250ms',
      'query.searchDepth=3',
      'query.search_depth=3',
      'query.num_traces=3',
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

it('a list of services that the older API refuses is no empty list', async () => {
  const { ask } = setup({
    '/api/services': () => Response.json({ data: null, errors: [{ code: 500, msg: 'storage' }] }),
  });
  await expect(ask({ target: {} })).rejects.toMatchObject({ code: 'unavailable', status: 500 });
});

it('neither API there: the error names the first', async () => {
  const error: unknown = await setup({})
    .ask()
    .catch((thrown: unknown) => thrown);
  expect(ConnectorError.is(error) && error.message).toBe(
    '[jaeger] bad-response: not JSON from /api/v3/traces',
  );
});
