import { describe, expect, it } from 'vitest';
import { connect, fake, storedTraces, traceId, window } from './__fixtures__/connect.js';
import { recorded, recordedBody } from './__fixtures__/recorded.js';

const minuteMs = 60_000;
const reasons = (gaps: readonly { reason: string }[]) => gaps.map(({ reason }) => reason);

describe('how many traces there are, which Tempo does not say', () => {
  it('each trace costs a request, so no more than 25 are read', async () => {
    const { ask, reads, searches } = fake(storedTraces(300));
    const { signals } = await ask({ limit: 200, keep: 'spread' });
    expect([signals.length, reads().length, searches().length]).toEqual([25, 25, 4]);
  });

  it('newest: one more than the limit tells that there are more, and since when', async () => {
    const { ask } = fake(storedTraces(31));
    const { signals, gaps } = await ask({ limit: 10 });
    expect(signals.map((trace) => trace.traceId)).toEqual(
      Array.from({ length: 10 }, (_, n) => traceId(n + 22)),
    );
    expect(gaps).toEqual([
      {
        reason: 'row-limit',
        window: { startMs: window.startMs, endMs: signals[0]!.timestampMs },
        missing: { count: 1, exact: false },
        detail: expect.any(String),
      },
    ]);
  });

  it('a full answer that reaches back before the window is complete', async () => {
    const before = { traceId: traceId(99), startMs: window.startMs - 5000, durationMs: 6000 };
    const { ask, reads } = fake([...storedTraces(10), { ...before, service: 'orders' }]);
    const { signals, gaps } = await ask({ limit: 10 });
    expect([signals.length, reads().length, gaps]).toEqual([10, 10, []]);
  });

  it('spread: when no slice was cut, the number of those left out is exact', async () => {
    const { gaps } = await fake(storedTraces(60)).ask({ keep: 'spread' });
    expect(gaps).toEqual([{ reason: 'sampled', missing: { count: 35, exact: true } }]);
  });

  it('spread: a slice with more traces than were looked at makes it a sample of unknown size', async () => {
    const { gaps } = await fake(storedTraces(400)).ask({ keep: 'spread' });
    expect(gaps).toEqual([
      { reason: 'sampled', missing: { count: 179, exact: false }, detail: expect.any(String) },
    ]);
  });

  it('spread: takes from every entry operation its share, over the whole window', async () => {
    const traces = storedTraces(200, (index) => ({ operation: index % 10 === 0 ? 'POST /pay' : 'GET /' }));
    const { signals } = await fake(traces).ask({ keep: 'spread' });
    const paid = signals.filter(({ spans }) => spans[0]?.operation === 'POST /pay').length;
    expect([2, 3]).toContain(paid);
    const quarter = (window.endMs - window.startMs) / 4;
    const quarters = signals.map(({ timestampMs }) => Math.floor((timestampMs - window.startMs) / quarter));
    for (const number of [0, 1, 2, 3])
      expect(quarters.filter((one) => one === number).length).toBeGreaterThan(3);
  });

  it('spread: what is read first is already spread, for the case that time runs out', async () => {
    const { ask, reads } = fake(storedTraces(25));
    await ask({ keep: 'spread' });
    const first = reads().slice(0, 5);
    expect(first.map(({ pathname }) => Number.parseInt(pathname.slice(-4), 16))).toEqual([1, 6, 11, 16, 21]);
  });

  it('oldest: slice after slice, only as many as are needed', async () => {
    const { ask, searches } = fake(storedTraces(40));
    const { signals, gaps } = await ask({ keep: 'oldest', limit: 5 });
    expect(signals.map((trace) => trace.traceId)).toEqual([1, 2, 3, 4, 5].map(traceId));
    expect(searches()).toHaveLength(1);
    expect(reasons(gaps)).toEqual(['row-limit']);
  });
});

