import { describe, expect, it } from 'vitest';
import { ask, at, msAt, pod, serve, status } from './__fixtures__/cluster.js';

const about = { kind: 'Pod', namespace: 'shop', name: 'orders-6d4f5c7b9-x2x4q' };
const metadata = { name: 'orders.17a', namespace: 'shop', uid: 'e-1', creationTimestamp: at(8) };
/** As a controller of the new API writes it. */
const fresh = {
  metadata,
  type: 'Warning',
  reason: 'Unhealthy',
  note: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
  regarding: about,
  eventTime: '2026-11-20T08:00:00.123456Z',
  series: { count: 57, lastObservedTime: '2026-11-20T09:30:00.000000Z' },
};
/** As the kubelet writes it, seen through events.k8s.io. */
const deprecated = {
  metadata,
  type: 'Warning',
  reason: 'BackOff',
  note: 'Back-off restarting failed container orders in pod orders-6d4f5c7b9-x2x4q_shop(0f3c)',
  regarding: about,
  eventTime: null,
  deprecatedCount: 12,
  deprecatedFirstTimestamp: at(8),
  deprecatedLastTimestamp: at(9),
};
/** The same through the core group. */
const core = {
  metadata,
  type: 'Warning',
  reason: 'BackOff',
  message: deprecated.note,
  involvedObject: about,
  eventTime: null,
  count: 12,
  firstTimestamp: at(8),
  lastTimestamp: at(9),
};
const read = async (...events: object[]) =>
  (await ask(serve({ 'events.k8s.io/v1/namespaces/shop/events': events }), 'incidents')).signals;

describe('events', () => {
  it('a series is one incident from its first to its last sight, with microseconds and its count', async () => {
    expect(await read(fresh)).toMatchObject([
      {
        reason: 'Unhealthy',
        title: `${fresh.note} (57 times)`,
        service: 'orders',
        object: 'pod/orders-6d4f5c7b9-x2x4q',
        severity: 'warning',
        timestampMs: Date.parse('2026-11-20T08:00:00.123Z'),
        timeUnixNano: expect.stringMatching(/123456000$/) as string,
        endMs: msAt(9, 30),
      },
    ]);
  });

  it('times and counts of the old shape stand under `deprecated` names, and the core group says the same', async () => {
    const [seen] = await read(deprecated);
    expect(seen).toMatchObject({
      title: 'Back-off restarting failed container orders (12 times)',
      timestampMs: msAt(8),
      endMs: msAt(9),
    });
    const server = serve({
      'events.k8s.io/v1/namespaces/shop/events': () => status(403, 'Forbidden'),
      '/api/v1/namespaces/shop/events': [core],
    });
    const fallback = await ask(server, 'incidents');
    expect(fallback.gaps).toEqual([]);
    const [{ queryId: _, ...viaCore } = { queryId: '' }] = fallback.signals;
    expect(seen).toMatchObject(viaCore);
  });

  it('one that began before the window is there when it was last seen; one of before is not', async () => {
    const long = { ...deprecated, deprecatedFirstTimestamp: '2026-11-19T20:00:00Z' };
    expect(await read(long)).toMatchObject([
      { timestampMs: msAt(9), title: expect.stringContaining('since 2026-11-19') as string },
    ]);
    expect(await read({ ...long, deprecatedLastTimestamp: '2026-11-19T21:00:00Z' })).toEqual([]);
    expect(
      await read({ ...deprecated, deprecatedFirstTimestamp: null, deprecatedLastTimestamp: null }),
    ).toMatchObject([{ timestampMs: msAt(8) }]);
  });

  it('of type Normal only those that tell of trouble or capacity', async () => {
    const normal = (reason: string) => ({
      ...fresh,
      type: 'Normal',
      reason,
      metadata: { ...metadata, uid: reason },
    });
    const found = await read(normal('Pulled'), normal('ScalingReplicaSet'), normal('TaintManagerEviction'));
    expect(found.map(({ reason }) => reason)).toEqual(['TaintManagerEviction']);
  });

  it('of pods that are gone are found by the form of their names, and of others left out', async () => {
    const of = (kind: string, name: string) => ({
      ...fresh,
      regarding: { kind, name },
      metadata: { ...metadata, uid: name },
    });
    const events = [
      of('Pod', 'orders-5c9d8f7b6-zzzzz'),
      of('ReplicaSet', 'orders-5c9d8f7b6'),
      of('Deployment', 'orders'),
      of('Pod', 'orders-worker-5c9d8f7b6-zzzzz'),
      of('Deployment', 'cart'),
      of('Node', 'worker-2'),
    ];
    expect(new Set((await read(...events)).map(({ object }) => object))).toEqual(
      new Set(['deployment/orders', 'pod/orders-5c9d8f7b6-zzzzz', 'replicaset/orders-5c9d8f7b6']),
    );
    const server = serve({ '/events': events, '/pods': [pod('x', {})] });
    const all = (await ask(server, 'incidents', {})).signals;
    expect(all.find(({ object }) => object?.startsWith('pod/orders-worker'))?.service).toBe('orders-worker');
    expect(all.find(({ object }) => object === 'node/worker-2')?.service).toBeUndefined();
  });
});
