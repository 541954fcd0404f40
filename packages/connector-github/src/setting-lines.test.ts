import { describe, expect, it } from 'vitest';
import type { FileFormat } from './configuration-file.js';
import { readSettings } from './setting-lines.js';

const read = (format: FileFormat, text: string) =>
  readSettings(text.split('\n'), format).settings.map(({ path, value }) => `${path.join('.')} = ${value}`);

describe('settings, line by line', () => {
  it('YAML: nested keys, named list items, scalars, comments and quotes', () => {
    const text = `# comment
database:
  pool:
    max: 100 # per pod
    url: "postgres://db:5432/#x"
  hosts:
  - a.example
  - b.example
env:
  - name: POOL_MAX
    value: "10"
  - name: FROM_SECRET
    valueFrom:
      secretKeyRef: { name: db, key: url }
args: ["--a", '--b']
note: see http://example.com/x
empty: ""
---
http://not.a/pair
`;
    expect(read('nested', text)).toEqual([
      'database.pool.max = 100',
      'database.pool.url = postgres://db:5432/#x',
      'database.hosts = a.example',
      'database.hosts = b.example',
      'env.POOL_MAX = 10',
      'env.FROM_SECRET.valueFrom.secretKeyRef = { name: db, key: url }',
      'args = ["--a", \'--b\']',
      'note = see http://example.com/x',
      'empty = ',
    ]);
  });

  it('YAML: lists as far left as their key, command line flags, and files within a ConfigMap', () => {
    const text = `containers:
- name: api
  args:
  - --pool-size=10
- name: proxy
  image: proxy:v1
data:
  application.properties: |
    pool.max=10
`;
    expect(read('nested', text)).toEqual([
      'containers.api.args.--pool-size = 10',
      'containers.proxy.image = proxy:v1',
      'data.application.properties.pool.max = 10',
    ]);
  });

  it('JSON: by its indentation, list items by their names', () => {
    const value = {
      name: 'orders',
      pool: { max: 10, hosts: ['a', 'b'] },
      limits: [{ name: 'burst', value: 5 }, { rate: 7 }],
      last: null,
    };
    expect(read('nested', JSON.stringify(value, null, 2))).toEqual([
      'name = orders',
      'pool.max = 10',
      'pool.hosts = a',
      'pool.hosts = b',
      'limits.burst = 5',
      'limits.rate = 7',
      'last = null',
    ]);
  });

  it('TOML and INI: below their sections', () => {
    expect(read('sections', '[database.pool]\nmax = 10 # few\n[[hosts]]\nname = "a"\n; note\n')).toEqual([
      'database.pool.max = 10',
      'hosts.name = a',
    ]);
  });

  it('.env and properties: as they stand', () => {
    expect(read('pairs', 'export POOL_MAX=10\nURL=http://x/?a=b#c\npool.max: 5\n! note\nnothing')).toEqual([
      'POOL_MAX = 10',
      'URL = http://x/?a=b#c',
      'pool.max = 5',
    ]);
  });

  it('hostile lines are read in linear time and never become anything but text', () => {
    const lines = [
      `a:${' '.repeat(1900)}b`,
      `"${'\\'.repeat(1900)}`,
      '['.repeat(1900),
      '-'.repeat(1900),
      'x'.repeat(1e6),
    ];
    for (const format of ['nested', 'sections', 'pairs'] as const) {
      const { settings } = readSettings([...lines, '__proto__: {', '  constructor: 1'], format);
      expect(settings.length).toBeLessThan(4);
    }
    const deep = Array.from({ length: 5000 }, (_, depth) => `${' '.repeat(depth % 1500)}k:`);
    expect(readSettings(deep, 'nested').settings).toEqual([]);
  });
});
