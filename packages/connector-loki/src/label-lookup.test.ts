import { afterEach, describe, expect, test, vi } from 'vitest';
import { connect, fake, isSeries, seriesOf, storedLines } from './__fixtures__/connect.js';
import { createFakeLoki } from './__fixtures__/fake-loki.js';
import { recorded } from './__fixtures__/recorded.js';

afterEach(() => {
  vi.useRealTimers();
});

const lookups = (sent: readonly { path: string }[]) =>
  sent.filter(({ path }) => /\/(?:series|labels)$/.test(path)).length;
const at = (minutes: number) => vi.setSystemTime(1795406700000 + minutes * 60_000);

describe('labels are looked up once and kept', () => {
  test('those of a service for five minutes; that there are none is not kept', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    at(0);
    let streams: Record<string, string>[] = [];
    const { ask, sent } = connect((request) =>
      isSeries(request) ? seriesOf(...streams) : recorded('query-range.empty'),
    );
    const soon = () => ask();
    expect((await soon()).gaps).toMatchObject([{ reason: 'unmapped-target' }]);
    streams = [{ app: 'orders' }];
    expect((await soon()).gaps).toEqual([]);
    at(4);
    await soon();
    expect(lookups(sent)).toBe(2);
    at(6);
    await soon();
    expect(lookups(sent)).toBe(3);
  });

  test('those of all streams are asked for once, side by side and one after the other', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    at(0);
    const { ask, sent } = fake(storedLines(3));
    await Promise.all([ask({ target: { namespace: 'shop' } }), ask({ target: {} })]);
    at(4);
    await ask({ target: {} });
    expect(lookups(sent)).toBe(1);
    at(6);
    await ask({ target: {} });
    expect(lookups(sent)).toBe(2);
  });

  test('both times go along: without them one hour or six may be meant', async () => {
    const { ask, sent } = fake(storedLines(3));
    await ask({ target: {} });
    await ask();
    for (const { parameters } of sent) {
      expect([parameters.get('start'), parameters.get('end')]).toEqual([
        '1795403100000000000',
        '1795406700000000000',
      ]);
    }
  });

  test('calls side by side share one lookup', async () => {
    const { ask, sent } = fake(storedLines(3));
    const batches = await Promise.all([ask(), ask({ keep: 'spread' }), ask({ contains: ['line'] })]);
    expect(batches.every(({ signals }) => signals.length === 3)).toBe(true);
    expect(lookups(sent)).toBe(1);
  });

  test('no more than a thousand services are kept, the oldest go', async () => {
    const { ask, sent } = connect((request) => {
      if (!isSeries(request)) return recorded('query-range.empty');
      const [, app = ''] = /app="(svc-\d+)"/.exec(decodeURIComponent(request.url)) ?? [];
      return seriesOf({ app });
    });
    for (let index = 0; index <= 1000; index++) await ask({ target: { service: `svc-${index}` } });
    expect(lookups(sent)).toBe(1001);
    await ask({ target: { service: 'svc-1000' } });
    await ask({ target: { service: 'svc-1' } });
    expect(lookups(sent)).toBe(1001);
    await ask({ target: { service: 'svc-0' } });
    expect(lookups(sent)).toBe(1002);
  });
});

