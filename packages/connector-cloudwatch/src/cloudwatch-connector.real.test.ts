import { type MetricRole, querySignals } from '@midwatch/core';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Moto, motoCredentials, startMoto } from './__fixtures__/start-moto.js';
import { type CloudWatchConnectorOptions, createCloudWatchConnector } from './index.js';

const region = 'eu-west-1';
const MINUTE_MS = 60_000;
// PutLogEvents takes no old events.
const startMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 30 * MINUTE_MS;
const window = { startMs, endMs: startMs + 20 * MINUTE_MS };

function kubernetesLine(container: string, level: string, index: number): string {
  return JSON.stringify({
    log: `${JSON.stringify({ level, msg: `line ${index}`, trace_id: index.toString(16).padStart(32, 'a') })}\n`,
    stream: 'stderr',
    kubernetes: {
      pod_name: `${container}-5d4b9c7f6-9hjlc`,
      namespace_name: 'shop',
      container_name: container,
    },
  });
}

realComponent('moto', (binary) => {
  let moto: Moto | undefined;

  async function putEvents(group: string, events: { timestamp: number; message: string }[], streams = 1) {
    await moto!.put('logs', 'CreateLogGroup', { logGroupName: group });
    for (let stream = 0; stream < streams; stream++) {
      const name = { logGroupName: group, logStreamName: `stream/${stream}` };
      await moto!.put('logs', 'CreateLogStream', name);
      const logEvents = events.filter((_, index) => index % streams === stream);
      await moto!.put('logs', 'PutLogEvents', { ...name, logEvents });
    }
  }

  const connect = (options: Partial<CloudWatchConnectorOptions> = {}) =>
    createCloudWatchConnector({ baseUrl: moto!.baseUrl, region, credentials: motoCredentials, ...options });
  const askLogs = (
    request: {
      service?: string;
      limit?: number;
      keep?: 'newest' | 'oldest';
      minLevel?: 'error';
      namespace?: string;
    },
    options: Partial<CloudWatchConnectorOptions> = {},
  ) => {
    const { limit = 500, namespace, service, ...rest } = request;
    const target = { ...(service && { service }), ...(namespace && { namespace }) };
    return querySignals(connect(options), 'logs', { window, target, limit, ...rest }, { redact: 'none' });
  };
  const askMetrics = (
    service: string,
    roles?: MetricRole[],
    options: Partial<CloudWatchConnectorOptions> = {},
  ) =>
    querySignals(
      connect(options),
      'metrics',
      { window, target: { service }, stepMs: MINUTE_MS, ...(roles && { roles }) },
      { redact: 'none' },
    );

  beforeAll(async () => {
    moto = await startMoto(binary, region);
    const own = Array.from({ length: 40 }, (_, index) => ({
      timestamp: startMs + index * 30_000 + 123,
      message: index % 4 === 0 ? `2026-01-01 ERROR attempt ${index} failed` : `INFO attempt ${index}`,
    }));
    // The first lies before the window, the last one at its end, which is outside.
    const outside = [startMs - 1, window.endMs].map((timestamp) => ({ timestamp, message: 'ERROR outside' }));
    await putEvents(
      '/ecs/checkout',
      [...own, ...outside].sort((a, b) => a.timestamp - b.timestamp),
      3,
    );
    await putEvents('/ecs/checkout-worker', [
      { timestamp: startMs + 5, message: 'ERROR of another service' },
    ]);
    const shared = Array.from({ length: 20 }, (_, index) => ({
      timestamp: startMs + index * MINUTE_MS,
      message: kubernetesLine(
        index % 2 === 0 ? 'orders' : 'stock',
        index % 4 === 0 ? 'error' : 'info',
        index,
      ),
    }));
    await putEvents('/aws/containerinsights/prod/application', shared);

    const put = async (
      Namespace: string,
      MetricName: string,
      dimensions: Record<string, string>,
      values: number[],
      Unit = 'None',
    ) => {
      const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
      const MetricData = values.map((Value, index) => ({
        ...{ MetricName, Dimensions, Value, Unit },
        Timestamp: (startMs + index * MINUTE_MS) / 1000,
      }));
      await moto!.put('monitoring', 'PutMetricData', { Namespace, MetricData });
    };
    const ecs = { ClusterName: 'prod', ServiceName: 'checkout' };
    await put('ECS/ContainerInsights', 'CpuUtilized', ecs, [256, 512, 1024]);
    await put('ECS/ContainerInsights', 'MemoryUtilized', ecs, [100, 200, 300], 'Megabytes');
    await put('AWS/ECS', 'CPUUtilization', ecs, [25, 50, 100], 'Percent');
    const group = {
      LoadBalancer: 'app/shop/50dc6c495c0c9188',
      TargetGroup: 'targetgroup/checkout/73e2d6bc24d8a067',
    };
    await put('AWS/ApplicationELB', 'RequestCount', group, [600, 600, 1200], 'Count');
    await put('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', group, [0, 60], 'Count');
  });

  afterAll(async () => {
    await moto?.stop();
  });

  describe('logs', () => {
    test.each(['insights', 'filter-log-events'] as const)(
      '%s: all lines of the window and of no other service',
      async (logsApi) => {
        const { gaps, signals } = await askLogs({ service: 'checkout' }, { logsApi });
        expect(gaps).toEqual([]);
        expect(signals).toHaveLength(40);
        expect(signals.map(({ timestampMs }) => timestampMs - startMs)).toEqual(
          Array.from({ length: 40 }, (_, index) => index * 30_000 + 123),
        );
        expect(signals[0]).toMatchObject({ level: 'error', service: 'checkout' });
        expect(signals[0]!.attributes).toEqual({
          'aws.log.group.name': '/ecs/checkout',
          'aws.log.stream.name': 'stream/1',
        });
      },
    );

    test('the same line has the same id by either way', async () => {
      const [one, other] = await Promise.all([
        askLogs({ service: 'checkout' }, { logsApi: 'insights' }),
        askLogs({ service: 'checkout' }, { logsApi: 'filter-log-events' }),
      ]);
      expect(one.signals.map(({ id }) => id)).toEqual(other.signals.map(({ id }) => id));
    });

    test('FilterLogEvents that begins with the oldest, stream by stream: the newest are found by reading on', async () => {
      const { gaps, signals } = await askLogs(
        { service: 'checkout', limit: 5 },
        { logsApi: 'filter-log-events' },
      );
      expect(signals.map(({ body }) => body.match(/\d+( failed)?$/)?.[0])).toEqual([
        '35',
        '36 failed',
        '37',
        '38',
        '39',
      ]);
      expect(gaps).toMatchObject([{ reason: 'row-limit' }]);
    });

    test.each(['insights', 'filter-log-events'] as const)('%s: level and cut', async (logsApi) => {
      // moto's Insights does not filter: lines of a shared group would use up the limit.
      const logGroups = ['/ecs/{service}'];
      const errors = await askLogs({ service: 'checkout', minLevel: 'error' }, { logsApi, logGroups });
      expect(errors.signals).toHaveLength(10);
      const oldest = await askLogs({ service: 'checkout', keep: 'oldest', limit: 3 }, { logsApi, logGroups });
      expect(oldest.signals.map(({ timestampMs }) => timestampMs - startMs)).toEqual([123, 30_123, 60_123]);
      expect(oldest.gaps).toMatchObject([{ reason: 'row-limit' }]);
    });

    test('lines of Kubernetes in a shared group, out of their envelope', async () => {
      const { signals } = await askLogs({ service: 'orders', namespace: 'shop' });
      expect(signals).toHaveLength(10);
      expect(signals[2]).toMatchObject({
        body: `{"level":"error","msg":"line 4","trace_id":"${'4'.padStart(32, 'a')}"}`,
        level: 'error',
        service: 'orders',
        traceId: '4'.padStart(32, 'a'),
        attributes: { 'k8s.pod.name': 'orders-5d4b9c7f6-9hjlc', 'k8s.namespace.name': 'shop' },
      });
      expect((await askLogs({ namespace: 'shop' })).signals).toHaveLength(20);
    });

    test('a group that is not there is a bad query, by its name', async () => {
      const serviceLogGroups = { gone: ['/ecs/gone'] };
      await expect(askLogs({ service: 'gone' }, { serviceLogGroups })).rejects.toMatchObject({
        code: 'bad-query',
        message: expect.stringContaining('ResourceNotFoundException for StartQuery') as string,
      });
    });
  });

  describe('metrics', () => {
    const byRole = async (service: string, roles?: MetricRole[]) => {
      const { gaps, signals } = await askMetrics(service, roles);
      expect(gaps).toEqual([]);
      return new Map(signals.map((signal) => [signal.role, signal]));
    };

    test('roles of several services of AWS, in their units; the surer family wins', async () => {
      const roles = await byRole('checkout');
      const points = (role: MetricRole) => roles.get(role)?.points.map(([, value]) => value);
      expect(roles.get('cpu.usage')).toMatchObject({
        name: 'ECS/ContainerInsights/CpuUtilized',
        unit: '{cpu}',
      });
      expect(points('cpu.usage')).toEqual([0.25, 0.5, 1]);
      expect(points('memory.usage')).toEqual([100, 200, 300].map((mebibytes) => mebibytes * 1024 * 1024));
      expect(points('request.rate')).toEqual([10, 10, 20]);
      expect(points('error.ratio')).toEqual([0, 0.1, 0]);
      expect(roles.get('request.rate')!.points.map(([atMs]) => atMs - startMs)).toEqual([
        0,
        MINUTE_MS,
        2 * MINUTE_MS,
      ]);
    });

    test('a metric of one’s own', async () => {
      const metrics = [
        {
          ...({ role: 'saturation.other', namespace: 'AWS/ECS', name: 'CPUUtilization', unit: '%' } as const),
          dimensions: { ClusterName: '*', ServiceName: '{service}' },
        },
      ];
      const { signals } = await askMetrics('checkout', ['saturation.other'], { metrics, metricFamilies: [] });
      expect(signals).toMatchObject([{ role: 'saturation.other', service: 'checkout', unit: '%' }]);
    });

    test('a service without metrics is an unmapped target', async () => {
      const { gaps, signals } = await askMetrics('nobody');
      expect([signals, gaps.map(({ reason }) => reason)]).toEqual([[], ['unmapped-target']]);
    });
  });

  test('health tells how services are found', async () => {
    const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000, fetch };
    const health = await connect().checkHealth(call);
    expect(health.state).toBe('healthy');
    expect(health.labels).toContainEqual({
      field: 'namespace',
      label: 'kubernetes.namespace_name',
      chosenBy: 'discovered',
    });
  });
});
