import { type SignalKind, type SignalQueryByKind, signalSchemas } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { createOtlpFileConnector, type OtlpFileConnectorOptions } from './otlp-file-connector.js';

const startMs = Date.UTC(2026, 10, 23, 3, 0);
const window = { startMs, endMs: startMs + 60_000 };

const resource = (service: string, more: Record<string, string> = {}) => ({
  attributes: Object.entries({ 'service.name': service, ...more }).map(([key, stringValue]) => ({
    key,
    value: { stringValue },
  })),
});
const nanos = (second: number) => `${startMs / 1000 + second}000000000`;

function log(
  service: string,
  second: number,
  body: string,
  fields: object = {},
  attributes: Record<string, string> = {},
) {
  const record = { timeUnixNano: nanos(second), body: { stringValue: body }, ...fields };
  return {
    resourceLogs: [{ resource: resource(service, attributes), scopeLogs: [{ logRecords: [record] }] }],
  };
}

function span(service: string, second: number, traceId: string, fields: object = {}) {
  const item = {
    traceId: traceId.padStart(32, '0'),
    spanId: `${traceId}${second}`.padStart(16, '0'),
    name: 'GET /',
    startTimeUnixNano: nanos(second),
    endTimeUnixNano: nanos(second + 1),
    ...fields,
  };
  return { resourceSpans: [{ resource: resource(service), scopeSpans: [{ spans: [item] }] }] };
}

function gauge(service: string, name: string, seconds: readonly number[], unit = '') {
  const dataPoints = seconds.map((second) => ({ timeUnixNano: nanos(second), asDouble: second }));
  return {
    resourceMetrics: [
      { resource: resource(service), scopeMetrics: [{ metrics: [{ name, unit, gauge: { dataPoints } }] }] },
    ],
  };
}

const lines =
  (...items: unknown[]) =>
  () =>
    new Blob([items.map((item) => JSON.stringify(item)).join('\n')]).stream();
const json = (value: unknown) => () => new Blob([JSON.stringify(value)]).stream();

async function ask<K extends SignalKind>(
  kind: K,
  files: OtlpFileConnectorOptions,
  query: Partial<SignalQueryByKind[K]> = {},
) {
  const connector = createOtlpFileConnector(files);
  const call = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch: () => Promise.reject(new TypeError('no network here')),
  };
  const whole = { window, target: {}, limit: 100, keep: 'newest', ...query } as SignalQueryByKind[K];
  const batch = await connector.sources[kind]!.doQuery(whole, call);
  for (const signal of batch.signals) expect(signalSchemas[kind].safeParse(signal).error).toBeUndefined();
  return batch;
}

describe('kinds', () => {
  it('are those that have a file', () => {
    expect(Object.keys(createOtlpFileConnector({ logs: lines(), deploys: json([]) }).sources)).toEqual([
      'logs',
      'deploys',
    ]);
  });

  it('without any file is a mistake', () => {
    expect(() => createOtlpFileConnector({})).toThrow(/name at least one/);
  });

  it('a file is opened when it is asked for, once', async () => {
    let opened = 0;
    const connector = createOtlpFileConnector({
      logs: () => {
        opened++;
        return new Blob([]).stream();
      },
    });
    expect(opened).toBe(0);
    const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000, fetch };
    const query = { window, target: {}, limit: 1, keep: 'newest' } as const;
    await Promise.all([
      connector.sources.logs!.doQuery(query, call),
      connector.sources.logs!.doQuery(query, call),
    ]);
    await connector.sources.logs!.doQuery(query, call);
    expect(opened).toBe(1);
  });
});

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

describe('deploys and incidents', () => {
  const deploys = json([
    {
      timestampMs: startMs + 2000,
      service: 'checkout',
      namespace: 'shop',
      version: 'v2',
      previousVersion: 'v1',
      summary: 'smaller pool',
      actor: 'ada',
      url: 'https://ci.example/1',
      changes: [
        { path: 'POOL', before: '100', after: '10' },
        { path: 'NEW', after: 'x' },
      ],
    },
    { timestampMs: startMs + 1000, service: 'cart', summary: 'flag on' },
    { timestampMs: 'yesterday', service: 'cart' },
    { timestampMs: startMs, service: 'cart', url: 'javascript:alert(1)' },
  ]);

  it('deploys keep what is told, in order of time', async () => {
    const { signals, gaps } = await ask('deploys', { deploys });
    expect(signals.map(({ service, revision }) => [service, revision])).toEqual([
      ['cart', String(startMs + 1000)],
      ['checkout', 'v2'],
    ]);
    expect(signals[1]).toMatchObject({
      previousRevision: 'v1',
      previousVersion: 'v1',
      actor: 'ada',
      summary: 'smaller pool',
      phase: 'succeeded',
      changes: [
        { path: 'POOL', before: '100', after: '10' },
        { path: 'NEW', before: null, after: 'x' },
      ],
    });
    expect(gaps).toEqual([
      {
        reason: 'invalid-item',
        missing: { count: 2, exact: true },
        detail: 'deploys.json: item 3 is not as it should be (at `timestampMs`)',
      },
    ]);
  });

  it('a service without deploys is no unknown service', async () => {
    const { signals, gaps } = await ask(
      'deploys',
      { deploys: json([]) },
      { target: { service: 'checkout' } },
    );
    expect([signals, gaps]).toEqual([[], []]);
  });

  it('what lies between two revisions is not in a file', async () => {
    const between = [{ repository: 'a/b', base: '1', head: '2' }];
    expect(
      (await ask('deploys', { deploys: json([]) }, { between })).gaps.map(({ reason }) => reason),
    ).toEqual(['unsupported-filter']);
  });

  it('incidents without a service may concern any', async () => {
    const incidents = json([
      { timestampMs: startMs, title: 'provider outage', severity: 'major' },
      { timestampMs: startMs, title: 'restarts', reason: 'CrashLoopBackOff', service: 'cart' },
    ]);
    const { signals } = await ask('incidents', { incidents }, { target: { service: 'checkout' } });
    expect(signals).toMatchObject([
      { title: 'provider outage', reason: 'provider outage', state: 'unknown' },
    ]);
  });

  it.each([
    ['not JSON', () => new Blob(['{']).stream()],
    ['no list', json({})],
  ])('%s is an error that names the file', async (_, file) => {
    await expect(ask('deploys', { deploys: file })).rejects.toMatchObject({
      code: 'bad-response',
      message: '[otlp-file] bad-response: deploys.json must be a JSON list',
    });
  });
});

describe('health', () => {
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000, fetch };

  it('tells which files do not open', async () => {
    const connector = createOtlpFileConnector({
      logs: lines(),
      traces: () => Promise.reject(new Error('gone')),
    });
    expect(await connector.checkHealth(call)).toEqual({
      state: 'degraded',
      detail: 'cannot be opened: traces.jsonl',
    });
  });

  it('is good when all do', async () => {
    expect(await createOtlpFileConnector({ logs: lines() }).checkHealth(call)).toEqual({ state: 'healthy' });
  });
});
