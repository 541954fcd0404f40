import { describe, expect, it } from 'vitest';
import { matchApplications } from './application-match.js';
import { applicationSchema } from './argocd-schema.js';

interface Given {
  readonly labels?: Record<string, string>;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly server?: string;
  readonly generatedBy?: string;
  readonly workloads?: readonly string[];
}

function application(
  name: string,
  { labels, namespace, cluster, server, generatedBy, workloads = [] }: Given = {},
) {
  const resources = [
    ...workloads.map((workload) => ({ kind: 'Deployment', name: workload })),
    { kind: 'Service', name: 'api' },
  ];
  const spec = { destination: { namespace, name: cluster, server } };
  const ownerReferences = generatedBy === undefined ? [] : [{ kind: 'ApplicationSet', name: generatedBy }];
  return applicationSchema.parse({
    metadata: { name, labels, ownerReferences },
    spec,
    status: { resources },
  });
}

const found = (
  all: ReturnType<typeof application>[],
  target: Parameters<typeof matchApplications>[1],
  map = {},
) =>
  matchApplications(all, target, map).map(
    ({ application: { metadata }, service }) => `${metadata.name} as ${service}`,
  );

describe('a service is found', () => {
  it.each([
    ['by the map', application('x17'), { api: 'x17' }],
    ['by name', application('api'), {}],
    ['by a label', application('x17', { labels: { 'app.kubernetes.io/instance': 'api' } }), {}],
    ['by its workload', application('shop', { workloads: ['web', 'api'] }), {}],
    ['by its name and place', application('shop-api', { namespace: 'shop' }), {}],
    ['by its ApplicationSet', application('api.eu-1', { generatedBy: 'api' }), {}],
    ['by what it is part of', application('x17', { labels: { 'app.kubernetes.io/part-of': 'api' } }), {}],
  ])('%s, and keeps the name it was asked by', (_, one, map) => {
    const others = [application('api-worker'), application('other', { workloads: ['api-worker'] })];
    expect(found([...others, one], { service: 'api', namespace: 'shop' }, map)).toEqual([
      `${one.metadata.name} as api`,
    ]);
  });

  it('by the first way that finds any', () => {
    const all = [application('api'), application('canary', { workloads: ['api'] })];
    expect(found(all, { service: 'api' })).toEqual(['api as api']);
  });

  it('not by a name of the prototype', () => {
    expect(found([application('api')], { service: 'constructor' })).toEqual([]);
  });
});

describe('a place', () => {
  const all = [
    application('a', { namespace: 'shop', cluster: 'east' }),
    application('b', { namespace: 'bank', cluster: 'west' }),
    application('c'),
  ];

  it('leaves out what is elsewhere, not what does not tell', () => {
    expect(found(all, { namespace: 'shop' })).toEqual(['a as a', 'c as c']);
    expect(found(all, { cluster: 'west' })).toEqual(['b as b', 'c as c']);
  });

  describe('as a destination with an address instead of a name', () => {
    const server = 'https://10.0.0.1:6443';
    const own = 'https://kubernetes.default.svc';
    const inPlace = (given: Given, clusters?: Record<string, string>) =>
      matchApplications([application('d', given)], { cluster: 'east' }, {}, clusters).length === 1;

    it('tells nothing, and is not held against it', () => {
      expect(inPlace({ server })).toBe(true);
      expect(inPlace({ server: own })).toBe(true);
      // Argo CD's name of the cluster that it runs in, and nobody else's.
      expect(inPlace({ cluster: 'in-cluster' })).toBe(true);
    });

    it('is told by the map, whatever alerts call it', () => {
      expect(inPlace({ server }, { east: `${server}/` })).toBe(true);
      expect(inPlace({ server }, { west: server })).toBe(false);
      expect(inPlace({ cluster: 'eks-17' }, { east: 'eks-17' })).toBe(true);
      expect(inPlace({ server: own }, { west: 'in-cluster' })).toBe(false);
      expect(inPlace({ cluster: 'in-cluster' }, { east: own })).toBe(true);
    });
  });

  it('is told by a label of the environment', () => {
    const production = application('d', { labels: { env: 'production' } });
    expect(found([production], { environment: 'staging' })).toEqual([]);
  });
});

describe('without a service, an application is called after', () => {
  const shop = { 'app.kubernetes.io/part-of': 'shop' };

  it.each([
    ['the map', application('x17', { workloads: ['web'] }), { till: 'x17' }, 'till'],
    ['its only workload', application('shop-api', { workloads: ['api'], labels: shop }), {}, 'api'],
    ['its label', application('x17', { labels: { ...shop, 'app.kubernetes.io/name': 'api' } }), {}, 'api'],
    ['itself: what it is part of is no name of its own', application('api', { labels: shop }), {}, 'api'],
    ['itself, with several workloads', application('backend', { workloads: ['api', 'web'] }), {}, 'backend'],
  ])('%s', (_, one, map, service) => {
    expect(found([one], {}, map)).toEqual([`${one.metadata.name} as ${service}`]);
  });
});
