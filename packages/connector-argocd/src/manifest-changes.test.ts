import { describe, expect, it } from 'vitest';
import { compareManifests, compareSources } from './manifest-changes.js';

interface Given {
  readonly name?: string;
  readonly replicas?: number;
  readonly containers?: readonly object[];
  readonly podMetadata?: object;
}

const container = (env: readonly object[] = [], more: object = {}) => ({
  name: 'api',
  image: 'acme/api:1.0',
  env,
  ...more,
});

function deployment({
  name = 'api',
  replicas = 2,
  containers = [container()],
  podMetadata = {},
}: Given = {}) {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { version: JSON.stringify(containers) } },
    spec: { replicas, template: { metadata: podMetadata, spec: { containers } } },
    status: { replicas },
  });
}
const object = (kind: string, name: string, content: object) =>
  JSON.stringify({ apiVersion: 'v1', kind, metadata: { name }, ...content });
const configMap = (data: Record<string, string>, name = 'settings') => object('ConfigMap', name, { data });

const changesOf = (before: readonly string[], after: readonly string[]) =>
  compareManifests(before, after).changes;

describe('workloads', () => {
  it('tell environment variables by name, not by place', () => {
    const before = deployment({
      containers: [
        container([
          { name: 'LIMIT', value: '100' },
          { name: 'MODE', value: 'a' },
        ]),
      ],
    });
    const after = deployment({
      containers: [
        container([
          { name: 'MODE', value: 'a' },
          { name: 'LIMIT', value: '10' },
        ]),
      ],
    });
    expect(changesOf([before], [after])).toEqual([
      { path: 'Deployment/api env LIMIT', before: '100', after: '10' },
    ]);
  });

  it('tell where a variable comes from, not what a secret holds', () => {
    const from = (key: string) => [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'tokens', key } } }];
    const before = deployment({ containers: [container(from('old'))] });
    const after = deployment({ containers: [container(from('new'))] });
    expect(changesOf([before], [after])).toEqual([
      { path: 'Deployment/api env TOKEN valueFrom.secretKeyRef.key', before: 'old', after: 'new' },
    ]);
  });

  it('tell image, command line, resources and replicas', () => {
    const more = (memory: string, args: string[]) => ({ args, resources: { limits: { memory } } });
    const before = deployment({ containers: [container([], more('256Mi', ['--workers', '8']))] });
    const after = deployment({
      replicas: 4,
      containers: [container([], { image: 'acme/api:1.1', ...more('128Mi', ['--workers', '2']) })],
    });
    expect(changesOf([before], [after])).toEqual([
      { path: 'Deployment/api image', before: 'acme/api:1.0', after: 'acme/api:1.1' },
      { path: 'Deployment/api replicas', before: '2', after: '4' },
      { path: 'Deployment/api args', before: '--workers 8', after: '--workers 2' },
      { path: 'Deployment/api resources.limits.memory', before: '256Mi', after: '128Mi' },
    ]);
  });

  it('tell a sidecar by its name', () => {
    const withSidecar = (image: string) =>
      deployment({ containers: [container(), { name: 'proxy', image }] });
    expect(changesOf([withSidecar('mesh:1')], [withSidecar('mesh:2')])).toEqual([
      { path: 'Deployment/api container proxy image', before: 'mesh:1', after: 'mesh:2' },
    ]);
  });

  it('say nothing of what every rollout changes by itself', () => {
    const pod = (sum: string) => ({
      labels: { 'helm.sh/chart': sum },
      annotations: { 'checksum/config': sum },
    });
    expect(
      changesOf([deployment({ podMetadata: pod('1') })], [deployment({ podMetadata: pod('2') })]),
    ).toEqual([]);
  });

  it('inside of a CronJob are read the same', () => {
    const cron = (image: string) =>
      object('CronJob', 'nightly', {
        spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'nightly', image }] } } } } },
      });
    expect(changesOf([cron('a:1')], [cron('a:2')])).toEqual([
      { path: 'CronJob/nightly image', before: 'a:1', after: 'a:2' },
    ]);
  });
});