describe('the last half minute', () => {
  it("is not searchable yet, by the server's clock", async () => {
    const { ask } = fake([], { nowMs: window.endMs });
    expect((await ask({ target: {} })).gaps).toEqual([
      {
        reason: 'not-ingested-yet',
        window: { startMs: window.endMs - 30_000, endMs: window.endMs },
        detail: expect.any(String),
      },
    ]);
  });

  it('is no matter of a window that ended before', async () => {
    const { gaps } = await fake(storedTraces(1), { nowMs: window.endMs + 30_000 }).ask();
    expect(gaps).toEqual([]);
  });

  it('was recorded: a trace pushed at 04:38:27 was found at 04:38:58, and not a second before', async () => {
    const pushedMs = Date.UTC(2026, 10, 23, 4, 38, 27);
    const { ask } = connect((request) =>
      request.url.includes('/api/search') ? recorded('search.fresh-trace') : recorded('trace-v2.unknown'),
    );
    const since = (endMs: number) => ask({ target: {}, window: { startMs: pushedMs - minuteMs, endMs } });
    expect(reasons((await since(pushedMs + 1000)).gaps)).not.toContain('not-ingested-yet');
    expect((await since(pushedMs + 31_000)).gaps).toContainEqual(
      expect.objectContaining({
        reason: 'not-ingested-yet',
        window: { startMs: pushedMs + 1000, endMs: pushedMs + 31_000 },
      }),
    );
  });

  it('does not hide that a service is unknown, and nothing found in it is no reason to ask without the place', async () => {
    const { ask, searches } = fake([{ traceId: traceId(1), startMs: 0, service: 'cart' }], {
      nowMs: window.endMs,
    });
    const { gaps } = await ask({ target: { service: 'orders', namespace: 'shop' } });
    expect(reasons(gaps)).toEqual(['not-ingested-yet', 'unmapped-target']);
    expect(searches()).toHaveLength(2);
  });
});

describe('a search that did not see everything', () => {
  const search = (body: unknown) =>
    fake([], { instead: ({ pathname }) => (pathname === '/api/search' ? Response.json(body) : undefined) });

  it('jobs left undone below the limit are a shard failure', async () => {
    const { ask } = search({ traces: [], metrics: { completedJobs: 2, totalJobs: 3 } });
    expect((await ask()).gaps).toEqual([{ reason: 'shard-failure', window, detail: expect.any(String) }]);
  });

  it('jobs left undone because the limit was reached are none, as recorded', async () => {
    const body = recordedBody('search.limit-hit-jobs-undone') as {
      metrics: { completedJobs: number; totalJobs: number };
    };
    expect(body.metrics.completedJobs).toBeLessThan(body.metrics.totalJobs);
    const { ask } = search(body);
    expect(reasons((await ask({ limit: 19 })).gaps)).not.toContain('shard-failure');
  });

  it('status PARTIAL is a shard failure', async () => {
    const { gaps } = await search({ traces: [], metrics: {}, status: 'PARTIAL' }).ask();
    expect(reasons(gaps)).toEqual(['shard-failure']);
  });

  it('a slice that fails is a gap over its window', async () => {
    let search = 0;
    const { ask } = fake(storedTraces(20), {
      instead: ({ pathname }) =>
        pathname === '/api/search' && search++ === 1 ? new Response('', { status: 429 }) : undefined,
    });
    const { signals, gaps } = await ask({ keep: 'spread' });
    expect(signals).toHaveLength(15);
    expect(gaps).toEqual([
      {
        reason: 'page-failure',
        window: { startMs: window.startMs + 930_000, endMs: window.startMs + 1_860_000 },
        detail: 'one of 4 searches failed',
      },
    ]);
  });

  it('an entry without id or time costs itself and not the answer; a time without spans yet is none', async () => {
    const { ask } = search({
      traces: [
        {
          traceID: 'abc',
          rootServiceName: '<root span not yet received>',
          startTimeUnixNano: `${window.startMs}000001`,
        },
        { traceID: 'not an id', startTimeUnixNano: `${window.startMs}000000` },
        { traceID: 'abd' },
        null,
      ],
    });
    const { gaps } = await ask({ target: {} });
    expect(gaps).toContainEqual({
      reason: 'invalid-item',
      missing: { count: 3, exact: true },
      detail: expect.any(String),
    });
  });
});

describe('where a trace ran', () => {
  const shop = { 'service.namespace': 'shop' };

  it('is asked for first', async () => {
    const traces = storedTraces(6, (index) => ({
      resource: index % 2 === 0 ? shop : { 'k8s.namespace.name': 'test' },
    }));
    const { ask, searches } = fake(traces);
    const { signals, gaps } = await ask({ target: { service: 'orders', namespace: 'shop' } });
    expect([signals.length, searches().length, gaps]).toEqual([3, 1, []]);
  });

  it('is left out when nothing was found with it, and checked in the traces that come', async () => {
    const traces = storedTraces(6, (index) =>
      index === 0 ? { resource: { 'k8s.namespace.name': 'test' } } : {},
    );
    const { ask, searches } = fake(traces);
    const { signals, provenance } = await ask({ target: { service: 'orders', namespace: 'shop' } });
    expect([signals.length, searches().length, provenance.length]).toEqual([5, 2, 2]);
  });

  it('traces of elsewhere among a sample are said', async () => {
    const traces = storedTraces(30, () => ({ resource: { 'k8s.namespace.name': 'test' } }));
    const { signals, gaps } = await fake(traces).ask({ target: { namespace: 'shop' }, limit: 10 });
    expect([signals.length, reasons(gaps)]).toEqual([0, ['row-limit', 'unsupported-filter']]);
  });
});
