import { describe, expect, it } from 'vitest';
import { commit, comparison, file, serve, sha, window } from './__fixtures__/fake-github.js';
import { formatOf } from './configuration-file.js';
import { needsWholeFile, toFileChanges } from './file-changes.js';

const say = (changes: ReturnType<typeof toFileChanges>) =>
  changes.map(({ path, before, after }) => `${path} ${before} -> ${after}`);

describe('a patch, key by key', () => {
  it('tells values that changed, came and went, over several hunks', () => {
    const patch = [
      '@@ -1,4 +1,4 @@',
      ' LOG=info',
      '-POOL_MAX=100',
      '+POOL_MAX=10',
      ' TTL=5',
      '@@ -20,3 +20,3 @@ OTHER=1',
      '-OLD="a b"',
      '+NEW=c',
      ' LAST=1',
      '\\ No newline at end of file',
    ].join('\n');
    expect(say(toFileChanges(file('a.env', patch), 'pairs'))).toEqual([
      'a.env: POOL_MAX 100 -> 10',
      'a.env: NEW null -> c',
      'a.env: OLD a b -> null',
    ]);
  });

  const yaml = [
    'database:',
    '  pool:',
    '    name: main',
    '    user: app',
    '    tls: true',
    '    max: 100',
    '    min: 2',
  ];
  const hunk = [
    '@@ -4,4 +4,4 @@ database:',
    '     user: app',
    '     tls: true',
    '-    max: 100',
    '+    max: 10',
    '     min: 2',
  ].join('\n');

  it('finds the keys above a hunk in the whole file', () => {
    const changed = file('app.yaml', hunk);
    expect(needsWholeFile(changed, 'nested')).toBe(true);
    const text = yaml.join('\n').replace('100', '10');
    expect(say(toFileChanges(changed, 'nested', text))).toEqual(['app.yaml: database.pool.max 100 -> 10']);
  });

  it('without the whole file tells those that the patch shows, its heading included', () => {
    expect(say(toFileChanges(file('app.yaml', hunk), 'nested'))).toEqual([
      'app.yaml: database.max 100 -> 10',
    ]);
  });

  it('asks for no file that it does not need', () => {
    const top = '@@ -9,2 +9,2 @@\n-max: 100\n+max: 10\n min: 2';
    expect(needsWholeFile(file('app.yaml', top), 'nested')).toBe(false);
    expect(needsWholeFile(file('app.yaml', hunk.replace('-4,4 +4,4', '-1,4 +1,4')), 'nested')).toBe(false);
    expect(needsWholeFile(file('app.env', hunk), 'pairs')).toBe(false);
    expect(needsWholeFile(file('app.yaml', hunk, { status: 'added' }), 'nested')).toBe(false);
  });

  it('compares lists as bags: an item that moved did not change', () => {
    const patch = '@@ -1,4 +1,4 @@\n hosts:\n-  - a\n   - b\n+  - a\n-  - c\n+  - d';
    expect(say(toFileChanges(file('h.yml', patch), 'nested'))).toEqual(['h.yml: hosts c -> d']);
  });

  it('tells whole files that came, went or were renamed', () => {
    const added = file('a.yaml', '@@ -0,0 +1 @@\n+a: 1', { status: 'added' });
    const removed = file('b.yaml', '@@ -1 +0,0 @@\n-a: 1', { status: 'removed' });
    const renamed = file('c.yaml', undefined, { status: 'renamed', previous_filename: 'old.yaml' });
    expect([added, removed, renamed].flatMap((each) => say(toFileChanges(each, 'nested')))).toEqual([
      'a.yaml null -> added',
      'b.yaml present -> null',
      'c.yaml old.yaml -> c.yaml',
    ]);
  });

  it('of another shape tells nothing', () => {
    for (const patch of ['', 'Binary files differ', '@@ nonsense @@\n-a: 1\n+a: 2', '@@'.repeat(9000)]) {
      expect(toFileChanges(file('a.yaml', patch), 'nested')).toEqual([]);
    }
  });
});

it.each([
  [
    'nested',
    [
      'config/app.yaml',
      'helm/values-prod.yml',
      'appsettings.Production.json',
      'package.json',
      '.env/app.yaml',
    ],
  ],
  ['sections', ['pyproject.toml', 'etc/app.ini', 'nginx.conf']],
  [
    'pairs',
    [
      '.env',
      '.env.production',
      'deploy/orders.env',
      'src/main/resources/application.properties',
      'prod.tfvars',
    ],
  ],
  [
    undefined,
    [
      'package-lock.json',
      'web/pnpm-lock.yaml',
      'tsconfig.build.json',
      '.github/workflows/ci.yml',
      'docs/a.yaml',
      'test/a.json',
      'src/app.ts',
      'LICENSE',
      'i18n/de.json',
      '.eslintrc.json',
      'a/fixtures/b.yaml',
      `${'a'.repeat(600)}.yaml`,
    ],
  ],
])('configuration by its name: %s', (format, paths) => {
  expect(paths.map((path) => [path, formatOf(path)])).toEqual(paths.map((path) => [path, format]));
});

it('reads whole files as blobs, three at the most, and says when it could not', async () => {
  const hunk = '@@ -4,2 +4,2 @@\n-    max: 100\n+    max: 10';
  const files = ['1', '2', '3', '4'].map((letter) => file(`${letter}.yaml`, hunk, { sha: sha(letter) }));
  const content = btoa('pool:\n  db:\n    min: 1\n    max: 10\n').replace(/(.{8})/g, '$1\n');
  const server = serve({
    'compare/v1...v2': comparison('ahead', [commit('b', 'Cut')], files),
    [`commits/${sha('b')}/pulls`]: [],
    [`git/blobs/${sha('1')}`]: { content, encoding: 'base64', size: 40 },
    [`git/blobs/${sha('2')}`]: { content: '/w==', encoding: 'base64', size: 1 },
  });
  const between = [{ repository: 'acme/orders', base: 'v1', head: 'v2' }];
  const query = { window, target: {}, limit: 5, keep: 'newest', between } as const;
  const call = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch: () => Promise.reject(),
  };
  const batch = await server.connector().sources.deploys?.doQuery(query, call);
  expect(batch?.signals[0]?.changes.map(({ path }) => path)).toEqual([
    '1.yaml: pool.db.max',
    '2.yaml: max',
    '3.yaml: max',
    '4.yaml: max',
  ]);
  expect(batch?.gaps).toMatchObject([{ reason: 'page-failure', missing: { count: 1 } }]);
  expect(server.asked.filter((path) => path.startsWith('git/blobs'))).toHaveLength(3);
});
