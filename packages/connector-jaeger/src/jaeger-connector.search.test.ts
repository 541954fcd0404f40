import { describe, expect, it } from 'vitest';
import { noTraces, setup, v3, window } from './__fixtures__/connect.js';

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

it('a slice that is larger than may be read is a gap of bytes over its window', async () => {
  let request = 0;
  const { ask } = setup({
    '/api/v3/traces': () =>
      request++ === 0 ? new Response(' '.repeat(13 * 1024 ** 2)) : v3({ traceId: '1' }),
  });
  const { signals, gaps } = await ask({ limit: 40, keep: 'spread' });
  expect(signals).toHaveLength(1);
  expect(gaps).toMatchObject([{ reason: 'byte-limit', window: { startMs: window.startMs } }]);
});

describe('what Jaeger warns of', () => {
  const cut = 'trace has more than 10000 spans, showing first 10000 spans only';
  const skew = 'clock skew adjustment disabled; not applying calculated delta of 408.5ms';
  const partGap = { reason: 'byte-limit', detail: expect.stringMatching(/larger than the server gives out/) };

  it('a trace above `max_trace_size` comes in part: not complete, and a gap', async () => {
    const warned = (...warnings: string[]) => {
      const values = warnings.map((stringValue) => ({ stringValue }));
      return [{ key: '@jaeger@warnings', value: { arrayValue: { values } } }];
    };
    const { ask } = setup({
      '/api/v3/traces': () =>
        v3({ traceId: '1', attributes: warned(skew, cut) }, { traceId: '2', attributes: warned(skew) }),
    });
    const { signals, gaps } = await ask();
    expect(signals.map(({ complete }) => complete)).toEqual([false, true]);
    expect(gaps).toEqual([partGap]);
  });

  it('the same in the older API, where it stands in a field of the span', async () => {
    const span = {
      ...{ traceID: 'a1', spanID: 'b1', operationName: 'work', processID: 'p1' },
      ...{ startTime: window.startMs * 1000, duration: 1000, tags: null, warnings: [skew, cut] },
    };
    const data = [{ traceID: 'a1', spans: [span], processes: { p1: { serviceName: 'orders' } } }];
    const { signals, gaps } = await setup({ '/api/traces': () => Response.json({ data }) }).ask();
    expect([signals[0]?.complete, gaps]).toEqual([false, [partGap]]);
    expect(signals[0]?.spans[0]?.attributes).toEqual({ '@jaeger@warnings': JSON.stringify([skew, cut]) });
  });
});
