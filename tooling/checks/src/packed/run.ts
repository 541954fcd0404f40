// Packs every published package, installs the tarballs into an empty project as a stranger would, and loads every export
// on the Node versions that are promised, and in workerd; then does what docs/writing-a-connector.md tells. Ends with exit
// code 1 and a line per failure. `--keep DIR` leaves the tarballs in DIR, for projects of one's own.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openWorkspace, publishedPackages, type WorkspacePackage } from '../workspace.ts';
import { type GuideProject, runGuideTests, useGuideConnector, writeGuideProject } from './guide-project.ts';
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
    dependencies: {
      zod: '^4.6.0',
      vitest: '^5.0.0',
      typescript: '^7.0.0',
      '@types/node': '^24.0.0',
      ...peers,
    },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, optionalDependencies: nodes }));
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent', ...tarballs], folder);
}

const { values } = parseArgs({ options: { keep: { type: 'string' } } });
const workspace = openWorkspace(root);
const units = publishedPackages(workspace);
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
  const tarballs = packAll(units, tarballFolder);
  if (values.keep !== undefined) {
    const kept = resolve(process.env['INIT_CWD'] ?? process.cwd(), values.keep);
    cpSync(tarballFolder, kept, { recursive: true });
    process.stdout.write(`packed: ${tarballs.length} tarballs are in ${kept}\n`);
  }
  writeProject(project, tarballs, optionalPeers(units));
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
  const guide: GuideProject = {
    folder: join(folder, 'guide'),
    node: process.execPath,
    serverMain: join(root, 'apps/server/dist/main.js'),
    read: workspace.read,
  };
  writeGuideProject(guide, project);
  await attempt('the project of docs/writing-a-connector.md compiles and passes its tests', () =>
    runGuideTests(guide),
  );
  await attempt('its connector in doctor, investigate and the server', () => useGuideConnector(guide));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of failures) process.stdout.write(`${failure}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
