import { describe, expect, it } from 'vitest';
import { ask, at, deployment, msAt, replicaSet, serve, status, template } from './__fixtures__/cluster.js';
import { compareConfigMaps, configMapsOf } from './config-map.js';

const using = (image: string, configMap: string) =>
  template(image, [], { volumes: [{ name: 'conf', configMap: { name: configMap } }] });
const configMap = (name: string, data: object, metadata: object = {}) => ({
  metadata: { name, namespace: 'shop', resourceVersion: '77', ...metadata },
  data,
});

describe('ConfigMaps', () => {
  it('that Kustomize generated are compared inside when a rollout replaced one by the next', async () => {
    const [old, now] = ['orders-config-4f9b2c8d6h', 'orders-config-7k2m5t9f4g'];
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': [replicaSet(1, at(2), using('a:1', old)), replicaSet(2, at(12), using('a:1', now))],
      [`/configmaps/${old}`]: configMap(old, { 'app.yaml': 'pool:\n  max: 100\n  min: 2\n' }),
      [`/configmaps/${now}`]: configMap(now, { 'app.yaml': 'pool:\n  max: 10\n  min: 2\n' }),
    });
    const { signals, gaps } = await ask(server, 'deploys');
    expect(gaps).toEqual([]);
    expect(signals.at(-1)?.changes[0]).toEqual({
      path: 'ConfigMap/orders-config app.yaml: pool.max',
      before: '100',
      after: '10',
    });
  });

  it('that are written make no revision: they are told with who and when, and with what was changed by hand', async () => {
    const applied = JSON.stringify({ data: { POOL_MAX: '100', MODE: 'x' } });
    const written = configMap(
      'orders-config',
      { POOL_MAX: '10', MODE: 'x' },
      {
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied },
        managedFields: [
          { manager: 'helm', time: at(2), fieldsV1: { 'f:data': {} } },
          { manager: 'kubectl-edit', time: at(9), fieldsV1: { 'f:data': { 'f:POOL_MAX': {} } } },
          { manager: 'tagger', time: at(11), fieldsV1: { 'f:metadata': {} } },
        ],
      },
    );
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': [replicaSet(1, at(2), using('a:1', 'orders-config'))],
      '/configmaps/orders-config': written,
    });
    const { signals } = await ask(server, 'deploys');
    expect(signals.at(-1)).toMatchObject({
      service: 'orders',
      timestampMs: msAt(9),
      revision: 'configmap/orders-config@77',
      actor: 'kubectl-edit',
      changes: [{ path: 'ConfigMap/orders-config POOL_MAX', before: '100', after: '10' }],
    });
  });

  it('that may not be read are a gap', async () => {
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': [replicaSet(1, at(2), using('a:1', 'orders-config'))],
      '/configmaps/orders-config': () => status(403, 'Forbidden'),
    });
    const { signals, gaps } = await ask(server, 'deploys');
    expect(signals).toHaveLength(1);
    expect(gaps).toMatchObject([
      { reason: 'page-failure', detail: 'ConfigMaps could not be read: the token may not read them' },
    ]);
  });

  it('are not read for all services, which would be hundreds of requests', async () => {
    const server = serve({
      '/deployments': [deployment()],
      '/replicasets': [replicaSet(1, at(2), using('a:1', 'orders-config'))],
    });
    await ask(server, 'deploys', {});
    expect(server.asked.some((path) => path.includes('/configmaps/'))).toBe(false);
  });

  it('are found in environment, files and projections; the authority of the cluster is none', () => {
    const found = configMapsOf({
      spec: {
        containers: [
          {
            envFrom: [{ configMapRef: { name: 'a' } }],
            env: [{ valueFrom: { configMapKeyRef: { name: 'b', key: 'k' } } }],
          },
        ],
        volumes: [
          { configMap: { name: 'c' } },
          {
            projected: {
              sources: [{ configMap: { name: 'd' } }, { configMap: { name: 'kube-root-ca.crt' } }],
            },
          },
          { secret: { secretName: 'never' } },
        ],
      },
    });
    expect(new Set(found)).toEqual(new Set(['a', 'b', 'c', 'd']));
  });

  it.each([
    ['properties', 'a.b=1\n# note\nurl=http://x', 'a.b=2\nurl=http://x', 'f: a.b'],
    ['JSON', '{"a":{"b":1}}', '{"a":{"b":2}}', 'f: a.b'],
    [
      'a list of objects in YAML',
      'l:\n- n: x\n  v: 1\n- n: y\n  v: 2',
      'l:\n- n: x\n  v: 1\n- n: y\n  v: 3',
      'f: l.v.[2]',
    ],
  ])('compares %s by keys', (_, before, after, place) => {
    const changes = compareConfigMaps('c', { f: before }, { f: after });
    expect(changes.map(({ path }) => path)).toEqual([`ConfigMap/c ${place}`]);
  });
});
