import type { Problem } from '../problem.ts';
import {
  libraries,
  lineOf,
  type Manifest,
  publishedPackages,
  type Workspace,
  type WorkspacePackage,
} from '../workspace.ts';

const rule = 'package-shape';
const maxConfigLines = 5;
const neededFiles = [
  'README.md',
  'package.json',
  'src/index.ts',
  'tsconfig.build.json',
  'tsconfig.json',
  'tsup.config.ts',
  'turbo.json',
  'vitest.config.ts',
];
const configFiles = [
  'tsconfig.build.json',
  'tsconfig.json',
  'tsup.config.ts',
  'turbo.json',
  'vitest.config.ts',
];
const scripts: Readonly<Record<string, string>> = {
  build: 'tsup && tsc -p tsconfig.build.json',
  typecheck: 'tsc -p tsconfig.json',
  test: 'vitest run',
};
const libraryFiles = ['dist', 'src', '!src/**/*.test.ts', '!src/**/__fixtures__'];

interface Expectation {
  key: keyof Manifest;
  right: (manifest: Manifest) => boolean;
  advice: string;
}

const published: readonly Expectation[] = [
  { key: 'license', right: ({ license }) => license === 'Apache-2.0', advice: 'must be "Apache-2.0"' },
  { key: 'type', right: ({ type }) => type === 'module', advice: 'must be "module"' },
  {
    key: 'description',
    right: ({ description = '' }) => description.endsWith('.'),
    advice: 'must be a sentence',
  },
  {
    key: 'engines',
    right: ({ engines }) => engines?.['node'] === '>=22.12',
    advice: 'must be { "node": ">=22.12" }',
  },
  {
    key: 'publishConfig',
    right: (it) => it.publishConfig?.['access'] === 'public',
    advice: 'needs "access": "public"',
  },
  {
    key: 'scripts',
    right: (it) => Object.entries(scripts).every(([name, command]) => it.scripts?.[name] === command),
    advice: `must have ${JSON.stringify(scripts)}`,
  },
];

const library: readonly Expectation[] = [
  { key: 'sideEffects', right: ({ sideEffects }) => sideEffects === false, advice: 'must be false' },
  {
    key: 'files',
    right: ({ files = [] }) => libraryFiles.every((entry) => files.includes(entry)),
    advice: `must hold ${JSON.stringify(libraryFiles)}`,
  },
];

/** What every published package has: files, short configuration, one tag, the same manifest fields and exports. */
export function checkPackageShape(workspace: Workspace): Problem[] {
  const allLibraries = libraries(workspace);
  return [
    ...publishedPackages(workspace).flatMap((unit) => [
      ...checkFiles(workspace, unit),
      ...checkManifest(workspace, unit, allLibraries.includes(unit) ? [...published, ...library] : published),
    ]),
    ...allLibraries.flatMap((unit) => checkExports(workspace, unit)),
    ...workspace.packages.flatMap((unit) => checkTag(unit)),
  ];
}

function checkFiles(workspace: Workspace, unit: WorkspacePackage): Problem[] {
  const missing = neededFiles
    .map((name) => `${unit.folder}/${name}`)
    .filter((file) => !unit.files.includes(file))
    .map((file) => ({ file, line: 1, rule, message: 'is missing; see a finished package for its form' }));
  const long = configFiles
    .map((name) => `${unit.folder}/${name}`)
    .filter((file) => unit.files.includes(file))
    .filter((file) => workspace.read(file).trimEnd().split('\n').length > maxConfigLines)
    .map((file) => ({
      file,
      line: maxConfigLines + 1,
      rule,
      message: `has more than ${maxConfigLines} lines; what all packages need belongs into tooling/`,
    }));
  return [...missing, ...long];
}

function checkManifest(
  workspace: Workspace,
  unit: WorkspacePackage,
  wanted: readonly Expectation[],
): Problem[] {
  const file = `${unit.folder}/package.json`;
  const text = workspace.read(file);
  const wrong = wanted
    .filter(({ right }) => !right(unit.manifest))
    .map(({ key, advice }) => ({
      file,
      line: lineOf(text, `"${key}"`),
      rule,
      message: `"${key}" ${advice}`,
    }));
  const expectedName = unit.folder.replace(/^packages\//, '@midwatch/');
  if (unit.folder.startsWith('packages/') && unit.name !== expectedName) {
    wrong.push({ file, line: lineOf(text, '"name"'), rule, message: `"name" must be "${expectedName}"` });
  }
  return wrong;
}

function checkTag(unit: WorkspacePackage): Problem[] {
  if (unit.tag !== undefined) return [];
  const message = 'needs exactly one tag, by which the root turbo.json says what the package may import';
  return [{ file: `${unit.folder}/turbo.json`, line: 1, rule, message }];
}

function checkExports(workspace: Workspace, unit: WorkspacePackage): Problem[] {
  const file = `${unit.folder}/package.json`;
  const text = workspace.read(file);
  const entries = Object.entries(unit.manifest.exports ?? {});
  const problems: Problem[] = [];
  if (!entries.some(([name]) => name === '.')) {
    problems.push({ file, line: lineOf(text, '"exports"'), rule, message: '"exports" needs "."' });
  }
  for (const [name, target] of entries) {
    if (name === './package.json') continue;
    const line = lineOf(text, `"${name}": {`);
    const source = typeof target === 'string' ? undefined : target['@midwatch/source'];
    const path = source?.match(/^\.\/src\/(.+)\.ts$/)?.[1];
    const right = { '@midwatch/source': source, types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` };
    if (path === undefined || JSON.stringify(target) !== JSON.stringify(right)) {
      problems.push({
        file,
        line,
        rule,
        message: `"${name}" must be { "@midwatch/source", "types", "default" } of one file`,
      });
    } else if (!unit.files.includes(`${unit.folder}/src/${path}.ts`)) {
      problems.push({ file, line, rule, message: `"${name}" names ${source}, which does not exist` });
    }
  }
  return problems;
}
