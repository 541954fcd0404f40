import { describe, expect, it } from 'vitest';
import { ask, at, msAt, ownedBy, pod, serve, status } from './__fixtures__/cluster.js';

const one = async (podStatus: object, given: object = {}) =>
  (await ask(serve({ '/pods': [pod('orders-6d4f5c7b9-x2x4q', podStatus, given)] }), 'incidents')).signals;
const container = (state: object, more: object = {}) => ({
  containerStatuses: [{ name: 'orders', ready: false, restartCount: 4, state, ...more }],
});
const oom = { reason: 'OOMKilled', exitCode: 137, startedAt: at(8), finishedAt: at(9) };

describe('containers', () => {
  it('killed for memory: told by `lastState`, and over since it runs again', async () => {
    const status = container(
      { running: { startedAt: at(9, 1) } },
      { ready: true, lastState: { terminated: oom } },
    );
    expect(await one(status)).toMatchObject([
      {
        reason: 'OOMKilled',
        title: 'container orders terminated: OOMKilled (exit code 137)',
        service: 'orders',
        namespace: 'shop',
        object: 'pod/orders-6d4f5c7b9-x2x4q',
        timestampMs: msAt(9),
        state: 'resolved',
        endMs: msAt(9, 1),
      },
    ]);
  });

  it('CrashLoopBackOff has no time of its own: it is there since the crash', async () => {
    const waiting = {
      reason: 'CrashLoopBackOff',
      message: 'back-off 5m0s restarting failed container=orders',
    };
    const found = await one(
      container({ waiting }, { lastState: { terminated: { ...oom, reason: 'Error', exitCode: 1 } } }),
    );
    expect(found.map(({ reason, timestampMs, state }) => [reason, timestampMs, state])).toEqual(
      expect.arrayContaining([
        ['Error', msAt(9), 'firing'],
        ['CrashLoopBackOff', msAt(9), 'firing'],
      ]),
    );
  });

  it.each([
    ['ImagePullBackOff', 'Back-off pulling image "acme/orders:v9"'],
    ['ErrImagePull', 'manifest unknown'],
    ['CreateContainerConfigError', 'secret "orders-db" not found'],
  ])('%s is there since the pod was placed, with what it says', async (reason, message) => {
    const conditions = [{ type: 'PodScheduled', status: 'True', lastTransitionTime: at(10) }];
    const [found] = await one({
      ...container({ waiting: { reason, message } }),
      phase: 'Pending',
      conditions,
    });
    expect(found).toMatchObject({ reason, timestampMs: msAt(10), state: 'firing' });
    expect(found?.title).toContain(message);
  });

  it('init containers are containers; starting and a Job that is done are no trouble', async () => {
    const failing = {
      name: 'migrate',
      state: { terminated: { reason: 'Error', exitCode: 2, finishedAt: at(7) } },
    };
    expect(await one({ initContainerStatuses: [failing] })).toMatchObject([
      { reason: 'Error', timestampMs: msAt(7) },
    ]);
    expect(await one(container({ waiting: { reason: 'ContainerCreating' } }))).toEqual([]);
    expect(
      await one(container({ terminated: { reason: 'Completed', exitCode: 0, finishedAt: at(7) } })),
    ).toEqual([]);
  });

  it('the year 1 is no time', async () => {
    const terminated = {
      reason: 'ContainerCannotRun',
      exitCode: 127,
      startedAt: '0001-01-01T00:00:00Z',
      finishedAt: null,
    };
    expect(await one(container({ terminated }))).toEqual([]);
  });

  it('what began before the window and still burns is there from its first moment, and says since when', async () => {
    const conditions = [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-11-19T22:00:00Z' }];
    const [found] = await one({ ...container({ waiting: { reason: 'ErrImagePull' } }), conditions });
    expect(found?.timestampMs).toBe(msAt(0));
    expect(found?.title).toContain('(since 2026-11-19T22:00:00.000Z)');
  });
});

describe('pods', () => {
  it('evicted, not placed, running and not ready', async () => {
    const evicted = {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
      conditions: [{ type: 'DisruptionTarget', status: 'True', lastTransitionTime: at(5) }],
    };
    expect(await one(evicted)).toMatchObject([{ reason: 'Evicted', timestampMs: msAt(5) }]);
    const unplaced = {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available',
          lastTransitionTime: at(6),
        },
      ],
    };
    expect(await one(unplaced)).toMatchObject([{ reason: 'Unschedulable', timestampMs: msAt(6) }]);
    const unready = {
      ...container({ running: { startedAt: at(1) } }),
      conditions: [
        { type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: at(7) },
      ],
    };
    expect(await one(unready)).toMatchObject([
      { reason: 'ContainersNotReady', title: 'pod runs and is not ready: orders' },
    ]);
    expect(await one(unready, { metadata: { deletionTimestamp: at(8) } })).toEqual([]);
  });

  it('belong to a service by owner, label or telemetry name; pods of others are left out', async () => {
    const bad = container({ terminated: oom });
    const server = serve({
      '/pods': [
        pod('orders-6d4f5c7b9-x2x4q', bad),
        pod('cart-0', bad, {
          metadata: { name: 'cart-0', labels: {}, ownerReferences: ownedBy('StatefulSet', 'cart', 's') },
        }),
        pod('report-29393280-abcde', bad, {
          metadata: { labels: {}, ownerReferences: ownedBy('Job', 'report-29393280', 'j') },
        }),
      ],
    });
    const all = await ask(server, 'incidents', {});
    expect(new Set(all.signals.map(({ service }) => service))).toEqual(new Set(['cart', 'orders', 'report']));
    expect((await ask(server, 'incidents')).signals).toHaveLength(1);
    expect((await ask(server, 'incidents', { pod: 'cart-0' })).signals).toMatchObject([{ service: 'cart' }]);
    expect(server.asked).toContain('/api/v1/pods?fieldSelector=status.phase!=Succeeded');
  });
});

