import { querySignals } from '@midwatch/core';
import { expect, it } from 'vitest';
import { at, deployment, replicaSet, serve, template, window } from './__fixtures__/cluster.js';
import { rankChanges } from './ranked-changes.js';
import { compareTemplates } from './template-changes.js';

const object = { kind: 'Deployment', name: 'orders' };
const compare = (before: unknown, after: unknown) =>
  rankChanges(compareTemplates(object, before, after)).changes;
const withContainer = (given: object) => ({ spec: { containers: [{ name: 'orders', ...given }] } });

it('environment first, then the image, then resources and commands', () => {
  const before = withContainer({
    image: 'a:1',
    args: ['--pool', '100'],
    resources: { limits: { memory: '1Gi' } },
    env: [{ name: 'A', value: '1' }],
  });
  const after = withContainer({
    image: 'a:2',
    args: ['--pool', '10'],
    resources: { limits: { memory: '256Mi' } },
    env: [{ name: 'A', value: '2' }],
  });
  expect(compare(before, after)).toEqual([
    { path: 'Deployment/orders env A', before: '1', after: '2' },
    { path: 'Deployment/orders image', before: 'a:1', after: 'a:2' },
    { path: 'Deployment/orders args', before: '--pool 100', after: '--pool 10' },
    { path: 'Deployment/orders resources.limits.memory', before: '1Gi', after: '256Mi' },
  ]);
});

it('a value from a Secret is told by where it comes from, never by what it is', () => {
  const from = (name: string) =>
    withContainer({
      env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name, key: 'password' } } }],
      envFrom: [{ secretRef: { name } }],
    });
  expect(compare(from('orders-db-1'), from('orders-db-2'))).toEqual([
    {
      path: 'Deployment/orders env DB_PASSWORD from',
      before: 'Secret/orders-db-1:password',
      after: 'Secret/orders-db-2:password',
    },
    { path: 'Deployment/orders envFrom', before: 'Secret/orders-db-1', after: 'Secret/orders-db-2' },
  ]);
});

it('a checksum annotation is told, what controllers write is not', () => {
  const labelled = (sum: string, hash: string) => ({
    ...template('a:1'),
    metadata: {
      annotations: { 'checksum/config': sum },
      labels: { 'pod-template-hash': hash, 'helm.sh/chart': hash, app: 'orders' },
    },
  });
  expect(compare(labelled('aa', 'x'), labelled('bb', 'y'))).toEqual([
    { path: 'Deployment/orders annotations checksum/config', before: 'aa', after: 'bb' },
  ]);
});

it('a sidecar is told apart, variables by name and not by place, mounts by path', () => {
  const container = (env: object[], mountPath: string) => ({
    spec: { containers: [{ name: 'proxy', env, volumeMounts: [{ name: 'conf', mountPath }] }] },
  });
  const a = { name: 'A', value: '1' };
  const b = { name: 'B', value: '2' };
  expect(compare(container([a, b], '/etc/a'), container([b, a], '/etc/b'))).toEqual([
    { path: 'Deployment/orders container proxy volumeMounts[/etc/b].name', before: null, after: 'conf' },
    { path: 'Deployment/orders container proxy volumeMounts[/etc/a].name', before: 'conf', after: null },
  ]);
});

it('few and short: changes beyond forty are counted, a long value is left out and not cut', () => {
  const many = (value: string) =>
    withContainer({ env: Array.from({ length: 60 }, (_, index) => ({ name: `V${index}`, value })) });
  const ranked = rankChanges(compareTemplates(object, many('a'), many('b')));
  expect([ranked.changes.length, ranked.omitted]).toEqual([40, 20]);
  const long = withContainer({ env: [{ name: 'KEY', value: 'x'.repeat(5000) }] });
  expect(compare(withContainer({}), long)[0]?.after).toBe('[5000 characters]');
});

it('hostile keys and depths change nothing but the answer', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`) as unknown;
  expect(compare({}, { spec: deep })).toEqual([]);
  const proto = JSON.parse('{"metadata":{"annotations":{"__proto__":"x","constructor":"y"}}}') as unknown;
  expect(compare({}, proto).map(({ path }) => path)).toEqual([
    'Deployment/orders annotations __proto__',
    'Deployment/orders annotations constructor',
  ]);
});

it('literal values of the environment go through the redactor', async () => {
  const set = (revision: number, hour: number, value: string) =>
    replicaSet(revision, at(hour), template('a:1', [{ name: 'DB_PASSWORD', value }]));
  const server = serve({
    '/deployments': [deployment()],
    '/replicasets': [set(1, 2, 'hunter2'), set(2, 12, 'hunter3')],
  });
  const asked: string[] = [];
  const redact = (text: string) => {
    asked.push(text);
    return text.replaceAll(/hunter\d/g, '[redacted]');
  };
  const query = { window, target: { service: 'orders', namespace: 'shop' } };
  const { signals } = await querySignals(server.connector(), 'deploys', query, { redact: { redact } });
  expect(JSON.stringify(signals)).not.toContain('hunter');
  expect(asked).toContain('DB_PASSWORD=hunter3');
});
