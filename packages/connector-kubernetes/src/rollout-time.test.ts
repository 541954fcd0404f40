import { expect, it } from 'vitest';
import { ask, at, deployment, msAt, replicaSet, serve, template } from './__fixtures__/cluster.js';

it('progress that names the ReplicaSet before is no time of the rollback', async () => {
  const progressing = {
    type: 'Progressing',
    status: 'True',
    reason: 'NewReplicaSetAvailable',
    lastUpdateTime: at(12, 3),
    message: 'ReplicaSet "orders-6d4f5c7b2" has successfully progressed.',
  };
  const server = serve({
    '/deployments': [deployment({ status: { conditions: [progressing] } })],
    '/replicasets': [
      replicaSet(3, at(2), template('acme/orders:v1'), { history: '1' }),
      replicaSet(2, at(12), template('acme/orders:v2')),
    ],
  });
  const { signals, gaps } = await ask(server, 'deploys');
  expect(signals.map(({ revision }) => revision)).toEqual(['1', '2']);
  expect(gaps).toMatchObject([{ reason: 'retention', window: { startMs: msAt(12) } }]);
});
