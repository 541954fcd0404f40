import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../problem.ts';
import { checkChangesets } from '../rules/changesets.ts';
import { checkDeterminism } from '../rules/determinism.ts';
import { checkFileLength } from '../rules/file-length.ts';
import { checkHygiene } from '../rules/hygiene.ts';
import { checkImports } from '../rules/imports.ts';
import { checkModules } from '../rules/modules.ts';
import { checkPackageShape } from '../rules/package-shape.ts';
import { checkReadmes, checkSnippets } from '../rules/readme.ts';
import { checkVersions } from '../rules/version.ts';
import { createWorkspace, openWorkspace } from '../workspace.ts';
import { type Kind, kinds, parseNewConnector } from './connector-files.ts';
import { readGuideFiles } from './guide-files.ts';
import { toStandaloneFiles } from './standalone-files.ts';
import { toWorkspaceFiles } from './workspace-files.ts';

const root = join(import.meta.dirname, '../../../..');
const templateFolder = dirname(
  fileURLToPath(import.meta.resolve('@midwatch/connector-template/package.json')),
);
const workspace = openWorkspace(root);
const folders: string[] = [];

interface VitestReport {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly name: string }[];
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporaryFolder(files: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  folders.push(folder);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('what a connector may be called', () => {
  it.each([
    [undefined, undefined, /give a name/],
    ['connector-acme', undefined, /the vendor's name alone, such as acme/],
    ['@midwatch/connector-acme', undefined, /such as acme/],
    ['Acme', undefined, /`Acme` cannot be a name/],
    ['acme--logs', undefined, /single hyphens/],
    ['../acme', undefined, /cannot be a name/],
    ['template', undefined, /is taken/],
    ['acme', 'logs,smells', /`smells` is no kind; there are logs, metrics/],
    ['acme', '', /`` is no kind/],
  ])('refuses %s with kinds %s', (name, kindList, message) => {
    expect(() => parseNewConnector(name, kindList)).toThrow(message);
  });

  it('refuses one that there is', () => {
    const loki = parseNewConnector('loki', undefined);
    expect(() => toWorkspaceFiles(workspace, loki)).toThrow('packages/connector-loki exists already');
  });
});

describe.each<[string, string | undefined]>([
  ['acme', undefined],
  ['my-vendor2', 'deploys,logs'],
  ['x', 'metrics'],
])('a new connector %s for %s', (name, kindList) => {
  const connector = parseNewConnector(name, kindList);
  const files = toWorkspaceFiles(workspace, connector);

  it('breaks no rule of the house', () => {
    const made = createWorkspace(Object.fromEntries(files));
    const problems = [
      ...checkPackageShape(made).filter(({ file }) => !file.startsWith('apps/')),
      ...checkImports(made),
      ...checkModules(made),
      ...checkDeterminism(made),
      ...checkFileLength(made),
      ...checkReadmes(made).filter(({ file }) => file.startsWith('packages/')),
      ...checkSnippets(made),
      ...checkHygiene(made),
      ...checkVersions(made),
      ...checkChangesets(made, () => undefined).filter(({ file }) => file.startsWith('packages/')),
    ];
    expect(problems.map(formatProblem)).toEqual([]);
  });

  it('has nothing of the name of the template, and only the kinds that were asked for', () => {
    const own = [...files].filter(([path]) => path.startsWith('packages/'));
    expect(own.filter(([path, text]) => /template/i.test(`${path}\n${text}`)).map(([path]) => path)).toEqual(
      [],
    );
    const readme = files.get(`packages/connector-${name}/README.md`) ?? '';
    const told = kinds.filter((kind: Kind) => new RegExp(`^\\| ${kind} `, 'm').test(readme));
    expect(told).toEqual(connector.kinds);
    expect(readme).toContain(`Signals: ${connector.kinds.join(', ')}.`);
    expect(files.get('README.md')).toContain(`./packages/connector-${name})`);
    expect(files.get('apps/examples/package.json')).toContain(`"@midwatch/connector-${name}": "workspace:*"`);
  });
});

it('compiles and passes its own tests and conformance, in Node and workerd', { timeout: 120_000 }, () => {
  const files = toWorkspaceFiles(workspace, parseNewConnector('my-vendor', 'metrics,deploys'));
  const folder = temporaryFolder(files);
  for (const name of ['tooling', 'tsconfig.base.json', 'node_modules']) {
    symlinkSync(join(root, name), join(folder, name));
  }
  const made = join(folder, 'packages/connector-my-vendor');
  symlinkSync(join(templateFolder, 'node_modules'), join(made, 'node_modules'));
  const run = (binary: string, ...args: readonly string[]) =>
    execFileSync(binary, args, { cwd: made, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run(join(root, 'node_modules/.bin/tsc'), '-p', 'tsconfig.json');
  run(join(templateFolder, 'node_modules/.bin/vitest'), 'run');
  const { numFailedTests, numPassedTests, testResults } = JSON.parse(
    readFileSync(join(made, '.vitest/report.json'), 'utf8'),
  ) as VitestReport;
  expect(numFailedTests).toBe(0);
  // Some ninety checks for each of two kinds, in two runtimes.
  expect(numPassedTests).toBeGreaterThan(150);
  expect(testResults.filter(({ name }) => name.endsWith('.conformance.test.ts'))).toHaveLength(2);
});

it('the files of the guide come out of it by the script that it shows', () => {
  const guide = workspace.read('docs/writing-a-connector.md');
  const script = /^```js\n(.*?)^```$/ms.exec(guide)?.[1] ?? '';
  const folder = temporaryFolder(
    new Map([
      ['guide.md', guide],
      ['files.mjs', script],
    ]),
  );
  execFileSync(process.execPath, ['files.mjs'], { cwd: folder });
  for (const [path, text] of readGuideFiles(workspace.read)) {
    expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
  }
});

it('stands alone with the settings of the guide', () => {
  const files = toStandaloneFiles(workspace, parseNewConnector('my-vendor', 'logs'));
  const manifest = JSON.parse(files.get('package.json') ?? '{}');
  expect(manifest).toMatchObject({
    name: 'midwatch-connector-my-vendor',
    peerDependencies: { '@midwatch/core': expect.any(String), zod: expect.any(String) },
  });
  expect([...files.keys()]).toEqual(
    expect.arrayContaining([
      'alert.json',
      'tsconfig.json',
      'vitest.config.ts',
      'src/index.ts',
      'src/my-vendor-connector.ts',
    ]),
  );
  expect([...files.values()].join('\n')).not.toContain('workspace:');
});
