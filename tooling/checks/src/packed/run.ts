// Packs every published package, installs the tarballs into an empty project as a stranger would, and loads every export
// on the Node versions that are promised, and in workerd. Ends with exit code 1 and a line per failure.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace, publishedPackages, type WorkspacePackage } from '../workspace.ts';
import { loadInWorkerd } from './workerd.ts';

/** The oldest that `engines` allows, and the newest of the line between that and the checkout's own. */
const nodeVersions = ['22.12.0', '24.21.0'];
const root = join(import.meta.dirname, '../../../..');
const stepDeadlineMs = 5 * 60 * 1000;

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', timeout: stepDeadlineMs });
}

/** `@midwatch/core`, `@midwatch/core/http`, ... */
function specifiersOf(unit: WorkspacePackage): string[] {
  return Object.keys(unit.manifest.exports ?? {})
    .filter((name) => name !== './package.json')
    .map((name) => unit.name + name.slice(1));
}

function packAll(units: readonly WorkspacePackage[], destination: string): string[] {
  for (const unit of units) run('pnpm', ['pack', '--pack-destination', destination], join(root, unit.folder));
  return readdirSync(destination).map((name) => join(destination, name));
}

/** What a package asks for only where one of its subpaths is used: a stranger who uses it installs it. */
function optionalPeers(units: readonly WorkspacePackage[]): Record<string, string> {
  return Object.fromEntries(
    units.flatMap(({ manifest }) =>
      Object.entries(manifest.peerDependencies ?? {}).filter(
        ([name]) => manifest.peerDependenciesMeta?.[name]?.optional === true,
      ),
    ),
  );
}

function writeProject(folder: string, tarballs: readonly string[], peers: Record<string, string>): void {
  const nodes = Object.fromEntries(
    nodeVersions.map((version) => [
      `node-${version}`,
      `npm:node-${process.platform}-${process.arch}@${version}`,
    ]),
  );
  const manifest = {
    name: 'stranger',
    private: true,
    type: 'module',
    dependencies: { zod: '^4.6.0', vitest: '^5.0.0', ...peers },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, optionalDependencies: nodes }));
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent', ...tarballs], folder);
}

const units = publishedPackages(openWorkspace(root));
const folder = mkdtempSync(join(tmpdir(), 'midwatch-packed-'));
const failures: string[] = [];

async function attempt(title: string, work: () => unknown): Promise<void> {
  try {
    await work();
    process.stdout.write(`packed: ${title}: ok\n`);
  } catch (error) {
    const { message, stderr } = error as { message: string; stderr?: string };
    failures.push(`packed: ${title}: FAILED: ${stderr?.trim() || message}`);
  }
}

try {
  const tarballFolder = join(folder, 'tarballs');
  const project = join(folder, 'project');
  mkdirSync(tarballFolder);
  mkdirSync(project);
  writeProject(project, packAll(units, tarballFolder), optionalPeers(units));
  const specifiers = units.flatMap(specifiersOf);
  // Test kits load inside of a test runner only.
  const loadable = specifiers.filter((specifier) => !specifier.startsWith('@midwatch/testkit/'));
  const script = `for (const name of ${JSON.stringify(loadable)}) await import(name);`;
  writeFileSync(join(project, 'load.mjs'), script);
  const nodes = [
    ...nodeVersions.map((version) => join(project, `node_modules/node-${version}/bin/node`)),
    process.execPath,
  ];
  for (const node of nodes) {
    const version = run(node, ['--version'], project).trim();
    await attempt(`${loadable.length} exports in Node ${version}`, () => run(node, ['load.mjs'], project));
    await attempt(`midwatch demo in Node ${version}`, () => {
      JSON.parse(run(node, ['node_modules/midwatch/dist/main.js', 'demo', '--json'], project));
    });
  }
  // Subpaths with Node's own modules or a native driver say so by their name.
  const portable = loadable.filter(
    (name) => name !== 'midwatch' && !/\/(?:node|sqlite|postgres)(?:\/|$)/.test(name),
  );
  await attempt(`${portable.length} exports in workerd`, () => loadInWorkerd(project, portable));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of failures) process.stdout.write(`${failure}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
