import { describe, expect, it } from 'vitest';
import { ask, at, deployment, msAt, replicaSet, serve, status, template } from './__fixtures__/cluster.js';

const [v1, v2] = [template('acme/orders:v1'), template('acme/orders:v2')];
const labels = (kind: 'helm' | 'kustomize') => ({
  [`${kind}.toolkit.fluxcd.io/name`]: 'orders-app',
  [`${kind}.toolkit.fluxcd.io/namespace`]: 'flux-system',
});
const release = (
  version: number,
  chartVersion: string,
  configDigest: string,
  lastDeployed: string,
  state = 'superseded',
) => ({
  version,
  chartVersion,
  configDigest,
  lastDeployed,
  status: state,
  chartName: 'orders',
  name: 'orders',
  namespace: 'shop',
  digest: 'sha256:1',
});
const helm = (...history: object[]) => ({
  metadata: { name: 'orders-app', namespace: 'flux-system' },
  spec: {},
  status: { history },
});
const commit = (digit: string) => digit.repeat(40);
const applied = (revision: string, firstReconciled: string, lastReconciled: string, more: object = {}) => ({
  digest: `sha256:${revision}`,
  firstReconciled,
  lastReconciled,
  lastReconciledStatus: 'ReconciliationSucceeded',
  metadata: { revision: `main@sha1:${commit(revision)}` },
  ...more,
});
const kustomization = (history: readonly object[], workloads = 1) => ({
  metadata: { name: 'orders-app', namespace: 'flux-system' },
  spec: {},
  status: {
    history,
    inventory: {
      entries: Array.from({ length: workloads }, (_, index) => ({
        id: `shop_w${index}_apps_Deployment`,
        v: 'v1',
      })),
    },
  },
});
function cluster(
  kind: 'helm' | 'kustomize',
  object: object | (() => Response),
  sets: readonly object[] = [replicaSet(1, at(2), v1)],
) {
  const path = kind === 'helm' ? '/helmreleases/orders-app' : '/kustomizations/orders-app';
  return serve({
    '/deployments': [deployment({ metadata: { labels: labels(kind) } })],
    '/replicasets': sets,
    [path]: object,
  });
}

describe('HelmReleases', () => {
  it('an upgrade is told with the rollout it caused, and no `kubectl rollout undo` behind the back of Flux', async () => {
    const history = helm(
      release(2, '1.3.0', 'b', at(11, 59), 'deployed'),
      release(1, '1.2.0', 'a', at(1, 59)),
    );
    const { signals, gaps } = await ask(
      cluster('helm', history, [replicaSet(1, at(2), v1), replicaSet(2, at(12), v2)]),
      'deploys',
    );
    expect(gaps).toEqual([]);
    expect(signals).toHaveLength(2);
    expect(signals[1]).toMatchObject({
      summary: 'HelmRelease orders-app version 2: orders 1.3.0',
      rollback: {
        system: 'flux',
        object: 'helmrelease/orders-app',
        namespace: 'flux-system',
        toRevision: '1',
        selfHeals: false,
      },
    });
  });

  it('other values alone keep the chart and make no rollout: only the digest tells', async () => {
    const history = helm(release(2, '1.2.0', 'b', at(9), 'deployed'), release(1, '1.2.0', 'a', at(1, 59)));
    const { signals } = await ask(cluster('helm', history), 'deploys');
    expect(signals.at(-1)).toMatchObject({
      service: 'orders',
      timestampMs: msAt(9),
      phase: 'succeeded',
      summary: 'HelmRelease orders-app version 2: other values (orders 1.2.0)',
    });
  });

  it('an upgrade that failed is told as that', async () => {
    const history = helm(
      release(2, '1.3.0', 'a', at(9), 'failed'),
      release(1, '1.2.0', 'a', at(1, 59), 'deployed'),
    );
    expect((await ask(cluster('helm', history), 'deploys')).signals.at(-1)?.phase).toBe('failed');
  });

  it('one that may not be read is a gap, one that is gone is none', async () => {
    const denied = await ask(
      cluster('helm', () => status(403, 'Forbidden')),
      'deploys',
    );
    expect(denied.gaps).toMatchObject([
      { reason: 'page-failure', detail: 'histories of Flux could not be read: the token may not read them' },
    ]);
    expect(
      (
        await ask(
          cluster('helm', () => status(404, 'NotFound')),
          'deploys',
        )
      ).gaps,
    ).toEqual([]);
  });
});

describe('Kustomizations', () => {
  it('the commit stands with the rollout; the time is when it was first reconciled, not last', async () => {
    const history = [applied('b', at(12, 4), at(23, 50)), applied('a', at(2, 1), at(11, 50))];
    const { signals } = await ask(
      cluster('kustomize', kustomization(history), [replicaSet(1, at(2), v1), replicaSet(2, at(12), v2)]),
      'deploys',
    );
    expect(signals.map(({ timestampMs, sourceRevision }) => [timestampMs, sourceRevision])).toEqual([
      [msAt(2), commit('a')],
      [msAt(12), commit('b')],
    ]);
    expect(signals[1]?.rollback).toMatchObject({
      system: 'flux',
      selfHeals: true,
      toRevision: `main@sha1:${commit('a')}`,
    });
  });

  it('without a rollout it is told when it holds this service alone; with several it is told for all only', async () => {
    const history = [applied('b', at(9), at(23, 50)), applied('a', at(2, 1), at(8, 50))];
    const own = await ask(cluster('kustomize', kustomization(history)), 'deploys');
    expect(own.signals.map(({ service, timestampMs }) => [service, timestampMs])).toEqual([
      ['orders', msAt(2)],
      ['orders', msAt(9)],
    ]);
    const shared = cluster('kustomize', kustomization(history, 3));
    expect((await ask(shared, 'deploys')).signals).toHaveLength(1);
    expect((await ask(shared, 'deploys', {})).signals.map(({ service }) => service)).toEqual([
      'orders',
      'orders-app',
    ]);
  });

  it('a revision applied again moves no first time; its rollout takes the commit, and the same one failing is no deploy', async () => {
    const history = [
      applied('a', at(2, 1), at(23, 50)),
      applied('b', at(12, 4), at(15)),
      applied('b', at(13), at(14), { lastReconciledStatus: 'HealthCheckFailed' }),
    ];
    const sets = [replicaSet(3, at(2), v1, { history: '1' }), replicaSet(2, at(12), v2)];
    const server = cluster('kustomize', kustomization(history), sets);
    const { signals } = await ask(server, 'deploys');
    expect(signals.map(({ revision, sourceRevision }) => [revision, sourceRevision?.[0]])).toEqual([
      ['1', undefined],
      ['2', 'b'],
      ['3', 'a'],
    ]);
  });

  it('nothing is asked of Flux where it labels nothing', async () => {
    const server = serve({ '/deployments': [deployment()], '/replicasets': [replicaSet(1, at(2), v1)] });
    await ask(server, 'deploys');
    expect(server.asked.some((path) => path.includes('fluxcd'))).toBe(false);
  });
});
