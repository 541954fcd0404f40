import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectorError } from '../connector/connector-error.js';
import type { ConnectorV1, SignalQuery } from '../connector/v1/connector.js';
import type { SignalKind } from '../connector/v1/signal.js';
import type { Collection, SourceReport } from '../incident/collection.js';
import { type PlanSettings, plan } from '../plan/plan.js';
import {
  ALERT,
  answering,
  connector,
  type DoQuery,
  deploy,
  log,
  NOW_MS,
  never,
  span,
  trace,
  WINDOW,
} from './__fixtures__/connectors.js';
import type { CollectEvent } from './collect-event.js';
import { type CollectSignalsOptions, collectSignals } from './collect-signals.js';

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
afterEach(() => void vi.useRealTimers());

const T = WINDOW.startMs + 60_000;

function start(
  connectors: readonly ConnectorV1[],
  options: Partial<CollectSignalsOptions> = {},
  settings: PlanSettings = {},
): Promise<Collection> {
  return collectSignals({ connectors, plan: plan(ALERT, NOW_MS, settings), redact: 'none', ...options });
}

async function collect(...parts: Parameters<typeof start>): Promise<Collection> {
  const collection = start(...parts);
  await vi.advanceTimersByTimeAsync(3000);
  return collection;
}

function reportsOf(collection: Collection, connectorId: string): readonly SourceReport[] {
  return collection.sources.filter((report) => report.connectorId === connectorId);
}

function statesOf(collection: Collection, connectorId: string): readonly string[] {
  return [...new Set(reportsOf(collection, connectorId).map(({ state }) => state))];
}

const good = connector('good', { logs: answering<'logs'>([log('good', 'l1', T)], 50) });
/** Two services behind the alert's one, the second of which has slowed down. */
const traces = [
  ...[0, 1, 2, 3, 4, 5].map((n) => slowTrace(`b${n}`, T - 20 * 60_000 + n * 1000, 5)),
  ...[0, 1, 2, 3, 4, 5].map((n) => slowTrace(`w${n}`, T + n * 1000, 500)),
];
function slowTrace(id: string, startMs: number, ms: number) {
  return trace('traces', id, [
    span('edge', startMs, ms + 20),
    span('cart', startMs + 1, ms + 10, { parentSpanId: `edge-${startMs}` }),
    span('stock', startMs + 2, ms, { parentSpanId: `cart-${startMs + 1}` }),
  ]);
}

