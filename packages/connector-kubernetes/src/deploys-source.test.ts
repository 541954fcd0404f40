import { describe, expect, it } from 'vitest';
import {
  ask,
  at,
  deployment,
  msAt,
  ownedBy,
  pod,
  replicaSet,
  serve,
  status,
  template,
} from './__fixtures__/cluster.js';

const v1 = template('acme/orders:v1', [{ name: 'POOL_MAX', value: '100' }]);
const v2 = template('acme/orders:v2', [{ name: 'POOL_MAX', value: '10' }]);
const v3 = template('acme/orders:v3');

describe('rollouts of a Deployment', () => {
  it('are told with versions, changes, the way back and who wrote the template', async () => {
    const managedFields = [
      { manager: 'helm', time: at(12), fieldsV1: { 'f:spec': { 'f:template': {} } } },
      {
        manager: 'kube-controller-manager',
        subresource: 'status',
        time: at(12, 1),
        fieldsV1: { 'f:status': {} },
      },
    ];
    const server = serve({
      '/deployments': [deployment({ metadata: { managedFields } })],
      '/replicasets': [
        replicaSet(1, at(2), v1, { cause: 'first' }),
        replicaSet(2, at(12), v2, { cause: 'cut the pool' }),
      ],
    });
    const { signals, gaps } = await ask(server, 'deploys');
    expect(gaps).toEqual([]);
    expect(signals.map(({ timestampMs }) => timestampMs)).toEqual([msAt(2), msAt(12)]);
    expect(signals[1]).toMatchObject({
      service: 'orders',
      namespace: 'shop',
      revision: '2',
      previousRevision: '1',
      version: 'v2',
      previousVersion: 'v1',
      phase: 'succeeded',
      actor: 'helm',
      summary: 'cut the pool',
      rollback: {
        system: 'kubernetes',
        object: 'deployment/orders',
        namespace: 'shop',
        toRevision: '1',
        toVersion: 'v1',
      },
    });
    expect(signals[1]?.changes).toEqual([
      { path: 'Deployment/orders env POOL_MAX', before: '100', after: '10' },
      { path: 'Deployment/orders image', before: 'acme/orders:v1', after: 'acme/orders:v2' },
    ]);
    expect(server.asked).toContain('/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app=orders');
  });

  it('are found by the uid of the owner: labels alone match too much', async () => {
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': [replicaSet(1, at(2), v1), replicaSet(2, at(12), v2, { uid: 'another' })],
    });
    expect((await ask(server, 'deploys')).signals.map(({ revision }) => revision)).toEqual(['1']);
  });

  it('a change cause that only stayed from the rollout before is not told', async () => {
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': [
        replicaSet(1, at(2), v1, { cause: 'old' }),
        replicaSet(2, at(12), v2, { cause: 'old' }),
      ],
    });
    expect((await ask(server, 'deploys')).signals[1]?.summary).toBe('Deployment orders rolled out');
  });

  it('a restart is called one', async () => {
    const restarted = {
      ...v1,
      metadata: { ...v1.metadata, annotations: { 'kubectl.kubernetes.io/restartedAt': at(12) } },
    };
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': [replicaSet(1, at(2), v1), replicaSet(2, at(12), restarted)],
    });
    expect((await ask(server, 'deploys')).signals[1]?.summary).toBe('Deployment orders restarted');
  });

  it.each([
    [
      'failed',
      { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] },
    ],
    ['running', { observedGeneration: 6 }],
    ['running', { conditions: [], updatedReplicas: 1 }],
  ])('the current rollout %s', async (phase, given) => {
    const server = serve({
      '/deployments': [deployment({ status: given })],
      '/replicasets': [replicaSet(1, at(2), v1)],
    });
    expect((await ask(server, 'deploys')).signals[0]?.phase).toBe(phase);
  });

  it('older revisions that were deleted are a gap over the time they were of', async () => {
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': [replicaSet(9, at(6), v1), replicaSet(10, at(12), v2)],
    });
    expect((await ask(server, 'deploys')).gaps).toMatchObject([
      { reason: 'retention', window: { startMs: msAt(0), endMs: msAt(6) } },
    ]);
  });

  it('under Argo CD no `kubectl rollout undo` is told: it would be undone', async () => {
    const metadata = {
      annotations: { 'argocd.argoproj.io/tracking-id': 'orders:apps/Deployment:shop/orders' },
    };
    const server = serve({
      '/deployments': [deployment({ metadata })],
      '/replicasets': [replicaSet(1, at(2), v1), replicaSet(2, at(12), v2)],
    });
    expect((await ask(server, 'deploys')).signals[1]?.rollback).toBeUndefined();
  });
});

