import { expect, test } from 'vitest';
import type { Problem } from './problem.ts';
import { checkChangesets } from './rules/changesets.ts';
import { checkCommands } from './rules/commands.ts';
import { checkDeterminism } from './rules/determinism.ts';
import { checkFileLength } from './rules/file-length.ts';
import { checkHygiene } from './rules/hygiene.ts';
import { checkImports } from './rules/imports.ts';
import { checkModules } from './rules/modules.ts';
import { checkPackageShape } from './rules/package-shape.ts';
import { checkLinks, checkReadmes, checkSnippets } from './rules/readme.ts';
import { checkScenarioNames } from './rules/scenario-names.ts';
import { checkVersions, withVersion } from './rules/version.ts';
import { sampleFiles, sampleManifest, sampleWorkspace } from './sample-workspace.ts';
import type { Workspace } from './workspace.ts';

const folder = 'packages/connector-sample';
const source = `${folder}/src/sample-connector.ts`;

function problemsOf(workspace: Workspace): Problem[] {
  return [
    ...checkPackageShape(workspace),
    ...checkImports(workspace),
    ...checkModules(workspace),
    ...checkDeterminism(workspace),
    ...checkFileLength(workspace),
    ...checkReadmes(workspace),
    ...checkSnippets(workspace),
    ...checkLinks(workspace),
    ...checkCommands(workspace),
    ...checkHygiene(workspace),
    ...checkScenarioNames(workspace, ['checkout-api']),
    ...checkVersions(workspace),
    ...checkChangesets(workspace, () => undefined),
  ];
}

function manifestWith(change: Record<string, unknown>): Record<string, string> {
  return { [`${folder}/package.json`]: JSON.stringify({ ...sampleManifest, ...change }, null, 2) };
}

function textOf(file: string): string {
  return sampleFiles()[file] ?? '';
}

test('the sample breaks no rule', () => {
  expect(problemsOf(sampleWorkspace())).toEqual([]);
});

const readme = `${folder}/README.md`;
const entry = `${folder}/src/index.ts`;