describe('what becomes of a source', () => {
  it('tells ok, empty, partial and failed apart', async () => {
    const cut: DoQuery<'logs'> = async (query, call) => ({
      ...(await answering<'logs'>([log('cut', 'l2', T)])(query, call)),
      gaps: [{ reason: 'row-limit', missing: { count: 1, exact: false } }],
    });
    const refusing: DoQuery<'logs'> = async () => {
      throw new ConnectorError({
        code: 'auth',
        connectorId: 'refusing',
        message: 'HTTP 401 for /x',
        status: 401,
      });
    };
    const collection = await collect([
      good,
      connector('empty', { logs: answering([]) }),
      connector('cut', { logs: cut }),
      connector('refusing', { logs: refusing }),
    ]);
    const stateOfWindow = (id: string) =>
      reportsOf(collection, id).find(({ purpose }) => purpose === 'window')?.state;
    expect(['good', 'empty', 'cut', 'refusing'].map(stateOfWindow)).toEqual([
      'ok',
      'empty',
      'partial',
      'failed',
    ]);
    expect(reportsOf(collection, 'refusing')[0]).toMatchObject({
      error: { code: 'auth', message: '[refusing] auth: HTTP 401 for /x' },
      provenance: [{ language: 'plan', text: expect.stringContaining('logs namespace=prod service=edge') }],
      target: 'edge in prod',
    });
    expect(collection.signals.logs.map(({ id }) => id)).toEqual(['l1', 'l2']);
  });

  it('reports the kinds that nobody brings, and what a source does not cover or know', async () => {
    const elsewhere = connector('elsewhere', { logs: never }, { covers: { namespaces: ['test'] } });
    const unnamed = connector('unnamed', { logs: never });
    const services = [{ name: 'edge', aliases: { unnamed: null } }];
    const collection = await collect([elsewhere, unnamed], {}, { services });
    expect(
      collection.sources.filter(({ state }) => state === 'not-configured').map(({ kind }) => kind),
    ).toEqual(['metrics', 'traces', 'deploys', 'incidents']);
    expect(statesOf(collection, 'elsewhere')).toEqual(['not-asked']);
    expect(reportsOf(collection, 'unnamed')[0]).toMatchObject({
      state: 'not-asked',
      gaps: [{ reason: 'unmapped-target' }],
    });
  });

  it('asks and answers in the names of each connector', async () => {
    const asked: (string | undefined)[] = [];
    const doQuery: DoQuery<'logs'> = async (query, call) => {
      asked.push(query.target.service);
      return answering<'logs'>([log('aliased', 'l1', T, { service: 'edge-svc' })])(query, call);
    };
    const services = [{ name: 'edge', aliases: { aliased: 'edge-svc' } }];
    const collection = await collect([connector('aliased', { logs: doQuery })], {}, { services });
    expect(asked[0]).toBe('edge-svc');
    expect(asked).not.toContain('edge');
    expect(collection.signals.logs[0]?.service).toBe('edge');
    expect(reportsOf(collection, 'aliased')[0]?.target).toBe('edge in prod');
  });

  it('passes a source over when the budget is used up', async () => {
    const fetching: DoQuery<'logs'> = async (query, call) => {
      await (await call.fetch('https://logs.example/')).text();
      return answering<'logs'>([])(query, call);
    };
    const fetch = async () => new Response('');
    const collection = await collect([connector('logs', { logs: fetching })], { fetch, maxRequests: 2 });
    const states = reportsOf(collection, 'logs').map(({ state }) => state);
    expect(states.slice(0, 4)).toEqual(['empty', 'empty', 'not-asked', 'not-asked']);
    expect(reportsOf(collection, 'logs')[3]).toMatchObject({ gaps: [{ reason: 'budget' }], provenance: [] });
  });
});

