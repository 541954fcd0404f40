import { afterEach, describe, expect, test, vi } from 'vitest';
import { connect, fake, storedEvents, window } from './__fixtures__/connect.js';
import { awsError, createFakeCloudWatch, toRow } from './__fixtures__/fake-cloudwatch.js';

const rows = (count: number) => storedEvents(count).map(toRow);

describe('units and text of time', () => {
  test('StartQuery takes seconds with both ends inside; the window itself stands in the query in milliseconds', async () => {
    const { logs, of, queryText } = fake({ events: storedEvents(3) });
    await logs({ window: { startMs: window.startMs + 250, endMs: window.endMs - 250 } });
    expect(of('StartQuery')[0]!.body).toMatchObject({
      startTime: window.startMs / 1000,
      endTime: window.endMs / 1000,
      logGroupNames: ['/ecs/checkout'],
    });
    expect(queryText()).toContain(
      `toMillis(@timestamp) >= ${window.startMs + 250} and toMillis(@timestamp) < ${window.endMs - 250}`,
    );
  });

  test('@timestamp has no zone and is UTC', async () => {
    const { logs } = fake({
      events: [{ timestampMs: window.startMs + 61_123, message: 'x', group: '/ecs/checkout' }],
    });
    const { signals } = await logs();
    expect(signals[0]).toMatchObject({
      timestampMs: Date.UTC(2026, 10, 23, 3, 1, 1, 123),
      timeUnixNano: `${Date.UTC(2026, 10, 23, 3, 1, 1, 123)}000000`,
    });
  });

  test('rows without a time or a message are counted, @ptr and unknown fields are left alone', async () => {
    const results = [
      ...rows(2),
      [{ field: '@ptr', value: 'x' }],
      [{ field: '@timestamp', value: 'yesterday' }],
    ];
    const { logs } = fake({
      groups: ['/ecs/checkout'],
      instead: (operation) =>
        operation === 'GetQueryResults' ? Response.json({ status: 'Complete', results }) : undefined,
    });
    const { gaps, signals } = await logs();
    expect(signals).toHaveLength(2);
    expect(gaps).toMatchObject([{ reason: 'invalid-item', missing: { count: 2, exact: true } }]);
  });
});

