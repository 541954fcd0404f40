import { describe, expect, it } from 'vitest';
import { connect, fake, storedTraces, traceId, window } from './__fixtures__/connect.js';
import { createFakeTempo } from './__fixtures__/fake-tempo.js';
import { recorded } from './__fixtures__/recorded.js';

const noSuchPath = () => new Response('404 page not found\n', { status: 404 });

describe('traces by id', () => {
  it('are read one by one, each once, near the window; those not stored are a gap', async () => {
    const { ask, reads, searches } = fake(storedTraces(3));
    const { signals, gaps, provenance } = await ask({ traceIds: [traceId(1), '1', traceId(3), traceId(77)] });
    expect(signals.map((trace) => trace.traceId)).toEqual([traceId(1), traceId(3)]);
    expect(gaps).toEqual([
      { reason: 'sampled', missing: { count: 1, exact: true }, detail: expect.any(String) },
    ]);
    expect([reads().length, searches().length]).toEqual([3, 0]);
    expect(reads()[0]?.search).toBe('?start=1795401240&end=1795408560');
    expect(provenance[0]).toMatchObject({ language: 'http', text: `GET /api/v2/traces/${traceId(1)}` });
  });

  it('of 30 digits, as a search writes them, are padded to 32', async () => {
    const { ask, reads } = connect((request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/api/search') return recorded('search.leading-zeros-cut');
      if (pathname === '/api/traces/0053d394f92ca6ebd3e4051e9936a8e3')
        return recorded('trace-v1.leading-zeros');
      return noSuchPath();
    });
    const { signals } = await ask();
    expect(reads().map(({ pathname }) => pathname.split('/').at(-1)!.length)).not.toContain(30);
    expect(signals.map((trace) => trace.traceId)).toEqual(['0053d394f92ca6ebd3e4051e9936a8e3']);
  });

  it.each(['../../api/v2/search/tags', '', 'a b', '00000000000000000000000000000000', 'f'.repeat(33)])(
    '%j is none and is not sent',
    async (id) => {
      const { ask, sent } = fake([]);
      expect(await ask({ traceIds: [id] })).toMatchObject({ signals: [], gaps: [] });
      expect(sent).toEqual([]);
    },
  );

  it('are bounded, and the others are said', async () => {
    const { ask, reads } = fake(storedTraces(40));
    const { signals, gaps } = await ask({
      limit: 100,
      traceIds: storedTraces(40).map((trace) => trace.traceId),
    });
    expect([signals.length, reads().length]).toEqual([25, 25]);
    expect(gaps).toEqual([
      { reason: 'budget', missing: { count: 15, exact: true }, detail: expect.any(String) },
    ]);
  });

  it('those that fail do not hide the others, and are counted by reason', async () => {
    const statuses = new Map([
      [traceId(2), 503],
      [traceId(3), 503],
      [traceId(4), 422],
    ]);
    const { ask } = fake(storedTraces(5), {
      instead: ({ pathname }) => {
        const status = statuses.get(pathname.split('/').at(-1) ?? '');
        return status === undefined ? undefined : new Response('trace too large', { status });
      },
    });
    const { signals, gaps } = await ask();
    expect(signals).toHaveLength(2);
    expect(gaps.map(({ reason, missing }) => [reason, missing?.count])).toEqual([
      ['page-failure', 2],
      ['byte-limit', 1],
    ]);
  });

  it('when all fail, so does the query', async () => {
    const { ask } = fake(storedTraces(5), {
      instead: ({ pathname }) =>
        pathname.includes('/traces/') ? new Response('', { status: 503 }) : undefined,
    });
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a trace that is larger than the server gives out', () => {
  it('comes in part: not complete, a gap, and kept whatever the search asked for', async () => {
    const [stored] = storedTraces(1, () => ({ error: true }));
    const withoutTheError = createFakeTempo([{ ...stored!, error: false }]);
    const { ask } = fake([stored!], {
      instead: (url) => {
        if (!url.pathname.includes('/traces/')) return undefined;
        return withoutTheError(new Request(url), { status: 'PARTIAL', message: 'exceeds the maximum size' });
      },
    });
    const { signals, gaps } = await ask({ onlyErrors: true });
    expect(signals).toMatchObject([{ complete: false }]);
    expect(gaps).toMatchObject([{ reason: 'byte-limit' }]);
  });
});

describe('a deadline', () => {
  it('in the middle of reading leaves what was read, and counts the rest', async () => {
    const traces = storedTraces(5);
    const answer = createFakeTempo(traces, { nowMs: window.endMs + 3_600_000 });
    const { connector, call } = connect((request) =>
      request.url.includes(traceId(4)) ? new Promise<Response>(() => undefined) : answer(request),
    );
    const query = { window, target: { service: 'orders' }, limit: 25, keep: 'newest' } as const;
    const { signals, gaps } = await connector.sources.traces!.doQuery(query, {
      ...call,
      deadlineAtMs: Date.now() + 1500,
    });
    expect(signals).toHaveLength(4);
    expect(gaps).toEqual([
      { reason: 'deadline', missing: { count: 1, exact: true }, detail: expect.any(String) },
    ]);
  });
});

describe('a server that has the older API only', () => {
  const failedId = 'd85a429591b240fda1b5dc73fe4e39e2';
  const server = () =>
    connect((request) => {
      const { pathname } = new URL(request.url);
      if (pathname === `/api/traces/${failedId}`) return recorded('trace-v1.failed');
      return pathname.startsWith('/api/traces/') ? recorded('trace-v1.unknown') : noSuchPath();
    });

  it('gives the same trace with the same id', async () => {
    const { ask, reads } = server();
    const { signals } = await ask({ traceIds: [failedId] });
    const { signals: newer } = await connect(() => recorded('trace-v2.failed')).ask({ traceIds: [failedId] });
    expect(signals).toEqual(newer);
    expect(reads().map(({ pathname }) => pathname)).toEqual([
      `/api/v2/traces/${failedId}`,
      `/api/traces/${failedId}`,
    ]);
  });

  it('is asked by it first afterwards', async () => {
    const { ask, reads } = server();
    await ask({ traceIds: [failedId] });
    await ask({ traceIds: [failedId] });
    expect(reads()).toHaveLength(3);
  });

  it('says 404 for a trace that is not stored, which is a gap beside others', async () => {
    const { signals, gaps } = await server().ask({ traceIds: [failedId, traceId(5)] });
    expect([signals.length, gaps.map(({ reason }) => reason)]).toEqual([1, ['sampled']]);
  });

  it('and nothing but 404 is no answer: there is no Tempo at this address', async () => {
    await expect(connect(noSuchPath).ask({ traceIds: [failedId] })).rejects.toMatchObject({
      code: 'bad-query',
      message: '[tempo] bad-query: HTTP 404 for /api/v2/traces/{traceId}',
    });
  });
});
