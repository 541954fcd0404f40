import { describe, expect, test } from 'vitest';
import { connect, fake, storedEvents, window } from './__fixtures__/connect.js';
import { type Body, createFakeCloudWatch } from './__fixtures__/fake-cloudwatch.js';

const options = { logsApi: 'filter-log-events' as const };

/** Pages by their number; `undefined` ends. */
function paged(pageOf: (body: Body, page: number) => object) {
  let page = 0;
  const answer = createFakeCloudWatch({
    groups: ['/ecs/checkout'],
    instead: (operation, body) =>
      operation === 'FilterLogEvents' ? Response.json(pageOf(body, page++)) : undefined,
  });
  return connect(answer, options);
}
const event = (offsetMs: number) => ({
  timestamp: window.startMs + offsetMs,
  message: `line ${offsetMs}`,
  logStreamName: 's',
});

test('takes milliseconds; its end lies inside', async () => {
  const { logs, of } = fake({ events: storedEvents(2), options });
  await logs();
  expect(of('FilterLogEvents')[0]!.body).toMatchObject({
    logGroupName: '/ecs/checkout',
    startTime: window.startMs,
    endTime: window.endMs - 1,
    limit: 101,
  });
});

describe('pages', () => {
  test('an empty page with a token is not the end', async () => {
    const { logs, of } = paged((_, page) =>
      page < 3 ? { events: [], nextToken: `t${page}` } : { events: [event(5)] },
    );
    expect((await logs()).signals).toHaveLength(1);
    expect(of('FilterLogEvents').map(({ body }) => body['nextToken'])).toEqual([undefined, 't0', 't1', 't2']);
  });

  test('endless new tokens end, with a gap', async () => {
    const { logs, of } = paged((_, page) => ({ events: [], nextToken: `t${page}` }));
    expect((await logs()).gaps.map(({ reason }) => reason)).toContain('row-limit');
    expect(of('FilterLogEvents')).toHaveLength(20);
  });

  test('a later page that fails leaves what was read, with a gap', async () => {
    let page = 0;
    const { logs } = connect(
      createFakeCloudWatch({
        groups: ['/ecs/checkout'],
        instead: (operation) => {
          if (operation !== 'FilterLogEvents') return undefined;
          page += 1;
          return page === 1
            ? Response.json({ events: [event(1)], nextToken: 't' })
            : new Response('down', { status: 503 });
        },
      }),
      options,
    );
    const { gaps, signals } = await logs();
    expect([signals.length, gaps.map(({ reason }) => reason)]).toEqual([1, ['page-failure']]);
  });

  test('events of another shape are counted', async () => {
    const { logs } = paged(() => ({ events: [event(1), { timestamp: 'x' }, null] }));
    expect((await logs()).gaps).toMatchObject([{ reason: 'invalid-item', missing: { count: 2 } }]);
  });
});

describe('the newest', () => {
  test('are asked for from the end', async () => {
    const { logs, of } = fake({ events: storedEvents(500), options });
    const { gaps, signals } = await logs({ limit: 10 });
    expect(of('FilterLogEvents')[0]!.body).toMatchObject({ startFromHead: false });
    expect(signals.at(-1)!.body).toContain('attempt 499');
    expect(of('FilterLogEvents')).toHaveLength(1);
    expect(gaps).toMatchObject([{ reason: 'row-limit' }]);
  });

  test('are found by reading on, where the server does not know that wish', async () => {
    const events = storedEvents(50);
    const answer = createFakeCloudWatch({ events });
    const { logs } = connect(async (request) => {
      const body = (await request.clone().json()) as Body;
      const { startFromHead: _, ...rest } = body;
      return answer(
        new Request(request.url, { method: 'POST', headers: request.headers, body: JSON.stringify(rest) }),
      );
    }, options);
    expect((await logs({ limit: 10 })).signals.map(({ body }) => body.match(/\d+/)?.[0])).toEqual(
      Array.from({ length: 10 }, (_, index) => `${index + 40}`),
    );
  });

  test('of before 2024 cannot be asked for so', async () => {
    const { logs, of } = fake({ groups: ['/ecs/checkout'], options });
    const startMs = Date.UTC(2023, 11, 31);
    await logs({ window: { startMs, endMs: startMs + 1000 } });
    expect(of('FilterLogEvents')[0]!.body).not.toHaveProperty('startFromHead');
  });
});

describe('the pattern', () => {
  const patternOf = async (query: Parameters<ReturnType<typeof fake>['logs']>[0]) => {
    const { logs, of } = fake({ events: storedEvents(1), options });
    await logs(query);
    return of('FilterLogEvents')[0]!.body['filterPattern'];
  };

  test('is of one kind, since terms with a question mark are ignored beside others', async () => {
    expect(await patternOf({})).toBeUndefined();
    expect(await patternOf({ contains: ['pool "x" is full'], minLevel: 'error' })).toBe(
      '"pool " "x" " is full"',
    );
    const traceId = '5759e988bd862e3fe1be46a994272793';
    expect(await patternOf({ traceIds: [traceId], contains: ['x'] })).toBe(
      `?"${traceId}" ?"1-5759e988-bd862e3fe1be46a994272793"`,
    );
    expect(await patternOf({ minLevel: 'warn' })).toContain('?"warn" ?"WARN" ?"Warn"');
  });

  test('chooses roughly: lines are checked by the whole filter', async () => {
    const events = storedEvents(9, (index) => ({
      message: index % 3 === 0 ? 'ERROR pool is full' : index % 3 === 1 ? 'INFO pool is full' : 'ERROR else',
    }));
    const { signals } = await fake({ events, options }).logs({ contains: ['pool'], minLevel: 'warn' });
    expect(signals).toHaveLength(3);
  });
});

test('more than five groups: the rest is a gap', async () => {
  const groups = Array.from({ length: 8 }, (_, index) => `/team-${index}/checkout`);
  const { logs, of } = fake({ groups, options });
  expect((await logs()).gaps).toMatchObject([
    { reason: 'unmapped-target', missing: { count: 3, exact: true } },
  ]);
  expect(of('FilterLogEvents')).toHaveLength(5);
});
