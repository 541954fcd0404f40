import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect, fake, window } from './__fixtures__/connect.js';
import { type Body, createFakeCloudWatch, type StoredSeries } from './__fixtures__/fake-cloudwatch.js';
import { toPeriodSeconds } from './metric-data.js';

// Periods follow the age of what is asked for.
beforeEach(() => void vi.useFakeTimers({ now: window.endMs, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const points = (...values: number[]) =>
  values.map((value, index) => [window.startMs + index * MINUTE_MS, value] as const);
const series = (
  namespace: string,
  name: string,
  dimensions: Record<string, string>,
  values: number[],
  statistics?: string[],
): StoredSeries => ({
  namespace,
  name,
  dimensions,
  points: points(...values),
  ...(statistics && { statistics }),
});

const ecs = { ClusterName: 'prod', ServiceName: 'checkout' };
const signals = { Service: 'checkout', Environment: 'eks:prod/shop' };
const cpu = series('ECS/ContainerInsights', 'CpuUtilized', ecs, [512, 1024]);

describe('GetMetricData', () => {
  /** Answers of the pages in turn. */
  const paged = (pages: readonly ((body: Body) => object)[]) => {
    let page = 0;
    const answer = createFakeCloudWatch({
      series: [cpu],
      instead: (operation, body) =>
        operation === 'GetMetricData' ? Response.json(pages[page++]?.(body) ?? {}) : undefined,
    });
    return connect(answer, { metricFamilies: ['ecs-container-insights'] });
  };
  const part = (minutes: readonly number[], StatusCode: string, Id = 'm0') => ({
    ...{ Id, Label: 'CpuUtilized', StatusCode },
    Timestamps: minutes.map((minute) => (window.startMs + minute * MINUTE_MS) / 1000),
    Values: minutes.map((minute) => minute * 1024),
  });

  test('takes seconds, whole periods, ascending order and no unit', async () => {
    const { metrics, of } = fake({ series: [cpu] });
    await metrics({ window: { startMs: window.startMs + 20_000, endMs: window.endMs } });
    const { body } = of('GetMetricData')[0]!;
    expect(body).toMatchObject({
      StartTime: window.startMs / 1000,
      EndTime: window.endMs / 1000,
      ScanBy: 'TimestampAscending',
    });
    expect(body['MetricDataQueries']).toEqual([
      {
        Id: 'm0',
        MetricStat: {
          Metric: {
            Namespace: 'ECS/ContainerInsights',
            MetricName: 'CpuUtilized',
            Dimensions: [
              { Name: 'ClusterName', Value: 'prod' },
              { Name: 'ServiceName', Value: 'checkout' },
            ],
          },
          Period: 60,
          Stat: 'Average',
        },
        ReturnData: true,
      },
    ]);
  });

  test('parts of a result are put together by its id, in whatever order they come', async () => {
    const { metrics } = paged([
      () => ({ MetricDataResults: [part([5, 4, 3], 'PartialData')], NextToken: 'next' }),
      (body) => ({ MetricDataResults: body['NextToken'] === 'next' ? [part([2, 1], 'Complete')] : [] }),
    ]);
    const batch = await metrics();
    expect(batch.gaps).toEqual([]);
    expect(batch.signals[0]!.points).toEqual(
      [1, 2, 3, 4, 5].map((minute) => [window.startMs + minute * MINUTE_MS, minute]),
    );
  });

  test.each([
    ['PartialData', 'page-failure'],
    ['Forbidden', 'page-failure'],
    ['InternalError', 'shard-failure'],
  ])('%s at the end, inside of a 200, is a gap', async (status, reason) => {
    const { metrics } = paged([() => ({ MetricDataResults: [part([1], status)] })]);
    const batch = await metrics();
    expect(batch.signals).toHaveLength(1);
    expect(batch.gaps).toMatchObject([{ reason, missing: { count: 1, exact: true } }]);
  });

  test('messages of the answer are a gap', async () => {
    const { metrics } = paged([
      () => ({
        MetricDataResults: [part([1], 'Complete')],
        Messages: [{ Code: 'MaxMetricsExceeded', Value: 'x' }],
      }),
    ]);
    expect((await metrics()).gaps).toMatchObject([{ reason: 'shard-failure' }]);
  });

  test('a token that comes again, and pages without an end, end', async () => {
    const same = () => ({ MetricDataResults: [part([1], 'PartialData')], NextToken: 'same' });
    const repeating = paged(Array.from({ length: 30 }, () => same));
    expect((await repeating.metrics()).gaps.map(({ reason }) => reason)).toContain('page-failure');
    expect(repeating.of('GetMetricData')).toHaveLength(2);
    const endless = paged(
      Array.from({ length: 30 }, (_, page) => () => ({ ...same(), NextToken: `t${page}` })),
    );
    expect((await endless.metrics()).gaps.map(({ reason }) => reason)).toContain('row-limit');
    expect(endless.of('GetMetricData')).toHaveLength(10);
  });

  test('five hundred metrics are asked for at once, more in several calls', async () => {
    const many = Array.from({ length: 600 }, (_, index) =>
      series('ECS/ContainerInsights', 'CpuUtilized', { ...ecs, ClusterName: `c${index}` }, [index + 1]),
    );
    const { metrics, of } = fake({ series: many });
    const batch = await metrics({ limit: 2000 });
    expect(batch.signals).toHaveLength(600);
    const sizes = of('GetMetricData').map(({ body }) => (body['MetricDataQueries'] as unknown[]).length);
    expect(sizes).toEqual([500, 100]);
    const values = batch.signals.map((signal) => [
      signal.attributes['ClusterName'],
      signal.points[0]![1] * 1024 - 1,
    ]);
    expect(values.every(([name, value]) => name === `c${value}`)).toBe(true);
  });

  test.each([
    ['an hour ago', 0, 15_000, 60],
    ['an hour ago, five minutes wanted', 0, 300_000, 300],
    ['16 days ago', 16, 60_000, 300],
    ['70 days ago', 70, 60_000, 3600],
  ])('the period of what was %s', (_, days, stepMs, seconds) => {
    const nowMs = window.endMs + days * DAY_MS;
    expect(toPeriodSeconds(window, stepMs, nowMs)).toBe(seconds);
  });

  test('a day in minutes stays within 1,440 points a series', () => {
    const week = { startMs: window.startMs - 7 * DAY_MS, endMs: window.startMs };
    expect(toPeriodSeconds(week, 60_000, window.startMs)).toBe(420);
  });
});

describe('roles', () => {
  const latency = (values: number[], statistic: string) =>
    series('ApplicationSignals', 'Latency', signals, values, [statistic]);

  test('Application Signals: rate from the count, faults as a share of it, milliseconds become seconds', async () => {
    const stored = [
      latency([600, 1200, 0], 'SampleCount'),
      latency([180, 8200], 'p99'),
      series('ApplicationSignals', 'Fault', signals, [6], ['Sum']),
      series('ApplicationSignals', 'Latency', { ...signals, Operation: 'GET /' }, [1]),
    ];
    const { metrics } = fake({ series: stored });
    const batch = await metrics();
    const values = (role: string) =>
      batch.signals.filter((one) => one.role === role).map((one) => one.points.map(([, value]) => value));
    expect(values('request.rate')).toEqual([[10, 20, 0]]);
    // No fault in the second minute, no request in the third.
    expect(values('error.ratio')).toEqual([[0.01, 0]]);
    expect(values('latency.p99')).toEqual([[0.18, 8.2]]);
    expect(batch.signals.find((one) => one.role === 'latency.p99')).toMatchObject({
      unit: 's',
      type: 'quantile',
    });
  });

  test('a minute that has not ended gives no rate', async () => {
    const { metrics } = fake({ series: [latency([600, 600, 30], 'SampleCount')] });
    const endMs = window.startMs + 2.5 * MINUTE_MS;
    const batch = await metrics({ window: { startMs: window.startMs, endMs }, roles: ['request.rate'] });
    expect(batch.signals[0]!.points.map(([, value]) => value)).toEqual([10, 10]);
  });

  test('target groups are found by their names, those of Kubernetes by eight letters', async () => {
    const group = (name: string) => ({
      LoadBalancer: 'app/x/1',
      TargetGroup: `targetgroup/${name}/73e2d6bc24d8a067`,
    });
    const stored = [
      'checkout',
      'k8s-shop-checkout-0123456789',
      'k8s-other-checkout-0123456789',
      'checkout-worker',
    ].map((name, index) => series('AWS/ApplicationELB', 'RequestCount', group(name), [60 * (index + 1)]));
    const { metrics } = fake({ series: stored });
    const batch = await metrics({
      target: { service: 'checkout', namespace: 'shop' },
      roles: ['request.rate'],
    });
    expect(batch.signals.map((one) => one.points[0]![1])).toEqual([1, 2]);
  });

  test('one family tells a role: the surer one; Lambda by its function', async () => {
    const lambda = { FunctionName: 'checkout' };
    const stored = [
      cpu,
      series('AWS/ECS', 'CPUUtilization', ecs, [50]),
      series('AWS/Lambda', 'Invocations', lambda, [60]),
      series('AWS/Lambda', 'Invocations', { ...lambda, Resource: 'checkout:live' }, [60]),
    ];
    const batch = await fake({ series: stored }).metrics({ roles: ['cpu.usage', 'request.rate'] });
    expect(batch.signals.map(({ name }) => name).sort()).toEqual([
      'AWS/Lambda/Invocations',
      'ECS/ContainerInsights/CpuUtilized',
    ]);
  });

  test('all services of a namespace, where the dimensions tell it', async () => {
    const pod = (PodName: string, Namespace = 'shop') =>
      series('ContainerInsights', 'pod_cpu_utilization', { ClusterName: 'prod', Namespace, PodName }, [20]);
    const { metrics } = fake({ series: [pod('checkout'), pod('orders'), pod('x', 'other'), cpu] });
    const batch = await metrics({ target: { namespace: 'shop' } });
    expect(batch.signals.map(({ service }) => service)).toEqual(['checkout', 'orders']);
    expect(batch.signals[0]).toMatchObject({ unit: '1', points: [[window.startMs, 0.2]] });
  });

  test('metrics of one’s own fill in the target, and `*` is a series each', async () => {
    const own = (pool: string) => series('Shop', 'pool_used', { 'service.name': 'checkout', pool }, [7]);
    const options = {
      metrics: [
        {
          ...({
            role: 'connections.used',
            namespace: 'Shop',
            name: 'pool_used',
            unit: '{connection}',
          } as const),
          dimensions: { 'service.name': '{service}', pool: '*' },
        },
      ],
    };
    const { metrics } = fake({ series: [own('a'), own('b')], options });
    expect((await metrics({ roles: ['connections.used'] })).signals).toMatchObject([
      { service: 'checkout', attributes: { pool: 'a' } },
      { service: 'checkout', attributes: { pool: 'b' } },
    ]);
  });

  test('metrics by name; what there is none of is no error', async () => {
    const { metrics } = fake({ series: [cpu, series('ECS/ContainerInsights', 'TaskCount', ecs, [3])] });
    expect((await metrics({ names: ['TaskCount', 'None'] })).signals).toMatchObject([
      { name: 'ECS/ContainerInsights/TaskCount' },
    ]);
  });

  test('a family that cannot be listed is a gap beside what others gave', async () => {
    const { metrics } = fake({
      series: [cpu],
      instead: (operation, body) =>
        operation === 'ListMetrics' && body['Namespace'] === 'AWS/Lambda'
          ? new Response('down', { status: 500 })
          : undefined,
    });
    const batch = await metrics({ roles: ['cpu.usage'] });
    expect([batch.signals.length, batch.gaps.map(({ reason }) => reason)]).toEqual([1, ['page-failure']]);
  });

  test('an expression of one’s own gives series without a role', async () => {
    const { metrics, of } = fake({ series: [] });
    const expression = 'SELECT AVG(CPUUtilization) FROM "AWS/ECS" GROUP BY ServiceName';
    await metrics({ native: { cloudwatch: { expression } } });
    expect(of('GetMetricData')[0]!.body['MetricDataQueries']).toEqual([
      { Id: 'm0', Expression: expression, Period: 60, ReturnData: true },
    ]);
  });
});

test('health: one of the two services alone is degraded, with the reason', async () => {
  const { call, connector } = fake({
    instead: (operation) =>
      operation === 'ListMetrics'
        ? Response.json({ __type: 'AccessDeniedException', message: 'arn:secret' }, { status: 400 })
        : undefined,
  });
  expect(await connector.checkHealth(call())).toMatchObject({
    state: 'degraded',
    detail:
      'only logs can be read: [cloudwatch] auth: HTTP 400 AccessDeniedException for ListMetrics: its policy lacks the permission',
    labels: [{ field: 'service', label: 'log group name', chosenBy: 'convention' }],
  });
});
