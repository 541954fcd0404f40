import type { Problem } from '../problem.ts';
import { globalUses, type ImportedName, importsOf, packageNameOf, parseSource } from '../syntax.ts';
import {
  isTestFile,
  libraries,
  lineOf,
  sourcesOf,
  type Workspace,
  type WorkspacePackage,
} from '../workspace.ts';

const rule = 'imports';

/** npm packages that a library with this tag may use at run time; workspace packages are held by `turbo boundaries`. */
const npmByTag: Readonly<Record<string, readonly string[]>> = {
  core: ['zod'],
  connector: ['zod'],
  alerts: ['zod'],
  redaction: ['zod'],
  evidence: ['zod'],
  formatter: ['zod'],
  brief: ['zod'],
  ledger: ['zod'],
  remediation: ['zod'],
  notifier: ['zod'],
  store: ['kysely', 'better-sqlite3', 'pg'],
  analyzer: ['@anthropic-ai/sdk', 'zod'],
  responder: [],
  testkit: ['msw', 'vitest'],
};
const npmByPackage: Readonly<Record<string, readonly string[]>> = {
  '@midwatch/connector-cloudwatch': ['aws4fetch'],
  '@midwatch/connector-prometheus': ['aws4fetch'],
};
const workspaceByTag: Readonly<Record<string, readonly string[]>> = {
  core: [],
  notifier: ['@midwatch/core', '@midwatch/brief'],
};
const hostGlobals = new Set([
  'process',
  'Buffer',
  'console',
  'require',
  '__dirname',
  '__filename',
  'setImmediate',
]);
/** Subpaths that are made for Node; everything else must also run in workerd. */
const nodeFolders = ['node', 'sqlite', 'postgres'];

/** What may be imported: npm packages by tag, development packages only in tests, nothing of Node outside its subpaths. */
export function checkImports(workspace: Workspace): Problem[] {
  return libraries(workspace).flatMap((unit) => [
    ...checkDependencies(workspace, unit),
    ...sourcesOf(unit).flatMap((file) => checkSource(workspace, unit, file)),
    ...unit.files
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) => checkDeclared(unit, file, importsOf(parseSource(file, workspace.read(file))))),
  ]);
}

/** npm packages that it may use at run time. */
export function allowedNpm(unit: WorkspacePackage): readonly string[] {
  const own = Object.hasOwn(npmByPackage, unit.name) ? npmByPackage[unit.name] : undefined;
  const byTag = unit.tag !== undefined && Object.hasOwn(npmByTag, unit.tag) ? npmByTag[unit.tag] : undefined;
  return [...(byTag ?? []), ...(own ?? [])];
}

function allowedWorkspace(unit: WorkspacePackage): readonly string[] {
  return (unit.tag === undefined ? undefined : workspaceByTag[unit.tag]) ?? ['@midwatch/core'];
}

function checkDependencies(workspace: Workspace, unit: WorkspacePackage): Problem[] {
  const file = `${unit.folder}/package.json`;
  const text = workspace.read(file);
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    devDependencies = {},
  } = unit.manifest;
  const allowed = [...allowedNpm(unit), ...allowedWorkspace(unit)];
  const atRunTime = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  const problems = Object.keys(atRunTime)
    // Core's own peer must be named by whoever imports core.
    .filter((name) => !allowed.includes(name) && !(name === 'zod' && '@midwatch/core' in peerDependencies))
    .map((name) => ({
      file,
      line: lineOf(text, `"${name}"`),
      rule,
      message: `a package tagged ${unit.tag} may depend on ${allowed.join(', ') || 'nothing'}, not on ${name}`,
    }));
  for (const name of ['@midwatch/core', 'zod']) {
    if (!(name in dependencies)) continue;
    const message = `${name} must be a peer dependency (and a development dependency): two copies of it break checks`;
    problems.push({ file, line: lineOf(text, `"${name}"`), rule, message });
  }
  if ('@midwatch/core' in peerDependencies && devDependencies['@midwatch/core'] !== 'workspace:*') {
    const message = '@midwatch/core is a peer, so devDependencies needs "@midwatch/core": "workspace:*"';
    problems.push({ file, line: lineOf(text, '"devDependencies"'), rule, message });
  }
  return problems;
}

function checkSource(workspace: Workspace, unit: WorkspacePackage, file: string): Problem[] {
  const source = parseSource(file, workspace.read(file));
  const imports = importsOf(source);
  const forNode = nodeFolders.some((folder) => file.startsWith(`${unit.folder}/src/${folder}/`));
  const problems = checkDeclared(unit, file, imports);
  for (const { specifier, line, names } of imports) {
    if (specifier.startsWith('node:') && !forNode) {
      problems.push({
        file,
        line,
        rule,
        message: `${specifier}: packages use Web APIs only; Node belongs into src/node/`,
      });
    }
    if (specifier === 'zod' && !names.every((name) => name === '*')) {
      problems.push({
        file,
        line,
        rule,
        message: "write import * as z from 'zod': the other form is 70 kB larger in a Worker",
      });
    }
  }
  if (!forNode) {
    for (const { name, line } of globalUses(source, hostGlobals)) {
      problems.push({
        file,
        line,
        rule,
        message: `${name} does not exist in every runtime; take what you need as an argument`,
      });
    }
  }
  return problems;
}

function checkDeclared(unit: WorkspacePackage, file: string, imports: readonly ImportedName[]): Problem[] {
  const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = unit.manifest;
  const runtime = { ...dependencies, ...peerDependencies };
  const declared = isTestFile(file) ? { ...runtime, ...devDependencies } : runtime;
  const problems: Problem[] = [];
  for (const { specifier, line } of imports) {
    const name = packageNameOf(specifier);
    if (name !== undefined && name !== unit.name && !(name in declared)) {
      const where =
        name in devDependencies ? 'is a development dependency: only tests may import it' : 'is not declared';
      problems.push({ file, line, rule, message: `${name} ${where}` });
    }
    if (specifier.startsWith('.') && leavesPackage(unit, file, specifier)) {
      problems.push({ file, line, rule, message: `${specifier} leaves the package; import it by its name` });
    }
  }
  return problems;
}

function leavesPackage(unit: WorkspacePackage, file: string, specifier: string): boolean {
  const path = new URL(specifier, `file:///${file}`).pathname.slice(1);
  return !path.startsWith(`${unit.folder}/`);
}