describe('a source that goes wrong', () => {
  const garbage: [string, unknown][] = [
    ['undefined', undefined],
    ['a string', 'all is well'],
    ['a batch without gaps', { signals: [], provenance: [] }],
    ['a list that is none', { signals: { length: 5 }, gaps: [], provenance: [] }],
    [
      'a batch with getters that throw',
      Object.defineProperty({}, 'signals', {
        get: () => {
          throw new Error('no');
        },
      }),
    ],
  ];
  it.each(garbage)('returns %s', async (_, returned) => {
    const bad = connector('bad', { logs: async () => returned as never });
    const collection = await collect([bad, good]);
    expect(reportsOf(collection, 'bad')[0]).toMatchObject({
      state: 'failed',
      error: { code: 'bad-response' },
    });
    expect(collection.signals.logs).toHaveLength(1);
  });

  const throwing: [string, () => never][] = [
    [
      'a string',
      () => {
        throw 'password=hunter2';
      },
    ],
    [
      'an error of another kind',
      () => {
        throw new TypeError('password=hunter2');
      },
    ],
    [
      'undefined',
      () => {
        throw undefined;
      },
    ],
    [
      'an error with a made-up code',
      () => {
        throw Object.assign(new ConnectorError({ code: 'auth', connectorId: 'bad', message: '' }), {
          code: 'hunter2',
        });
      },
    ],
  ];
  it.each(throwing)('throws %s', async (_, fail) => {
    for (const doQuery of [fail, async () => fail()]) {
      const collection = await collect([connector('bad', { logs: doQuery }), good]);
      expect(reportsOf(collection, 'bad')[0]).toMatchObject({
        state: 'failed',
        error: { code: 'bad-response' },
      });
      expect(JSON.stringify(collection)).not.toContain('hunter2');
      expect(collection.signals.logs).toHaveLength(1);
    }
  });

  it.each<[string, ConnectorV1]>([
    [
      'its sources',
      Object.defineProperty(connector('bad', {}), 'sources', {
        get: () => {
          throw new Error('no');
        },
      }),
    ],
    [
      'its covers',
      Object.defineProperty(connector('bad', {}), 'covers', {
        get: () => {
          throw new Error('no');
        },
      }),
    ],
  ])('throws when asked for %s', async (_, bad) => {
    const collection = await collect([bad, good]);
    expect(statesOf(collection, 'good')).toContain('ok');
  });

  it('throws when asked for its limits', async () => {
    const source = {
      get limits(): never {
        throw new Error('no');
      },
      doQuery: answering<'logs'>([log('bad', 'l2', T)]),
    };
    const collection = await collect([connector('bad', {}, { sources: { logs: source } }), good]);
    expect(collection.signals.logs).toHaveLength(2);
  });

  it('writes into the query it was given', async () => {
    const windows: unknown[] = [];
    const mutating: DoQuery<'logs'> = async (query, call) => {
      windows.push({ ...query.window });
      (query.window as { startMs: number }).startMs = 0;
      Object.assign(query.target, { service: 'other' });
      return answering<'logs'>([])(query, call);
    };
    const collection = await collect([
      connector('one', { logs: mutating }),
      connector('two', { logs: mutating }),
    ]);
    expect(windows[0]).toEqual(windows[1]);
    expect(reportsOf(collection, 'two')[0]?.window).toEqual(windows[0]);
  });

  it('returns a million signals', async () => {
    const line = log('flood', 'l', T);
    const many = Array.from({ length: 1_000_000 }, (_, n) => ({ ...line, id: `l${n}` }));
    const flood: DoQuery<'logs'> = async ({ window }) => ({
      signals: many,
      gaps: [],
      provenance: [{ queryId: 'q1', language: 'test', text: '', window }],
    });
    const collection = await collect([connector('flood', { logs: flood }), good]);
    const [first] = reportsOf(collection, 'flood');
    expect(first).toMatchObject({ state: 'partial', signalCount: 1000 });
    expect(first?.gaps).toEqual([
      { reason: 'row-limit', missing: { count: 999_000, exact: true }, detail: expect.any(String) },
    ]);
    expect(collection.signals.logs.some(({ connectorId }) => connectorId === 'good')).toBe(true);
  });

  it('calls fetch after it has answered', async () => {
    let late: Promise<unknown> | undefined;
    const lingering: DoQuery<'logs'> = async (query, call) => {
      late = new Promise((resolve) => setTimeout(resolve, 500)).then(() =>
        call.fetch('https://late.example/'),
      );
      late.catch(() => undefined);
      return answering<'logs'>([])(query, call);
    };
    const sent: string[] = [];
    const fetch = async (input: string) => {
      sent.push(input);
      return new Response('');
    };
    await collect([connector('lingering', { logs: lingering })], { fetch });
    await expect(late).rejects.toMatchObject({ code: 'aborted' });
    expect(sent).toEqual([]);
  });

  it('has a listener that throws', async () => {
    const onEvent = () => {
      throw new Error('no');
    };
    expect(statesOf(await collect([good], { onEvent }), 'good')).toContain('ok');
  });
});