describe('nodes and autoscalers', () => {
  const condition = (type: string, status: string, more: object = {}) => ({
    type,
    status,
    lastTransitionTime: at(4),
    ...more,
  });
  const node = (name: string, conditions: object[]) => ({
    metadata: { name, uid: name },
    status: { conditions },
  });

  it('a node that is not ready or short of something, of those that run the service', async () => {
    const nodes = [
      node('worker-1', [
        condition('Ready', 'Unknown', { reason: 'NodeStatusUnknown' }),
        condition('DiskPressure', 'True'),
        condition('MemoryPressure', 'False'),
      ]),
      node('worker-2', [condition('Ready', 'False')]),
    ];
    const server = serve({ '/nodes': nodes, '/pods': [pod('orders-6d4f5c7b9-x2x4q', {})] });
    const { signals } = await ask(server, 'incidents');
    expect(new Set(signals.map(({ reason, object, service }) => [reason, object, service]))).toEqual(
      new Set([
        ['DiskPressure', 'node/worker-1', undefined],
        ['NodeNotReady', 'node/worker-1', undefined],
      ]),
    );
    expect((await ask(server, 'incidents', {})).signals).toHaveLength(3);
  });

  it('an autoscaler at its limit or without metrics; at rest it is no trouble', async () => {
    const conditions = [
      condition('ScalingLimited', 'True', { reason: 'TooManyReplicas' }),
      condition('ScalingActive', 'False', { reason: 'FailedGetResourceMetric', message: 'no metrics' }),
      condition('AbleToScale', 'True', { reason: 'ReadyForNewScale' }),
    ];
    const autoscaler = (name: string, found: object[]) => ({
      metadata: { name, namespace: 'shop', uid: name },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'orders' }, maxReplicas: 5 },
      status: { conditions: found },
    });
    const resting = autoscaler('resting', [
      condition('ScalingLimited', 'True', { reason: 'TooFewReplicas' }),
      condition('ScalingActive', 'False', { reason: 'ScalingDisabled' }),
    ]);
    const { signals } = await ask(
      serve({ '/horizontalpodautoscalers': [autoscaler('orders', conditions), resting] }),
      'incidents',
    );
    expect(new Set(signals.map(({ reason, title }) => [reason, title]))).toEqual(
      new Set([
        ['FailedGetResourceMetric', 'autoscaler cannot scale: no metrics'],
        ['TooManyReplicas', 'autoscaler wants more than its 5 replicas'],
      ]),
    );
  });
});

describe('what may not be read', () => {
  it('is a gap per resource, and the rest is told', async () => {
    const forbidden = () => status(403, 'Forbidden');
    const server = serve({
      '/pods': [pod('orders-6d4f5c7b9-x2x4q', container({ terminated: oom }))],
      '/nodes': forbidden,
      '/horizontalpodautoscalers': forbidden,
    });
    const { signals, gaps } = await ask(server, 'incidents');
    expect(signals).toHaveLength(1);
    expect(gaps.map(({ detail }) => detail)).toEqual([
      'horizontalpodautoscalers could not be read: the token may not read them',
      'nodes could not be read: the token may not read them',
    ]);
  });
});