describe('a rollback reuses the old ReplicaSet, whose creation is not its time', () => {
  const rolledBack = [replicaSet(3, at(2), v1, { history: '1' }), replicaSet(2, at(12), v2)];

  it('is told at its first scaling event', async () => {
    const event = {
      metadata: { name: 'orders.1', namespace: 'shop' },
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      involvedObject: { kind: 'Deployment', name: 'orders' },
      message: 'Scaled up replica set orders-6d4f5c7b3 to 1 from 0',
      firstTimestamp: at(15),
      lastTimestamp: at(15),
    };
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': rolledBack,
      '/pods': [{ metadata: { name: 'p', creationTimestamp: at(16) } }],
      '/events': [event],
    });
    const { signals } = await ask(server, 'deploys');
    expect(signals.map(({ revision, timestampMs }) => [revision, timestampMs])).toEqual([
      ['1', msAt(2)],
      ['2', msAt(12)],
      ['3', msAt(15)],
    ]);
    expect(signals[2]).toMatchObject({
      version: 'v1',
      previousVersion: 'v2',
      summary: expect.stringContaining('rolled back') as string,
      rollback: { toRevision: '2' },
      changes: [{ path: 'Deployment/orders env POOL_MAX', before: '10', after: '100' }, {}],
    });
    expect(server.asked).toContain('/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name=orders');
    expect(server.asked).toContain('/api/v1/namespaces/shop/pods?labelSelector=pod-template-hash=6d4f5c7b3');
  });

  it('else at its first pod, never at one from before the rollout it undid', async () => {
    const pods = [at(3), at(14), at(16)].map((creationTimestamp, index) => ({
      metadata: { name: `p${index}`, creationTimestamp },
    }));
    const server = serve({
      '/deployments': [deployment({ status: { conditions: [] } })],
      '/replicasets': rolledBack,
      '/pods': pods,
    });
    expect((await ask(server, 'deploys')).signals.at(-1)?.timestampMs).toBe(msAt(14));
  });

  it('else at the end of its rollout, and events and pods that cannot be read are a gap', async () => {
    const forbidden = () => status(403, 'Forbidden');
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': rolledBack,
      '/pods': forbidden,
      '/events': forbidden,
    });
    const { signals, gaps } = await ask(server, 'deploys');
    expect(signals.at(-1)?.timestampMs).toBe(msAt(15, 3));
    expect(gaps).toMatchObject([{ reason: 'page-failure' }]);
  });

  it('with nothing that tells, it is a gap over the time it must lie in', async () => {
    const server = serve({
      '/deployments': [deployment({ status: { conditions: [] } })],
      '/replicasets': rolledBack,
    });
    const { signals, gaps } = await ask(server, 'deploys');
    expect(signals).toHaveLength(2);
    expect(gaps).toMatchObject([{ reason: 'retention', window: { startMs: msAt(12), endMs: msAt(24) } }]);
  });

  it('a rollback that was rolled over again lies between the two', async () => {
    const sets = [
      replicaSet(3, at(2), v1, { history: '1' }),
      replicaSet(2, at(12), v2),
      replicaSet(4, at(18), v3),
    ];
    const { signals, gaps } = await ask(
      serve({ '/deployments': [deployment()], '/replicasets': sets }),
      'deploys',
    );
    expect(signals.map(({ revision }) => revision)).toEqual(['1', '2', '4']);
    expect(signals[2]).toMatchObject({ previousRevision: '3', previousVersion: 'v1' });
    expect(gaps).toMatchObject([{ reason: 'retention', window: { startMs: msAt(12), endMs: msAt(18) } }]);
  });
});