describe('signals that are no good', () => {
  it('drops an invalid one, counts it and keeps the rest', async () => {
    const items = [
      log('bad', 'l1', T),
      { ...log('bad', 'l2', T), body: 5 },
      { ...log('bad', 'l3', T), connectorId: 'other' },
      { ...log('bad', 'l4', Number.NaN) },
      null,
      {
        get kind(): never {
          throw new Error('no');
        },
      },
      log('bad', 'l5', T + 1),
      log('bad', 'l6', WINDOW.endMs),
    ];
    const doQuery: DoQuery<'logs'> = async () => ({ signals: items as never, gaps: [], provenance: [] });
    const collection = await collect([connector('bad', { logs: doQuery })]);
    expect(collection.signals.logs.map(({ id }) => id)).toEqual(['l1', 'l5']);
    expect(reportsOf(collection, 'bad')[0]?.gaps).toEqual([
      { reason: 'invalid-item', missing: { count: 5, exact: true }, detail: expect.any(String) },
      { reason: 'invalid-item', missing: { count: 1, exact: true }, detail: 'outside the asked window' },
    ]);
  });

  it('asks for no more than the source can give at once, and says what is left out', async () => {
    const asked: SignalQuery[] = [];
    const doQuery: DoQuery<'deploys'> = async (query, call) => {
      asked.push(query);
      return answering<'deploys'>([deploy('small', 'd1', NOW_MS - 1000)])(query, call);
    };
    const source = { limits: { maxItems: 7, maxWindowMs: 3_600_000 }, doQuery };
    const collection = await collect([connector('small', {}, { sources: { deploys: source } })]);
    expect(asked[0]).toMatchObject({ limit: 7, window: { startMs: NOW_MS - 3_600_000, endMs: NOW_MS } });
    expect(reportsOf(collection, 'small')[0]?.gaps[0]?.window).toEqual({
      startMs: NOW_MS - 24 * 3_600_000,
      endMs: NOW_MS - 3_600_000,
    });
  });

  it('shows a signal once however many queries brought it, in the order of time', async () => {
    const lines = [
      log('logs', 'l2', T + 5),
      log('logs', 'l1', T),
      log('logs', 'l3', T, { timeUnixNano: `${T}000001` }),
    ];
    const collection = await collect([connector('logs', { logs: answering<'logs'>(lines) })]);
    expect(collection.signals.logs.map(({ id }) => id)).toEqual(['l1', 'l3', 'l2']);
  });
});

