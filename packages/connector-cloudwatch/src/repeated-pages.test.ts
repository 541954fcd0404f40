import { describe, expect, test } from 'vitest';
import { connect, fake, storedEvents, window } from './__fixtures__/connect.js';
import {
  type Body,
  createFakeCloudWatch,
  type FakeCloudWatchOptions,
} from './__fixtures__/fake-cloudwatch.js';

const byFilter = { logsApi: 'filter-log-events' as const };
const event = (offsetMs: number, eventId?: string) => ({
  ...{ timestamp: window.startMs + offsetMs, message: `line ${offsetMs}`, logStreamName: 's' },
  ...(eventId === undefined ? {} : { eventId }),
});

function answering(
  operation: string,
  answerOf: (body: Body, index: number) => object,
  { options = {}, ...stored }: FakeCloudWatchOptions & { options?: Parameters<typeof connect>[1] } = {},
) {
  let index = 0;
  const instead: FakeCloudWatchOptions['instead'] = (asked, body) =>
    asked === operation ? Response.json(answerOf(body, index++)) : undefined;
  return connect(createFakeCloudWatch({ groups: ['/ecs/checkout'], ...stored, instead }), options);
}

describe('events by FilterLogEvents', () => {
  const pages = (answerOf: (body: Body, index: number) => object) =>
    answering('FilterLogEvents', answerOf, { options: byFilter });

  test.each<[string, (index: number) => object, number]>([
    ['a page and its token again', () => ({ events: [event(5, 'a'), event(6, 'b')], nextToken: 'same' }), 2],
    ['a page without event ids again', () => ({ events: [event(5), event(6)], nextToken: 'same' }), 2],
    [
      'a page again with a new token',
      (index) => ({ events: [event(5, 'a'), event(6, 'b')], nextToken: `t${index}` }),
      2,
    ],
    [
      'a token again with an empty page',
      (index) => ({ events: index === 0 ? [event(5), event(6)] : [], nextToken: 'same' }),
      2,
    ],
    [
      'two pages in turn',
      (index) => ({ events: [event(5 + (index % 2), `${index % 2}`)], nextToken: `t${index % 2}` }),
      3,
    ],
  ])('%s: nothing comes twice, and a gap tells', async (_, answerOf, requests) => {
    const { logs, of } = pages((_body, index) => answerOf(index));
    const { gaps, signals } = await logs();
    expect(signals.map(({ body }) => body)).toEqual(['line 5', 'line 6']);
    expect(gaps).toMatchObject([{ reason: 'page-failure', window }]);
    expect(of('FilterLogEvents')).toHaveLength(requests);
  });

  test('a page that overlaps the one before is read on, each event once', async () => {
    const { logs } = pages((_, index) =>
      index === 0
        ? { events: [event(5, 'a'), event(6, 'b')], nextToken: 't' }
        : { events: [event(6, 'b'), event(7, 'c')] },
    );
    const { gaps, signals } = await logs();
    expect(signals.map(({ body }) => body)).toEqual(['line 5', 'line 6', 'line 7']);
    expect(gaps).toEqual([]);
  });

  test('equal lines of one page are two', async () => {
    expect((await pages(() => ({ events: [event(5), event(5)] })).logs()).signals).toHaveLength(2);
  });

  test('an answer to another question is none', async () => {
    const { logs } = pages(() => ({ logGroups: [] }));
    await expect(logs()).rejects.toMatchObject({ code: 'bad-response' });
  });
});

describe('log groups', () => {
  test('pages are read to their end', async () => {
    const groups = ['/a/checkout', '/b/checkout', '/c/checkout'];
    const { logs, of } = fake({ groups, pageSize: 2 });
    await logs();
    expect(of('StartQuery')[0]!.body['logGroupNames']).toEqual(groups);
  });

  test('a page that comes again is a gap, and the next query looks again', async () => {
    const group = { logGroupName: '/ecs/checkout' };
    const { logs, of } = answering('DescribeLogGroups', () => ({ logGroups: [group], nextToken: 'same' }), {
      events: storedEvents(3),
    });
    const { gaps, signals } = await logs();
    expect([signals.length, new Set(gaps.map(({ reason }) => reason))]).toEqual([
      3,
      new Set(['page-failure']),
    ]);
    const before = of('DescribeLogGroups').length;
    await logs();
    expect(of('DescribeLogGroups')).toHaveLength(2 * before);
  });

  test('more pages than are read are a gap', async () => {
    const { logs } = answering('DescribeLogGroups', (_, index) => ({
      logGroups: [{ logGroupName: `/team-${index}/checkout` }],
      nextToken: `t${index}`,
    }));
    expect((await logs()).gaps.map(({ detail }) => detail)).toContain('more log groups than are listed');
  });

  test('one list that fails is waited for by the other, so that no request is left behind', async () => {
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { logs } = connect(async (request) => {
      const { logGroupNamePattern } = (await request.json()) as Body;
      if (logGroupNamePattern !== undefined) return new Response('down', { status: 503 });
      await slow;
      return Response.json({ logGroups: [] });
    });
    let ended = false;
    const asked = logs()
      .catch((error: unknown) => error)
      .finally(() => {
        ended = true;
      });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ended).toBe(false);
    finish();
    expect(await asked).toMatchObject({ code: 'unavailable' });
  });
});

describe('metrics', () => {
  const roles = ['cpu.usage' as const];
  const options = { metricFamilies: ['ecs-container-insights' as const] };
  const series = [0, 1, 2].map((index) => ({
    namespace: 'ECS/ContainerInsights',
    name: 'CpuUtilized',
    dimensions: { ClusterName: `cluster-${index}`, ServiceName: 'checkout' },
    points: [[window.startMs, 256] as const],
  }));

  test('lists and points are read page by page', async () => {
    const { metrics, of } = fake({ series, pageSize: 2, options });
    const { gaps, signals } = await metrics({ roles });
    expect([signals.length, gaps]).toEqual([3, []]);
    expect([of('ListMetrics').length, of('GetMetricData').length]).toEqual([2, 2]);
  });

  test('a list that comes again is a gap, and each series is there once', async () => {
    const { dimensions, name, namespace } = series[0]!;
    const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
    const Metrics = [{ Namespace: namespace, MetricName: name, Dimensions }];
    const { metrics } = answering('ListMetrics', () => ({ Metrics, NextToken: 'same' }), { series, options });
    const { gaps, signals } = await metrics({ roles });
    expect(signals).toHaveLength(1);
    expect(gaps).toMatchObject([{ reason: 'page-failure' }]);
  });

  test.each([1, 2])(
    'points that come again end the reading, with a gap (%i tokens in turn)',
    async (tokens) => {
      const answer = (_: Body, index: number) => ({
        MetricDataResults: [
          { Id: 'm0', Timestamps: [window.startMs / 1000], Values: [1], StatusCode: 'Complete' },
        ],
        NextToken: `t${index % tokens}`,
      });
      const { metrics, of } = answering('GetMetricData', answer, { series, options });
      const { gaps, signals } = await metrics({ roles });
      expect(signals.map(({ points }) => points.length)).toEqual([1]);
      expect(gaps).toMatchObject([{ reason: 'page-failure' }]);
      expect(of('GetMetricData')).toHaveLength(tokens + 1);
    },
  );
});