describe('cut and spread', () => {
  test('one line more than wanted is asked for, and the server’s own count tells how many are missing', async () => {
    const { logs, queryText } = fake({ events: storedEvents(50) });
    const { gaps, signals } = await logs({ limit: 10 });
    expect(queryText()).toMatch(/sort @timestamp desc\n\| limit 11$/);
    expect(signals).toHaveLength(10);
    expect(gaps).toMatchObject([{ reason: 'row-limit', missing: { count: 40 } }]);
    expect(gaps[0]!.window).toEqual({ startMs: window.startMs, endMs: signals[0]!.timestampMs + 1 });
  });

  test('an answer has at most 10,000 rows, so at most 9,999 lines are given', async () => {
    const { connector, logs, queryText } = fake({ events: storedEvents(1) });
    await logs({ limit: 100_000 });
    expect(queryText()).toMatch(/limit 10000$/);
    expect(connector.sources.logs!.limits.maxItems).toBe(9999);
  });

  test('spread reads quarters of the window, each from its start', async () => {
    const { logs, of } = fake({ events: storedEvents(100) });
    const { gaps, signals } = await logs({ keep: 'spread', limit: 20 });
    expect(of('StartQuery')).toHaveLength(4);
    expect(signals).toHaveLength(20);
    expect(signals.filter(({ timestampMs }) => timestampMs < window.startMs + 450_000)).toHaveLength(5);
    expect(gaps.map(({ reason }) => reason)).toEqual(['row-limit', 'row-limit', 'row-limit', 'row-limit']);
  });

  test('what was scanned, which is what is paid, and the groups stand in the provenance', async () => {
    const { logs } = fake({ events: storedEvents(1) });
    const [entry] = (await logs()).provenance;
    expect(entry).toMatchObject({ language: 'cwli' });
    expect(entry!.text).toMatch(/^# log groups \/ecs\/checkout, scanned 81\.3 MB\nfields @timestamp/);
  });
});

describe('a query that runs', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** Results by poll; the last one stays. */
  function running(polls: readonly (() => Response)[]) {
    let poll = 0;
    const fakeAnswer = createFakeCloudWatch({
      groups: ['/ecs/checkout'],
      instead: (operation) => {
        if (operation !== 'GetQueryResults') return undefined;
        poll += 1;
        return polls[Math.min(poll, polls.length) - 1]!();
      },
    });
    return connect(fakeAnswer);
  }
  const answer =
    (status: string, count = 0) =>
    () =>
      Response.json({ status, results: rows(count) });

  test('is polled with growing pauses until it is complete; Scheduled and Unknown are not the end', async () => {
    const pauses: number[] = [];
    const setTimer = globalThis.setTimeout;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
      const isPause = [200, 400, 800, 1600, 2000].includes(ms);
      if (isPause) pauses.push(ms);
      return setTimer(run, isPause ? 1 : ms);
    }) as typeof setTimeout);
    const polls = ['Scheduled', 'Unknown', 'Running', 'Running', 'Running'].map((status) =>
      answer(status, 1),
    );
    const { logs, of } = running([...polls, answer('Complete', 3)]);
    expect((await logs({}, 60_000)).signals).toHaveLength(3);
    expect(pauses).toEqual([200, 400, 800, 1600, 2000, 2000]);
    expect(of('StopQuery')).toEqual([]);
  });

  test('at the deadline gives what was found, with a gap, and is stopped', async () => {
    const { logs, of } = running([answer('Running', 4)]);
    const { gaps, signals } = await logs({}, 1500);
    expect(signals).toHaveLength(4);
    expect(gaps).toMatchObject([{ reason: 'deadline', window }]);
    expect(of('StopQuery').map(({ body }) => body)).toEqual([{ queryId: 'query-1' }]);
  });

  test('is stopped when the caller gives up, and the call ends at once', async () => {
    const { controller, logs, of } = running([answer('Running')]);
    const asked = logs();
    await expect.poll(() => of('StartQuery')).toHaveLength(1);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    await expect.poll(() => of('StopQuery')).toHaveLength(1);
  });

  test('is stopped outside of a fetch that refuses everything once its query is over', async () => {
    const { connector, call, controller, of } = running([answer('Running')]);
    const { ConnectorError } = await import('@midwatch/core');
    const through = Symbol.for('midwatch.limitedFetch.through');
    const refuse = () =>
      Promise.reject(new ConnectorError({ code: 'aborted', connectorId: 'x', message: 'over' }));
    const lent = call();
    const lending = Object.assign(lent.fetch.bind(undefined), {
      [through]: (own: typeof fetch) => (controller.signal.aborted ? refuse : own),
    });
    const query = { window, target: { service: 'checkout' }, limit: 10, keep: 'newest' } as const;
    const asked = connector.sources.logs!.doQuery(query, { ...lent, fetch: lending });
    await expect.poll(() => of('StartQuery')).toHaveLength(1);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    await expect.poll(() => of('StopQuery')).toHaveLength(1);
  });

  test.each([
    ['Timeout', 'vendor-timeout'],
    ['Cancelled', 'page-failure'],
  ])('%s is a gap over what it found', async (status, reason) => {
    const { gaps, signals } = await running([answer(status, 2)]).logs();
    expect([signals.length, gaps.map((gap) => gap.reason)]).toEqual([2, [reason]]);
  });

  test('Failed is an error', async () => {
    await expect(running([answer('Failed')]).logs()).rejects.toMatchObject({
      code: 'bad-query',
      retryable: false,
    });
  });

  test('a throttled poll is asked again at its turn', async () => {
    const { gaps, signals } = await running([
      () => awsError('ThrottlingException'),
      answer('Complete', 2),
    ]).logs();
    expect([signals.length, gaps]).toEqual([2, []]);
  });

  test('polls that fail for good end it: what was found before stays, and it is stopped', async () => {
    const { logs, of } = running([answer('Running', 2), () => awsError('AccessDeniedException')]);
    const { gaps, signals } = await logs();
    expect([signals.length, gaps.map(({ reason }) => reason)]).toEqual([2, ['page-failure']]);
    await expect.poll(() => of('StopQuery')).toHaveLength(1);
  });
});

test('no place left in Insights: FilterLogEvents reads instead, unless Insights alone was asked for', async () => {
  const instead = (operation: string) =>
    operation === 'StartQuery' ? awsError('LimitExceededException') : undefined;
  const auto = fake({ events: storedEvents(3), instead });
  expect((await auto.logs()).signals).toHaveLength(3);
  const strict = fake({ events: storedEvents(3), instead, options: { logsApi: 'insights' } });
  await expect(strict.logs()).rejects.toMatchObject({ code: 'rate-limited' });
});

test('a window before the log group or beyond its retention is a gap, not an error', async () => {
  const message =
    "Query's end date and time is either before the log groups creation time or exceeds the log groups log retention settings";
  const { logs } = fake({
    groups: ['/ecs/checkout'],
    instead: (operation) =>
      operation === 'StartQuery' ? awsError('MalformedQueryException', 400, { message }) : undefined,
  });
  expect(await logs()).toMatchObject({ signals: [], gaps: [{ reason: 'retention', window }] });
});