describe('the deadline', () => {
  it('gives every connector until then, and the collection ends with it', async () => {
    let deadlineAtMs = 0;
    const patient: DoQuery<'logs'> = async (query, call) => {
      deadlineAtMs = call.deadlineAtMs;
      await new Promise((resolve) => setTimeout(resolve, call.deadlineAtMs - Date.now()));
      const batch = await answering<'logs'>([log('patient', 'l2', T)])(query, call);
      return { ...batch, gaps: [{ reason: 'deadline' }] };
    };
    const collection = await collect([
      connector('patient', { logs: patient }),
      connector('hung', { logs: never }),
      good,
    ]);
    expect(deadlineAtMs - NOW_MS).toBeLessThanOrEqual(2750);
    expect(collection.durationMs).toBeLessThanOrEqual(3000);
    expect(statesOf(collection, 'patient')).toEqual(['partial']);
    expect(reportsOf(collection, 'hung')[0]).toMatchObject({ state: 'failed', error: { code: 'timeout' } });
    expect(reportsOf(collection, 'good')[0]?.durationMs).toBe(50);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('can be set, and aborts the connector that goes beyond it', async () => {
    let signal: AbortSignal | undefined;
    const hung: DoQuery<'logs'> = (_, call) => {
      signal = call.signal;
      return never();
    };
    const collection = start([connector('hung', { logs: hung })], { deadlineMs: 300 });
    await vi.advanceTimersByTimeAsync(250);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(50);
    expect([(await collection).durationMs <= 300, signal?.aborted]).toEqual([true, true]);
  });

  it('keeps what was asked of a source that never answered', async () => {
    const asking: DoQuery<'logs'> = async ({ target }, call) => {
      await call.fetch(
        `https://logs.example/loki/api/v1/query_range?query={app="${target.service}"}&token=abc`,
      );
      return never();
    };
    const collection = await collect([connector('hung', { logs: asking })], { fetch: never });
    expect(reportsOf(collection, 'hung')[0]?.provenance).toEqual([
      {
        queryId: expect.stringMatching(/^q-/),
        language: 'http',
        text: 'GET /loki/api/v1/query_range?query={app="edge"}&token=[redacted]',
        window: reportsOf(collection, 'hung')[0]?.window,
      },
    ]);
  });
});

describe("the caller's abort", () => {
  it('rejects with its reason at once, and ends everything', async () => {
    const controller = new AbortController();
    let signal: AbortSignal | undefined;
    const hung: DoQuery<'logs'> = (_, call) => {
      signal = call.signal;
      return never();
    };
    const collection = start([connector('hung', { logs: hung })], { signal: controller.signal });
    const outcome = collection.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);
    controller.abort(new Error('enough'));
    expect(await outcome).toEqual(new Error('enough'));
    await vi.advanceTimersByTimeAsync(0);
    expect([signal?.aborted, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('before the start asks nobody', async () => {
    const doQuery = vi.fn();
    const outcome = start([connector('a', { logs: doQuery })], {
      signal: AbortSignal.abort(new Error('enough')),
    });
    await expect(outcome).rejects.toThrow('enough');
    expect(doQuery).not.toHaveBeenCalled();
  });
});

describe('a retry', () => {
  async function attempts(error: Partial<ConstructorParameters<typeof ConnectorError>[0]>, afterMs = 0) {
    const times: number[] = [];
    const failing: DoQuery<'deploys'> = async () => {
      times.push(Date.now() - NOW_MS);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      throw new ConnectorError({ code: 'unavailable', connectorId: 'failing', message: 'no', ...error });
    };
    const settings: PlanSettings = {};
    const alert = { ...ALERT, target: {} };
    const collection = collectSignals({
      connectors: [connector('failing', { deploys: failing })],
      plan: plan(alert, NOW_MS, settings),
      redact: 'none',
    });
    await vi.advanceTimersByTimeAsync(3000);
    expect((await collection).sources[0]?.state).toBe('failed');
    return times;
  }

  it.each<[string, Parameters<typeof attempts>, number[]]>([
    ['comes once after a moment', [{ status: 503 }], [0, 100]],
    [
      'waits as long as the vendor says',
      [{ code: 'rate-limited', status: 429, retryAfterMs: 1200 }],
      [0, 1200],
    ],
    [
      'does not come when the vendor says to wait beyond the deadline',
      [{ code: 'rate-limited', retryAfterMs: 60_000 }],
      [0],
    ],
    ['does not come when too little time is left', [{ code: 'unreachable' }, 2500], [0]],
    ['does not come for a plain 4xx', [{ code: 'bad-query', status: 400 }], [0]],
    ['does not come for what is not retryable', [{ code: 'too-large' }], [0]],
    ['does not come for a query that the server failed at', [{ status: 500 }], [0]],
  ])('%s', async (_, parts, expected) => {
    expect(await attempts(...parts)).toEqual(expected);
  });

  it('brings the answer', async () => {
    let calls = 0;
    const flaky: DoQuery<'logs'> = async (query, call) => {
      calls += 1;
      if (calls === 1) throw new ConnectorError({ code: 'unreachable', connectorId: 'flaky', message: 'no' });
      return answering<'logs'>([log('flaky', 'l1', T)])(query, call);
    };
    const collection = await collect([connector('flaky', { logs: flaky })]);
    expect(reportsOf(collection, 'flaky')[0]).toMatchObject({ state: 'ok', signalCount: 1 });
  });
});

describe('the second wave', () => {
  function watch(collection: (onEvent: (event: CollectEvent) => void) => Promise<Collection>) {
    let startedMs: number | undefined;
    const running = collection((event) => {
      if (event.wave === 2 && event.type === 'source-started') startedMs ??= event.atMs;
    });
    return { running, startedMs: () => startedMs };
  }

  it('asks for the lines of the traces and for the service they lead to', async () => {
    const asked: { kind: SignalKind; query: SignalQuery }[] = [];
    const logs: DoQuery<'logs'> = async (query, call) => {
      asked.push({ kind: 'logs', query });
      return answering<'logs'>([])(query, call);
    };
    await collect([connector('traces', { traces: answering(traces) }), connector('logs', { logs })]);
    const services = asked.map(({ query }) => query.target.service);
    expect(services.indexOf('stock')).toBeGreaterThan(0);
    const ids = asked.flatMap(({ query }) => ('traceIds' in query ? (query.traceIds ?? []) : []));
    expect(new Set(ids)).toEqual(new Set(traces.map(({ traceId }) => traceId)));
  });

  it('starts with the first traces, though another trace source hangs', async () => {
    const { running, startedMs } = watch((onEvent) =>
      collect(
        [connector('hung', { traces: never }), connector('traces', { traces: answering(traces, 200) }), good],
        { onEvent },
      ),
    );
    await running;
    expect(startedMs()).toBe(200);
  });

  it('waits a little for the baseline of the traces it has', async () => {
    const uneven: DoQuery<'traces'> = (query, call) =>
      answering<'traces'>(traces, query.window.endMs === NOW_MS ? 100 : 350)(query, call);
    const { running, startedMs } = watch((onEvent) =>
      collect([connector('traces', { traces: uneven }), good], { onEvent }),
    );
    await running;
    expect(startedMs()).toBe(350);
  });

  it('starts at half of the time when no trace comes', async () => {
    const { running, startedMs } = watch((onEvent) =>
      collect(
        [
          connector('hung', { traces: never }),
          connector('logs', { logs: answering<'logs'>([log('logs', 'l1', T, { service: 'stock' })]) }),
        ],
        { onEvent },
      ),
    );
    await running;
    expect(startedMs()).toBe(1500);
  });

  it('starts when all is in, where there are no traces', async () => {
    const lines = [log('logs', 'l1', T, { service: 'stock' })];
    const { running, startedMs } = watch((onEvent) =>
      collect([connector('logs', { logs: answering<'logs'>(lines, 300) })], { onEvent }),
    );
    await running;
    expect(startedMs()).toBe(300);
  });

  it('cannot break the collection', async () => {
    const broken = {
      ...plan(ALERT, NOW_MS),
      secondWave: () => {
        throw new Error('no');
      },
    };
    const collection = collectSignals({ connectors: [good], plan: broken, redact: 'none' });
    await vi.advanceTimersByTimeAsync(3000);
    expect(statesOf(await collection, 'good')).toContain('ok');
  });
});

it('wants a redactor, or to be told that there is none', async () => {
  const options = { connectors: [], plan: plan(ALERT, NOW_MS) } as unknown as CollectSignalsOptions;
  await expect(collectSignals(options)).rejects.toThrow(TypeError);
});

it('tells each source and each request with its time and no text', async () => {
  const events: CollectEvent[] = [];
  const fetching: DoQuery<'deploys'> = async (query, call) => {
    await (await call.fetch('https://deploys.example/?secret=1')).text();
    return answering<'deploys'>([])(query, call);
  };
  const fetch = () =>
    new Promise<Response>((resolve) => setTimeout(() => resolve(new Response('12345')), 70));
  const alert = { ...ALERT, target: {} };
  const collection = collectSignals({
    connectors: [connector('deploys', { deploys: fetching })],
    plan: plan(alert, NOW_MS),
    redact: 'none',
    fetch,
    onEvent: (event) => events.push(event),
  });
  await vi.advanceTimersByTimeAsync(3000);
  await collection;
  const base = { connectorId: 'deploys', kind: 'deploys', purpose: 'history', wave: 1 };
  expect(events).toEqual([
    { ...base, type: 'source-started', atMs: 0 },
    { ...base, type: 'request-started', atMs: 0, requestId: 1 },
    {
      ...base,
      type: 'request-ended',
      atMs: 70,
      requestId: 1,
      outcome: 'read',
      status: 200,
      bodyBytes: 5,
      durationMs: 70,
    },
    { ...base, type: 'source-ended', atMs: 70, state: 'empty', signalCount: 0, durationMs: 70 },
  ]);
});
