import type { SignalQueryByKind } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { ask, gauge, lines, log, nanos, span, startMs, window } from './__fixtures__/files.js';

describe('logs', () => {
  const logs = lines(
    log('checkout', 1, 'INFO started', {}, { 'k8s.namespace.name': 'shop' }),
    log('checkout', 2, 'pool exhausted', { severityNumber: 17 }),
    log('cart', 3, 'WARN slow', { traceId: '0af7651916cd43dd8448eb211c80319c' }),
    log('checkout', 4, 'no level here'),
    log('checkout', 60, 'after the window'),
  );
  const bodies = async (query: Partial<SignalQueryByKind['logs']>) =>
    (await ask('logs', { logs }, query)).signals.map(({ body }) => body);

  it('by service and window', async () => {
    expect(await bodies({ target: { service: 'checkout' } })).toEqual([
      'INFO started',
      'pool exhausted',
      'no level here',
    ]);
  });

  it('by namespace, where it is told', async () => {
    expect(await bodies({ target: { namespace: 'bank' } })).toEqual([
      'pool exhausted',
      'WARN slow',
      'no level here',
    ]);
  });

  it('by text: every one must stand in the body', async () => {
    expect(await bodies({ contains: ['pool', 'exhausted'] })).toEqual(['pool exhausted']);
    expect(await bodies({ contains: ['pool', 'started'] })).toEqual([]);
  });

  it('by trace', async () => {
    expect(await bodies({ traceIds: ['0af7651916cd43dd8448eb211c80319c'] })).toEqual(['WARN slow']);
  });

  it('by level, from the severity or the line; lines without one are said', async () => {
    const { signals, gaps } = await ask('logs', { logs }, { minLevel: 'warn' });
    expect(signals.map(({ body }) => body)).toEqual(['pool exhausted', 'WARN slow']);
    expect(gaps).toEqual([
      { reason: 'unsupported-filter', missing: { count: 1, exact: true }, detail: expect.any(String) },
    ]);
  });

  it('a service that the file does not know is an unmapped target', async () => {
    const { signals, gaps } = await ask('logs', { logs }, { target: { service: 'chekout' } });
    expect([signals, gaps]).toEqual([
      [],
      [{ reason: 'unmapped-target', detail: expect.stringContaining('logs.jsonl') }],
    ]);
  });

  it('say which file was read for what', async () => {
    const { provenance, signals } = await ask(
      'logs',
      { logs: { name: 'shop.jsonl', open: logs } },
      { target: { service: 'checkout' }, minLevel: 'warn', limit: 5 },
    );
    expect(provenance).toEqual([
      {
        queryId: signals[0]!.queryId,
        language: 'file',
        text: 'shop.jsonl: 2026-11-23T03:00:00.000Z to 2026-11-23T03:01:00.000Z, service "checkout", warn or worse, newest 5',
        window,
      },
    ]);
  });
});

describe('traces', () => {
  const traces = lines(
    span('checkout', 1, 'a1'),
    span('cart', 2, 'a1', { endTimeUnixNano: nanos(9) }),
    span('cart', 3, 'b2', { status: { code: 2 } }),
    span('search', 4, 'c3', {
      attributes: [{ key: 'http.response.status_code', value: { intValue: '503' } }],
    }),
  );
  const ids = async (query: Partial<SignalQueryByKind['traces']>) =>
    (await ask('traces', { traces }, query)).signals.map(({ traceId }) => traceId.slice(-2));

  it('are whole, over many lines', async () => {
    const { signals } = await ask('traces', { traces }, { target: { service: 'checkout' } });
    expect(signals.map(({ spans }) => spans.map(({ service }) => service))).toEqual([['checkout', 'cart']]);
  });

  it('by failure: status, exception or a 5xx answer', async () => {
    expect(await ids({ onlyErrors: true })).toEqual(['b2', 'c3']);
  });

  it('by duration of a span of the target', async () => {
    expect(await ids({ minDurationMs: 5000, target: { service: 'cart' } })).toEqual(['a1']);
    expect(await ids({ minDurationMs: 5000, target: { service: 'checkout' } })).toEqual([]);
  });

  it('by id', async () => {
    expect(await ids({ traceIds: ['b2'.padStart(32, '0')] })).toEqual(['b2']);
  });

  it('take what went wrong from status and exception; other events and links change nothing', async () => {
    const event = (name: string, attributes: Record<string, string> = {}) => ({
      name,
      timeUnixNano: nanos(5),
      attributes: Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    });
    const failed = span('checkout', 5, 'd4', {
      status: { code: 'STATUS_CODE_ERROR', message: 'pool exhausted' },
      events: [
        event('retry', { attempt: '2' }),
        event('exception', { 'exception.type': 'TimeoutError', 'exception.message': 'after 3000 ms' }),
        event('exception', { 'exception.type': 'Another' }),
      ],
      links: [{ traceId: 'ff'.repeat(16), spanId: 'ff'.repeat(8) }],
    });
    const { signals, gaps } = await ask('traces', { traces: lines(failed) }, { onlyErrors: true });
    expect(gaps).toEqual([]);
    expect(signals[0]?.spans).toMatchObject([
      {
        status: 'error',
        attributes: {
          'exception.type': 'TimeoutError',
          'exception.message': 'after 3000 ms',
          'otel.status_description': 'pool exhausted',
        },
      },
    ]);
    expect(Object.keys(signals[0]?.spans[0]?.attributes ?? {})).toHaveLength(3);
  });

  it('without any status failed ones cannot be told: all come, with a gap', async () => {
    const { signals, gaps } = await ask(
      'traces',
      { traces: lines(span('checkout', 1, 'a1')) },
      { onlyErrors: true },
    );
    expect([signals.length, gaps.map(({ reason }) => reason)]).toEqual([1, ['unsupported-filter']]);
  });
});

describe('metrics', () => {
  const metrics = lines(
    gauge('checkout', 'http.server.request.duration.p99', [-60, 0, 10, 20, 60], 's'),
    gauge('checkout', 'jvm.threads', [5, 15]),
    gauge('cart', 'queue.size', [5]),
  );

  it('are cut to the window, and have another id over another window', async () => {
    const whole = await ask('metrics', { metrics }, { roles: ['latency.p99'] });
    expect(whole.signals.map(({ points }) => points.map(([, value]) => value))).toEqual([[0, 10, 20]]);
    const half = await ask(
      'metrics',
      { metrics },
      { roles: ['latency.p99'], window: { startMs, endMs: startMs + 15_000 } },
    );
    expect(half.signals[0]!.id).not.toBe(whole.signals[0]!.id);
  });

  it('by role or by name', async () => {
    const named = await ask('metrics', { metrics }, { roles: ['queue.depth'], names: ['jvm.threads'] });
    expect(named.signals.map(({ name }) => name)).toEqual(['jvm.threads', 'queue.size']);
  });

  it('in steps: the last point of each', async () => {
    const { signals } = await ask('metrics', { metrics }, { roles: ['latency.p99'], stepMs: 15_000 });
    expect(signals[0]!.points.map(([, value]) => value)).toEqual([10, 20]);
  });
});
