import { describe, expect, it } from 'vitest';
import { always, at, connect, window } from './__fixtures__/connect.js';
import { createFakeDatadog, logItem } from './__fixtures__/fake-datadog.js';

const lines = (count: number, attributes: (index: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, index) =>
    logItem(String(index).padStart(5, '0'), at(index % 3600), attributes(index)),
  );
const page = (items: readonly unknown[], meta: object = {}) => Response.json({ data: items, meta });
const item = (id: string, atSeconds: number, attributes: object = {}) =>
  logItem(id, at(atSeconds), attributes).item;

describe('pages of logs', () => {
  it('are read until the cursor is absent: a short or even empty page may still have one', async () => {
    const cursors: unknown[] = [];
    const { logs, sent } = connect(() => {
      const { cursor } = sent.at(-1)!.body['page'] as { cursor?: string };
      cursors.push(cursor);
      if (cursor === undefined) return page([item('a', 10)], { page: { after: 'one' } });
      if (cursor === 'one') return page([], { page: { after: 'two' } });
      return page([item('b', 5)]);
    });
    const { signals, gaps } = await logs();
    expect(signals.map(({ body }) => body)).toEqual(['line b', 'line a']);
    expect(gaps).toEqual([]);
    expect(cursors).toEqual([undefined, 'one', 'two']);
  });

  it('exactly as many as the limit are no cut, though the full page has a cursor', async () => {
    const { logs, paths } = connect(createFakeDatadog({ logs: lines(2000) }));
    const { signals, gaps } = await logs({ limit: 2000 });
    expect(signals).toHaveLength(2000);
    expect(gaps).toEqual([]);
    expect(paths()).toHaveLength(3);
  });

  it('that run out of time at Datadog, with HTTP 200, are a gap', async () => {
    const { logs } = connect(() => page([item('a', 10)], { status: 'timeout' }));
    const { signals, gaps } = await logs();
    expect(signals).toHaveLength(1);
    expect(gaps).toEqual([{ reason: 'vendor-timeout', window, detail: expect.any(String) }]);
  });

  it('that come with a warning are a gap', async () => {
    const { logs } = connect(() => page([item('a', 10)], { warnings: [{ code: 'unknown_index' }] }));
    expect((await logs()).gaps).toMatchObject([{ reason: 'shard-failure' }]);
  });

  it('a page that names itself as the next ends the reading, with a gap', async () => {
    const { logs, paths } = connect(() => page([item('a', 10)], { page: { after: 'same' } }));
    expect((await logs()).gaps).toMatchObject([{ reason: 'page-failure' }]);
    expect(paths()).toHaveLength(2);
  });

  it('are not asked for beyond the rate limit: none remaining ends the reading with a gap', async () => {
    const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12', 'x-ratelimit-period': '3600' };
    const { logs, paths } = connect(
      always(200, { data: [item('a', 10)], meta: { page: { after: 'x' } } }, spent),
    );
    const { signals, gaps } = await logs();
    expect(signals).toHaveLength(1);
    expect(gaps).toEqual([
      {
        reason: 'budget',
        window: { startMs: window.startMs, endMs: at(10) + 1 },
        detail: expect.stringContaining('12 s'),
      },
    ]);
    expect(paths()).toHaveLength(1);
  });
});