describe('other workloads', () => {
  const revision = (number: number, created: string, podTemplate: object) => ({
    metadata: {
      name: `db-${number}`,
      namespace: 'shop',
      uid: `cr-${number}`,
      creationTimestamp: created,
      ownerReferences: ownedBy('StatefulSet', 'db', 's-1'),
    },
    revision: number,
    data: { spec: { template: { ...podTemplate, $patch: 'replace' } } },
  });
  const statefulSet = {
    metadata: { name: 'db', namespace: 'shop', uid: 's-1' },
    spec: { selector: { matchLabels: { app: 'db' } }, template: {} },
    status: { currentRevision: 'db-1', updateRevision: 'db-3' },
  };

  it('a StatefulSet by its ControllerRevisions; one taken again got a new number and told no old one', async () => {
    const server = serve({
      '/statefulsets': [statefulSet],
      '/controllerrevisions': [revision(3, at(2), v1), revision(2, at(12), v2)],
      '/pods': [{ metadata: { name: 'db-0', creationTimestamp: at(13) } }],
    });
    const { signals, gaps } = await ask(server, 'deploys', { service: 'db', namespace: 'shop' });
    expect(signals.map((one) => [one.revision, one.timestampMs, one.phase])).toEqual([
      ['2', msAt(12), 'unknown'],
      ['3', msAt(13), 'running'],
    ]);
    expect(signals[1]?.rollback).toMatchObject({ object: 'statefulset/db', toRevision: '2' });
    expect(signals[1]?.changes.some(({ path }) => path.includes('$patch'))).toBe(false);
    expect(gaps).toEqual([]);
  });

  it('an Argo Rollout by the ReplicaSets it owns, without a command that does not know it', async () => {
    const set = (number: number, created: string, podTemplate: object) => ({
      metadata: {
        name: `web-${number}`,
        namespace: 'shop',
        uid: `rs-${number}`,
        creationTimestamp: created,
        annotations: { 'rollout.argoproj.io/revision': String(number) },
        ownerReferences: ownedBy('Rollout', 'web', 'ro-1'),
      },
      spec: { template: podTemplate },
    });
    const server = serve({ '/replicasets': [set(1, at(2), v1), set(2, at(12), v2)] });
    const { signals } = await ask(server, 'deploys', { service: 'web', namespace: 'shop' });
    expect(signals[1]).toMatchObject({ version: 'v2', previousVersion: 'v1' });
    expect(signals[1]?.rollback).toBeUndefined();
  });

  it('all services: each under the name of its telemetry, else of its workload', async () => {
    const named = template('acme/orders:v1', [{ name: 'OTEL_SERVICE_NAME', value: 'order-service' }]);
    const server = serve({
      '/deployments': [deployment({ spec: { template: named } })],
      '/replicasets': [replicaSet(1, at(2), named)],
    });
    expect((await ask(server, 'deploys', {})).signals.map(({ service }) => service)).toEqual([
      'order-service',
    ]);
    expect(server.asked).toContain('/apis/apps/v1/deployments');
  });

  it('a service that is no workload is unmapped, and a namespace that cannot be one is never asked for', async () => {
    const server = serve({ '/deployments': [deployment()], '/pods': [pod('x', {})] });
    const missing = await ask(server, 'deploys', { service: 'nobody', namespace: 'shop' });
    expect(missing.gaps).toMatchObject([{ reason: 'unmapped-target' }]);
    const count = server.asked.length;
    const hostile = await ask(server, 'deploys', { service: 'orders', namespace: '../../secrets' });
    expect(hostile.gaps).toMatchObject([{ reason: 'unmapped-target' }]);
    expect(server.asked).toHaveLength(count);
  });
});