test.each<[string, Record<string, string | undefined>, string, RegExp]>([
  ['no README', { [readme]: undefined }, readme, /missing/],
  [
    'no build settings',
    { [`${folder}/tsconfig.build.json`]: undefined },
    `${folder}/tsconfig.build.json`,
    /missing/,
  ],
  [
    'a long config',
    { [`${folder}/tsup.config.ts`]: 'a\n'.repeat(6) },
    `${folder}/tsup.config.ts`,
    /more than 5/,
  ],
  ['no tag', { [`${folder}/turbo.json`]: '{ "extends": ["//"] }' }, `${folder}/turbo.json`, /one tag/],
  ['another licence', manifestWith({ license: 'MIT' }), `${folder}/package.json`, /Apache/],
  ['another name', manifestWith({ name: '@midwatch/sample' }), `${folder}/package.json`, /"name"/],
  ['other scripts', manifestWith({ scripts: { build: 'tsc' } }), `${folder}/package.json`, /"scripts"/],
  ['side effects', manifestWith({ sideEffects: true }), `${folder}/package.json`, /"sideEffects"/],
  ['tests shipped', manifestWith({ files: ['dist', 'src'] }), `${folder}/package.json`, /"files"/],
  [
    'exports without source',
    manifestWith({ exports: { '.': './dist/index.js' } }),
    `${folder}/package.json`,
    /"\."/,
  ],
  [
    'an export of no file',
    manifestWith({
      exports: {
        ...sampleManifest.exports,
        './b': { '@midwatch/source': './src/b.ts', types: './dist/b.d.ts', default: './dist/b.js' },
      },
    }),
    `${folder}/package.json`,
    /does not exist/,
  ],
  [
    'a dependency of another layer',
    manifestWith({ dependencies: { msw: '1' } }),
    `${folder}/package.json`,
    /not on msw/,
  ],
  [
    'an implementation as dependency',
    manifestWith({ dependencies: { '@midwatch/evidence': '1' } }),
    `${folder}/package.json`,
    /evidence/,
  ],
  [
    'core as plain dependency',
    manifestWith({ dependencies: { '@midwatch/core': '1' } }),
    `${folder}/package.json`,
    /peer/,
  ],
  [
    'core peer, not for development',
    manifestWith({ devDependencies: {} }),
    `${folder}/package.json`,
    /devDependencies/,
  ],
  ['a development package at run time', { [source]: "import { http } from 'msw';\n" }, source, /only tests/],
  ['an undeclared package', { [source]: "import a from 'lodash';\n" }, source, /not declared/],
  [
    'an undeclared package in a dynamic import',
    { [source]: "export const a = () => import('lodash');\n" },
    source,
    /not declared/,
  ],
  [
    'an undeclared package in a test',
    { [`${folder}/src/a.test.ts`]: "import a from 'lodash';\n" },
    `${folder}/src/a.test.ts`,
    /lodash/,
  ],
  [
    'a path into another package',
    { [source]: "import { a } from '../../core/src/a.js';\n" },
    source,
    /leaves/,
  ],
  ['a module of Node', { [source]: "import { readFileSync } from 'node:fs';\n" }, source, /Web APIs/],
  ['zod in braces', { [source]: "import { z } from 'zod';\n" }, source, /import \* as z/],
  ['process', { [source]: "export const a = () => process.env['A'];\n" }, source, /process/],
  ['console', { [source]: "export const a = () => console.log('a');\n" }, source, /console/],
  [
    'Buffer behind globalThis',
    { [source]: "export const a = () => globalThis.Buffer.from('a');\n" },
    source,
    /Buffer/,
  ],
  [
    'a vague name',
    { [`${folder}/src/utils.ts`]: 'export const a = 1;\n' },
    `${folder}/src/utils.ts`,
    /says nothing/,
  ],
  [
    'a camel-case name',
    { [`${folder}/src/toQuery.ts`]: 'export const a = 1;\n' },
    `${folder}/src/toQuery.ts`,
    /kebab/,
  ],
  ['export *', { [source]: "export * from './a.js';\n" }, source, /export \*/],
  ['a default export', { [source]: 'export default function a() {}\n' }, source, /default/],
  ['a default export of a value', { [source]: 'const a = 1;\nexport default a;\n' }, source, /default/],
  ['state', { [source]: 'let a = 1;\n' }, source, /state/],
  ['a cache at module level', { [source]: 'const a = new Map<string, string>();\n' }, source, /collection/],
  ['work on import', { [source]: 'register();\n' }, source, /on import/],
  [
    'code in the entry file',
    { [entry]: "export { a } from './a.js';\nexport const b = 1;\n" },
    entry,
    /re-exports only/,
  ],
  ['an empty entry file', { [entry]: 'export {};\n' }, entry, /exports nothing/],
  ['a random number', { [source]: 'export const a = () => Math.random();\n' }, source, /Math\.random/],
  [
    'a sleeping connector',
    { [source]: 'export const a = () => new Promise((go) => setTimeout(go, 5));\n' },
    source,
    /core owns time/,
  ],
  [
    'a focused test',
    { [`${folder}/src/a.test.ts`]: `test.${'only'}('a', () => {});\n` },
    `${folder}/src/a.test.ts`,
    /\.only/,
  ],
  [
    'the old name in msw',
    { [`${folder}/src/a.test.ts`]: `server.listen({ ${'onUnhandledRequest'}: 'error' });\n` },
    `${folder}/src/a.test.ts`,
    /onUnhandledFrame/,
  ],
  ['a long file', { [source]: 'export const a = 1;\n'.repeat(301) }, source, /at most 300/],
  [
    'a snippet changed',
    { [readme]: textOf(readme).replace('https://sample', 'https://other') },
    readme,
    /equals no file/,
  ],
  [
    'no section on blind spots',
    { [readme]: textOf(readme).replace('cannot see', 'sees') },
    readme,
    /cannot see/,
  ],
  [
    'a README without example',
    { [readme]: textOf(readme).replace('```ts', '```js') },
    readme,
    /lacks an example/,
  ],
  ['a dead link', { [readme]: textOf(readme).replace('src/index.ts', 'src/gone.ts') }, readme, /gone\.ts/],
  ['a command that is gone', { 'docs/a.md': 'Run `pnpm record:sample`.' }, 'docs/a.md', /record:sample/],
  ['a registry host', { 'docs/a.md': `from https://${'registry'}.npmjs.org/zod` }, 'docs/a.md', /registry/],
  ['a path of a machine', { 'docs/a.md': `see ${'/work'}/main/a` }, 'docs/a.md', /one machine/],
  ['a secret', { [source]: `export const a = '${'AKIA'}ABCDEFGHIJKLMNOP';\n` }, source, /secret/],
  ['a scenario name', { [source]: "export const a = 'checkout-api';\n" }, source, /checkout-api/],
  ['a scenario name in the README', { [readme]: `${textOf(readme)}checkout-api\n` }, readme, /checkout-api/],
  [
    'a stale version',
    { [`${folder}/src/version.ts`]: "export const VERSION = '9.9.9';\n" },
    `${folder}/src/version.ts`,
    /'0\.0\.0'/,
  ],
  ['no changeset', { '.changeset/sample.md': undefined }, `${folder}/package.json`, /pnpm changeset/],
])('%s is caught', (_name, changes, file, message) => {
  const problems = problemsOf(sampleWorkspace(changes)).filter((problem) => message.test(problem.message));
  expect(problems.map((problem) => problem.file)).toEqual([file]);
});