describe('what survives the limit', () => {
  it.each(['newest', 'oldest'] as const)(
    '%s: the asked end, and the gap tells what was not read',
    async (keep) => {
      const { logs, sent } = connect(createFakeDatadog({ logs: lines(30) }));
      const { signals, gaps } = await logs({ keep, limit: 10 });
      const first = keep === 'newest' ? 20 : 0;
      expect(signals.map(({ timestampMs }) => timestampMs)).toEqual(
        Array.from({ length: 10 }, (_, index) => at(first + index)),
      );
      const unread =
        keep === 'newest'
          ? { startMs: window.startMs, endMs: at(20) + 1 }
          : { startMs: at(9), endMs: window.endMs };
      expect(gaps).toEqual([{ reason: 'row-limit', window: unread, missing: { count: 1, exact: false } }]);
      expect(sent[0]?.body['sort']).toBe(keep === 'newest' ? '-timestamp' : 'timestamp');
    },
  );

  it('spread: an equal share of each part, what quiet parts leave to the others, and the exact number left out', async () => {
    // Three quarters of an hour with a line a minute, and one with twelve.
    const times = Array.from({ length: 60 }, (_, minute) => minute).flatMap((minute) =>
      Array.from({ length: minute < 45 ? 1 : 12 }, (_, index) => minute * 60 + index * 5),
    );
    const stored = times.map((seconds, index) => logItem(String(index), at(seconds)));
    const { logs } = connect(createFakeDatadog({ logs: stored }));
    const { signals, gaps } = await logs({ keep: 'spread', limit: 100 });
    expect(signals).toHaveLength(100);
    expect(signals.filter(({ timestampMs }) => timestampMs < at(45 * 60))).toHaveLength(45);
    expect(gaps[0]).toEqual({ reason: 'row-limit', window, missing: { count: 125, exact: true } });
    expect(gaps.slice(1)).toEqual([
      { reason: 'sampled', window: { startMs: signals.at(-1)!.timestampMs, endMs: window.endMs } },
    ]);
  });

  it('spread: a window that fits is one request, without a count', async () => {
    const { logs, paths } = connect(createFakeDatadog({ logs: lines(40) }));
    expect((await logs({ keep: 'spread' })).gaps).toEqual([]);
    expect(paths()).toEqual(['/api/v2/logs/events/search']);
  });
});

describe('requests', () => {
  it('have a flat body, milliseconds as text, and both keys', async () => {
    const { logs, sent } = connect(createFakeDatadog({ logs: lines(1) }));
    await logs({ limit: 9 });
    expect(sent[0]?.body).toEqual({
      filter: { query: 'service:"checkout"', from: String(window.startMs), to: String(window.endMs) },
      sort: '-timestamp',
      page: { limit: 10 },
    });
    expect(sent[0]?.headers.get('dd-api-key')).toBe('api-key');
    expect(sent[0]?.headers.get('dd-application-key')).toBe('app-key');
  });

  it('ask by service, place, pod, level and text, each in quotes', async () => {
    const { logs, texts } = connect(createFakeDatadog({ logs: lines(1) }), {
      environments: { production: 'prod' },
    });
    const target = {
      service: 'Check"out',
      namespace: 'shop',
      environment: 'production',
      pod: 'checkout-1',
      labels: { team: 'a b' },
    };
    await logs({ target, minLevel: 'error', contains: ['pool "x" \\ exhausted\n'] });
    expect(texts()[0]).toBe(
      [
        '(service:"Check\\"out" OR service:"check\\"out")',
        '(kube_namespace:"shop" OR -kube_namespace:*)',
        '(env:"prod" OR -env:*)',
        'pod_name:"checkout-1"',
        '(team:"a b" OR @team:"a b")',
        'status:(error OR critical OR alert OR emergency OR fatal)',
        '"pool \\"x\\" \\\\ exhausted "',
      ].join(' '),
    );
  });

  it('a text is checked here, too: Datadog searches whole words in either case', async () => {
    const stored = ['Pool exhausted', 'pool exhausted', 'pool-exhausted'].map((message, index) =>
      logItem(String(index), at(index), { message }),
    );
    const { logs } = connect(createFakeDatadog({ logs: stored }));
    expect((await logs({ contains: ['pool exhausted'] })).signals.map(({ body }) => body)).toEqual([
      'pool exhausted',
    ]);
  });

  it('ask for trace ids in full and as the decimal of the low half, 32 to a search', async () => {
    const ids = Array.from(
      { length: 33 },
      (_, index) => `4bf92f3577b34da6${(index + 1).toString(16).padStart(16, '0')}`,
    );
    const { logs, texts } = connect(createFakeDatadog({ logs: [] }));
    await logs({ target: {}, traceIds: ids });
    expect(texts()).toHaveLength(2);
    const written = `(${ids[32]} OR 33)`;
    expect(texts()[1]).toBe(`(trace_id:${written} OR @trace_id:${written} OR @dd.trace_id:${written})`);
  });

  it('a later search for trace ids that fails leaves the lines of the first, with a gap', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => (index + 1).toString(16).padStart(32, '0'));
    const answer = createFakeDatadog({ logs: lines(3) });
    const { logs, sent } = connect((request) => (sent.length === 1 ? answer(request) : always(503)()));
    const { signals, gaps } = await logs({ traceIds: ids });
    expect(signals).toHaveLength(3);
    expect(gaps).toMatchObject([{ reason: 'page-failure', window }]);
  });

  it('leave out labels whose names could leave a query, with a gap', async () => {
    const { logs, texts } = connect(createFakeDatadog({ logs: lines(1) }));
    const { gaps } = await logs({ target: { labels: { 'x) OR (*': 'y' } } });
    expect(texts()).toEqual(['*']);
    expect(gaps).toMatchObject([{ reason: 'unsupported-filter' }]);
  });
});

