import { describe, expect, it } from 'vitest';
import { diffManifests, imagesOf } from './manifest-diff.js';

const deployment = (env: readonly object[], image = 'acme/api:1.0', more: object = {}) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api', labels: { changed: image } },
    spec: {
      replicas: 2,
      template: {
        metadata: { annotations: { 'checksum/config': image } },
        spec: {
          containers: [{ name: 'api', image, env, resources: { limits: { memory: '256Mi' } }, ...more }],
        },
      },
    },
  });
const configMap = (data: Record<string, string>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'api' }, data });
const secret = (value: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'api' }, data: { PASSWORD: value } });

describe('diffManifests', () => {
  it('tells what changed by name, not by position, and not what a rollout changes by itself', () => {
    const before = [
      deployment([
        { name: 'LIMIT', value: '100' },
        { name: 'MODE', value: 'a' },
      ]),
    ];
    const after = [
      deployment(
        [
          { name: 'MODE', value: 'a' },
          { name: 'LIMIT', value: '10' },
        ],
        'acme/api:1.1',
      ),
    ];
    expect(diffManifests(before, after)).toEqual([
      { path: 'Deployment/api container api image', before: 'acme/api:1.0', after: 'acme/api:1.1' },
      { path: 'Deployment/api container api env LIMIT', before: '100', after: '10' },
    ]);
  });

  it('tells what came and what went', () => {
    expect(diffManifests([configMap({ a: '1' })], [configMap({ b: '2' }), deployment([])])).toEqual([
      { path: 'ConfigMap/api data.a', before: '1', after: null },
      { path: 'ConfigMap/api data.b', before: null, after: '2' },
      { path: 'Deployment/api', before: null, after: 'present' },
    ]);
  });

  it('tells a file in a ConfigMap by its keys', () => {
    const before = configMap({ 'app.yaml': 'pool:\n  max: 100\n  min: 1\nlog: info\n' });
    const after = configMap({ 'app.yaml': 'pool:\n  max: 10\n  min: 1\nlog: info\nextra = yes\n' });
    expect(diffManifests([before], [after])).toEqual([
      { path: 'ConfigMap/api data.app.yaml: pool.max', before: '100', after: '10' },
      { path: 'ConfigMap/api data.app.yaml: extra', before: null, after: 'yes' },
    ]);
  });

  it('never looks at a Secret', () => {
    const changes = diffManifests([secret('b25l'), configMap({ a: '1' })], [secret('dHdv')]);
    expect(JSON.stringify(changes)).not.toMatch(/Secret|PASSWORD|b25l|dHdv/);
  });

  it('says nothing of equal revisions, and survives what is no manifest', () => {
    const odd = ['', 'null', '[1]', '{"kind":"Deployment"}', '{"kind":7,"metadata":{"name":"x"}}'];
    expect(diffManifests([deployment([]), ...odd], [...odd, deployment([])])).toEqual([]);
  });

  it('is bounded', () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`key${index}`, 'x'.repeat(5000)]),
    );
    const changes = diffManifests([configMap({})], [configMap(many)]);
    expect(changes).toHaveLength(100);
    expect(changes[0]?.after?.length).toBeLessThan(400);
  });
});

describe('imagesOf', () => {
  it('finds the images of containers', () => {
    expect(imagesOf([deployment([]), configMap({ image: 'no/such:1' })])).toEqual(['acme/api:1.0']);
  });
});