test('the line of a problem is the line of its cause', () => {
  const text = "import type { ConnectorV1 } from '@midwatch/core';\n\nexport const a = () => process.pid;\n";
  expect(checkImports(sampleWorkspace({ [source]: text }))).toMatchObject([{ file: source, line: 3 }]);
});

test('what only looks like a broken rule passes', () => {
  const text = [
    'interface Task { process: () => void; console?: string }',
    'export const a = (task: Task) => task.process();',
    'export const names: ReadonlySet<string> = new Set();',
    "export const known = new Set(['a']);",
    'export const rest = () => new Promise((resolve) => setTimeout(resolve, 0));',
    'export const stop = (cancel: () => void) => setTimeout(() => cancel(), 5);',
    'export const b = (list: Task[]) => list.map(({ process }) => process);',
    'export const c = (tasks: Task[]) => { for (const console of tasks) console.process(); };',
    'export function d(task: Task): void { const process = task.process; process(); }',
  ].join('\n');
  const node = { [`${folder}/src/node/index.ts`]: "export { readFileSync } from 'node:fs';\n" };
  expect(problemsOf(sampleWorkspace({ [source]: text, ...node }))).toEqual([]);
});

test('names inside of longer names are no scenario names', () => {
  const workspace = sampleWorkspace({ [source]: "export const a = 'my-checkout-api-2';\n" });
  expect(checkScenarioNames(workspace, ['checkout-api'])).toEqual([]);
});

test('a released package needs a changeset only when its sources changed', () => {
  const workspace = sampleWorkspace({ '.changeset/sample.md': undefined });
  expect(checkChangesets(workspace, () => [`${folder}/README.md`])).toEqual([]);
  expect(checkChangesets(workspace, () => [source])).toHaveLength(1);
});

test('a release writes the version', () => {
  expect(withVersion("/** Sent. */\nexport const VERSION = '0.0.0';\n", '1.2.3')).toBe(
    "/** Sent. */\nexport const VERSION = '1.2.3';\n",
  );
});