describe('ConfigMaps', () => {
  it('tell values by key', () => {
    expect(changesOf([configMap({ POOL: '100', GONE: 'x' })], [configMap({ POOL: '10', NEW: 'y' })])).toEqual(
      [
        { path: 'ConfigMap/settings POOL', before: '100', after: '10' },
        { path: 'ConfigMap/settings NEW', before: null, after: 'y' },
        { path: 'ConfigMap/settings GONE', before: 'x', after: null },
      ],
    );
  });

  it.each([
    [
      'YAML',
      'app.yaml',
      'db:\n  # size\n  pool:\n    max: 100\nlog: info\n',
      'db:\n  pool:\n    max: 10\nlog: info\n',
      'db.pool.max',
    ],
    ['JSON', 'app.json', '{"db":{"pool":{"max":100}}}', '{"db":{"pool":{"max":10}}}', 'db.pool.max'],
    ['properties', 'app.properties', 'a=1\ndb.pool.max=100\n', 'a=1\ndb.pool.max=10\n', 'db.pool.max'],
    ['.env', '.env', 'A=1\nPOOL_MAX=100\n', 'A=1\nPOOL_MAX=10\n', 'POOL_MAX'],
  ])('tell a %s file by its keys', (_, file, before, after, path) => {
    expect(changesOf([configMap({ [file]: before })], [configMap({ [file]: after })])).toEqual([
      { path: `ConfigMap/settings ${file}: ${path}`, before: '100', after: '10' },
    ]);
  });

  it('a list of objects in YAML keeps its items apart', () => {
    const file = (second: string) =>
      `hosts:\n  - name: a\n    weight: 1\n  - name: b\n    weight: ${second}\n`;
    expect(
      changesOf([configMap({ 'h.yaml': file('1') })], [configMap({ 'h.yaml': file('9') })]),
    ).toHaveLength(1);
  });

  it('renamed by Kustomize at every change are the same', () => {
    const before = configMap({ POOL: '100' }, 'settings-7f9ck2mgh5');
    const after = configMap({ POOL: '10' }, 'settings-bt2g45hkm6');
    expect(changesOf([before], [after])).toEqual([
      { path: 'ConfigMap/settings POOL', before: '100', after: '10' },
    ]);
  });

  it('keys of the prototype are keys', () => {
    const hostile = JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>;
    expect(changesOf([configMap({})], [configMap(hostile)]).map(({ path }) => path)).toEqual([
      'ConfigMap/settings __proto__',
      'ConfigMap/settings constructor',
    ]);
  });
});

describe('Secrets', () => {
  it.each(['Secret', 'SealedSecret'])('of kind %s are left out before anything is compared', (kind) => {
    const secret = (value: string, name = 'keys') => object(kind, name, { data: { PASSWORD: value } });
    const changes = changesOf([secret('b25l'), secret('x', 'gone')], [secret('dHdv'), secret('y', 'new')]);
    expect(changes).toEqual([]);
  });
});

describe('whole objects', () => {
  it('come and go, after all that changed inside of others', () => {
    const changes = changesOf(
      [configMap({ a: '1' }), object('Service', 'old', {})],
      [configMap({ a: '2' }), deployment()],
    );
    expect(changes).toEqual([
      { path: 'ConfigMap/settings a', before: '1', after: '2' },
      { path: 'Deployment/api', before: null, after: 'created' },
      { path: 'Service/old', before: 'present', after: null },
    ]);
  });

  it('of any kind are compared by what they hold', () => {
    const scaler = (max: number) => object('HorizontalPodAutoscaler', 'api', { spec: { maxReplicas: max } });
    expect(changesOf([scaler(10)], [scaler(3)])).toEqual([
      { path: 'HorizontalPodAutoscaler/api maxReplicas', before: '10', after: '3' },
    ]);
  });

  it('that are none are passed over', () => {
    const odd = ['', 'null', '[1]', '{"kind":"Deployment"}', '{"kind":7,"metadata":{"name":"x"}}', '{'];
    expect(changesOf([deployment(), ...odd], [...odd, deployment()])).toEqual([]);
  });
});

describe('bounds', () => {
  it('the changes that tell most survive the cap; the others are counted', () => {
    const spec = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field${index}`, 'x']));
    const { changes, omitted } = compareManifests(
      [object('Other', 'a', { spec: {} }), configMap({ POOL: '100' })],
      [object('Other', 'a', { spec }), configMap({ POOL: '10' })],
    );
    expect([changes.length, omitted]).toEqual([40, 61]);
    expect(changes[0]?.path).toBe('ConfigMap/settings POOL');
  });

  it('long values are cut', () => {
    const [change] = changesOf([configMap({ a: 'x' })], [configMap({ a: 'y'.repeat(5000) })]);
    expect(change?.after).toHaveLength(401);
  });

  it('nesting without end is cut off', () => {
    const deep = `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`;
    const nested = `{"kind":"Odd","metadata":{"name":"x"},"spec":${deep}}`;
    expect(changesOf([nested], [nested])).toEqual([]);
  });
});

describe('settings of the application itself', () => {
  const source = (more: object) => ({ repoURL: 'https://github.com/acme/deploy', path: 'api', ...more });

  it('tell an image override and a parameter, which leave the revision as it is', () => {
    const before = source({
      kustomize: { images: ['acme/api:v1'] },
      helm: { parameters: [{ name: 'pool.max', value: '100' }] },
    });
    const after = source({
      kustomize: { images: ['acme/api:v2'] },
      helm: { parameters: [{ name: 'pool.max', value: '10' }] },
    });
    expect(compareSources([before], [after]).changes).toEqual([
      { path: 'source.kustomize.images', before: 'acme/api:v1', after: 'acme/api:v2' },
      { path: 'source.helm.parameters[pool.max]', before: '100', after: '10' },
    ]);
  });

  it('tell values of a chart by their keys, of one source among several', () => {
    const values = (max: string) => [source({}), source({ helm: { values: `pool:\n  max: ${max}\n` } })];
    expect(compareSources(values('100'), values('10')).changes).toEqual([
      { path: 'source[1].helm.values.pool.max', before: '100', after: '10' },
    ]);
  });
});