describe('labels that cannot be looked up', () => {
  const lines = createFakeLoki(storedLines(3, () => ({ stream: { service_name: 'orders' } })));

  test.each([
    ['refused', 403],
    ['not there', 404],
    ['failing', 500],
  ])('%s: the usual label stands in, and that is a gap', async (_, status) => {
    const { ask, queries } = connect((request) =>
      isSeries(request) ? new Response('no', { status }) : lines(request),
    );
    const { gaps, signals } = await ask();
    expect(queries()).toEqual(['{service_name="orders"}']);
    expect(signals).toHaveLength(3);
    expect(gaps).toMatchObject([{ reason: 'unmapped-target' }]);
    expect(gaps[0]!.detail).toContain('could not be looked up');
  });

  test('a server that never answers costs a third of the time, and the next call nothing', async () => {
    const { call, connector, sent } = connect((request) =>
      isSeries(request) ? new Promise<Response>(() => undefined) : lines(request),
    );
    const query = {
      window: { startMs: 1795403100000, endMs: 1795406700000 },
      target: { service: 'orders' },
      limit: 100,
      keep: 'newest',
    } as const;
    const ask = () => connector.sources.logs!.doQuery(query, { ...call, deadlineAtMs: Date.now() + 3000 });
    const [first, beside] = await Promise.all([ask(), ask()]);
    expect([first.signals.length, beside.signals.length]).toEqual([3, 3]);
    expect(first.gaps[0]!.detail).toContain('(timeout)');
    expect((await ask()).signals).toHaveLength(3);
    expect(lookups(sent)).toBe(1);
  });

  test('the labels of another service stand in before the usual one', async () => {
    const { ask, queries } = connect((request) => {
      if (!isSeries(request)) return recorded('query-range.empty');
      return decodeURIComponent(request.url).includes('"orders"')
        ? seriesOf({ app: 'orders', k8s_namespace_name: 'shop' })
        : new Response('slow', { status: 504 });
    });
    await ask();
    const { gaps } = await ask({ target: { service: 'payments', namespace: 'shop' } });
    expect(queries().at(-1)).toBe('{app="payments", k8s_namespace_name="shop"}');
    expect(gaps).toMatchObject([{ reason: 'unmapped-target' }]);
  });

  test('that they could not is forgotten after ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    at(0);
    let down = true;
    const { ask, queries } = connect((request) => {
      if (!isSeries(request)) return recorded('query-range.empty');
      return down ? new Response('no', { status: 404 }) : seriesOf({ app: 'orders' });
    });
    await ask();
    down = false;
    expect((await ask()).gaps).toHaveLength(1);
    at(0.2);
    expect((await ask()).gaps).toEqual([]);
    expect(queries()).toEqual(['{service_name="orders"}', '{service_name="orders"}', '{app="orders"}']);
  });

  test('a server that was unavailable is asked again at once: core repeats the whole query', async () => {
    let lookedUp = 0;
    const { ask, queries } = connect((request) => {
      if (!isSeries(request)) return recorded('query-range.empty');
      lookedUp += 1;
      return lookedUp === 1 ? new Response('down', { status: 503 }) : seriesOf({ app: 'orders' });
    });
    expect((await ask()).gaps).toHaveLength(1);
    expect((await ask()).gaps).toEqual([]);
    expect(queries()).toEqual(['{service_name="orders"}', '{app="orders"}']);
  });

  test('options stand in before the usual label, also where no service is asked for', async () => {
    const { ask, queries } = connect(
      (request) => (/query_range/.test(request.url) ? lines(request) : new Response('no', { status: 403 })),
      { serviceLabel: 'team_service', namespaceLabel: 'ns' },
    );
    await ask({ target: { service: 'orders', namespace: 'shop' } });
    await ask({ target: { namespace: 'shop' } });
    await ask({ target: {} });
    expect(queries()).toEqual(['{team_service="orders", ns="shop"}', '{ns="shop"}', '{team_service=~".+"}']);
  });

  test.each([
    ['no credentials', () => new Response('no org id', { status: 401 }), 'auth'],
    ['its queue full', () => new Response('too many outstanding requests', { status: 429 }), 'rate-limited'],
    ['nobody there', () => Promise.reject<Response>(new TypeError('fetch failed')), 'unreachable'],
  ])('%s: the lines are not asked for either', async (_, answer, code) => {
    const { ask, sent } = connect(answer);
    await expect(ask()).rejects.toMatchObject({ code });
    expect(sent).toHaveLength(1);
  });

  test('a caller who leaves takes nobody along who waits for the same labels', async () => {
    let asked = 0;
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const { call, connector } = connect((request) => {
      if (!isSeries(request)) return lines(request);
      asked += 1;
      arrive();
      return asked === 1 ? new Promise<Response>(() => undefined) : seriesOf({ service_name: 'orders' });
    });
    const query = {
      window: { startMs: 1795403100000, endMs: 1795406700000 },
      target: { service: 'orders' },
      limit: 100,
      keep: 'newest',
    } as const;
    const leaving = new AbortController();
    const left = connector.sources.logs!.doQuery(query, { ...call, signal: leaving.signal });
    const staying = connector.sources.logs!.doQuery(query, call);
    await arrived;
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    expect(await staying).toMatchObject({ signals: [{}, {}, {}], gaps: [] });
  });
});