describe('lines', () => {
  it('are read from both levels of attributes, with tags under their own and OpenTelemetry names', async () => {
    const stored = logItem('a', at(1), {
      timestamp: '2026-10-01T03:00:01.123456Z',
      status: 'warn',
      host: 'i-1',
      tags: ['env:prod', 'pod_name:checkout-1', 'canary', '__proto__:x'],
      attributes: { http: { status_code: 500, list: [1, 2] }, dd: { trace_id: '255', span_id: '16' } },
    });
    const { signals } = await connect(createFakeDatadog({ logs: [stored] })).logs();
    expect(signals[0]).toMatchObject({
      body: 'line a',
      level: 'warn',
      service: 'checkout',
      timestampMs: at(1) + 123,
      timeUnixNano: `${at(1) + 123}456000`,
      traceId: 'ff'.padStart(32, '0'),
      spanId: '0000000000000010',
      attributes: {
        'http.status_code': 500,
        'http.list': '[1,2]',
        env: 'prod',
        'k8s.pod.name': 'checkout-1',
        'host.name': 'i-1',
      },
    });
    expect(signals[0]?.url).toMatch(/^https:\/\/app\.datadoghq\.com\/logs\?event=a&from_ts=\d+&to_ts=\d+/);
  });

  it('may have no message: their attributes are the body', async () => {
    const stored = logItem('a', at(1), { message: undefined, attributes: { outcome: 'declined' } });
    expect((await connect(createFakeDatadog({ logs: [stored] })).logs()).signals[0]?.body).toBe(
      '{"outcome":"declined"}',
    );
  });

  it.each([
    ['emergency', 'fatal'],
    ['alert', 'fatal'],
    ['critical', 'fatal'],
    ['error', 'error'],
    ['warn', 'warn'],
    ['notice', 'info'],
    ['ok', 'info'],
    ['debug', 'debug'],
  ])('status %s is %s', async (status, level) => {
    const { logs } = connect(createFakeDatadog({ logs: [logItem('a', at(1), { status })] }));
    expect((await logs()).signals[0]?.level).toBe(level);
  });

  it('asked for by a full trace id have that id, also where the line tells 64 bits only', async () => {
    const full = '4bf92f3577b34da600000000000000ff';
    const stored = logItem('a', at(1), { attributes: { dd: { trace_id: '255' } } });
    const { logs } = connect(createFakeDatadog({ logs: [stored] }));
    expect((await logs({ traceIds: [full] })).signals[0]?.traceId).toBe(full);
  });

  it('that are none are counted, and the others kept', async () => {
    const { logs } = connect(() =>
      page([{ id: 'x' }, item('a', 1), { id: 'b', attributes: { timestamp: 'today' } }]),
    );
    const { signals, gaps } = await logs();
    expect(signals).toHaveLength(1);
    expect(gaps).toEqual([{ reason: 'invalid-item', missing: { count: 2, exact: true } }]);
  });

  it('of a service that was silent for a day are no answer about that service', async () => {
    const { logs, sent } = connect(createFakeDatadog({ logs: [] }));
    expect((await logs()).gaps).toMatchObject([{ reason: 'unmapped-target' }]);
    expect(sent[1]?.body['filter']).toMatchObject({ from: String(window.endMs - 86_400_000) });
    const known = connect(createFakeDatadog({ logs: [logItem('early', window.startMs - 3_600_000)] }));
    expect((await known.logs()).gaps).toEqual([]);
  });
});
