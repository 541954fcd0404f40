import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, runQuietly, SetupError } from './child.mjs';
import { withLock } from './lock.mjs';
import { binaries, memory, ownNode, packageManagerFile, root } from './paths.mjs';
import { buildStamp, installStamp } from './stamp.mjs';

const lockFile = join(memory, 'setup.lock');
const installedFile = join(memory, 'installed');

/** @param {string} text */
function say(text) {
  process.stderr.write(`midwatch: ${text}\n`);
}

/** @param {string} file @param {string} stamp */
function remember(file, stamp) {
  mkdirSync(memory, { recursive: true });
  writeFileSync(file, stamp);
}

function isInstalled() {
  return (
    existsSync(join(binaries, 'turbo')) &&
    existsSync(readIfThere(packageManagerFile) ?? '') &&
    readIfThere(installedFile) === installStamp()
  );
}

function packageManager() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return String(manifest.packageManager);
}

/** Installs what the lockfile names, unless that has been done. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock(lockFile, async () => {
    if (isInstalled()) return;
    say('installing packages (the first time takes about half a minute)');
    await runQuietly({
      title: 'install',
      command: 'npx',
      args: ['-y', packageManager(), 'install', '--reporter=append-only'],
      cwd: root,
      advice:
        'Needed: npm and its npx on PATH, a package registry that npm can reach, about 1 GB of disk. Then run the same command again.',
    });
    const found = await runQuietly({
      title: 'finding pnpm',
      command: 'npm',
      args: ['exec', '--yes', `--package=${packageManager()}`, '--call', 'command -v pnpm'],
      cwd: root,
      advice: 'Run the same command again.',
    });
    remember(packageManagerFile, found.trim().split('\n').at(-1) ?? '');
    remember(installedFile, installStamp());
  });
}

/** What the root commands run: a workspace, and what stands in its `dist` afterwards. */
const programs = {
  midwatch: { folder: 'apps/cli', main: 'apps/cli/dist/main.js' },
  '@midwatch/server': { folder: 'apps/server', main: 'apps/server/dist/main.js' },
};

/** @param {keyof typeof programs} name */
export function mainFile(name) {
  return join(root, programs[name].main);
}

/** @type {Readonly<Record<string, string>>} */
const parents = { '@midwatch/simulator': 'tooling/', '@midwatch/web': 'apps/' };

/**
 * The folders of the packages that a program loads, with all that a configuration may import.
 * @param {string} folder
 */
function partsOf(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const imported = Object.keys(manifest.dependencies)
    .filter((name) => name.startsWith('@midwatch/'))
    .map((name) => name.replace('@midwatch/', parents[name] ?? 'packages/'));
  const importable = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  return [...imported, ...importable.filter((part) => existsSync(join(root, part, 'package.json')))];
}

/** @param {keyof typeof programs} name */
function builtFile(name) {
  return join(memory, `built-${programs[name].folder.replace('/', '-')}`);
}

/** @param {keyof typeof programs} name @param {string} stamp */
function isBuilt(name, stamp) {
  return (
    readIfThere(builtFile(name)) === stamp &&
    existsSync(mainFile(name)) &&
    partsOf(programs[name].folder).every((folder) => existsSync(join(root, folder, 'dist')))
  );
}

/**
 * Builds a program and all that it imports, unless nothing has changed since the last time.
 * @param {keyof typeof programs} name
 */
export async function ensureBuilt(name) {
  const stamp = buildStamp();
  if (isBuilt(name, stamp)) return;
  await withLock(lockFile, async () => {
    if (isBuilt(name, stamp)) return;
    say('building');
    await runQuietly({
      title: 'build',
      command: join(binaries, 'turbo'),
      args: [
        ...['run', 'build', `--filter=${name}`, '--filter=./packages/*'],
        ...['--output-logs=errors-only', '--ui=stream'],
      ],
      cwd: root,
      advice:
        'On an unchanged checkout this should not happen: remove node_modules and run the same command again.',
    });
    // The stamp from before: a file that was saved during the build is built the next time.
    remember(builtFile(name), stamp);
  });
}

/** The Node that runs the product: the checkout's own, or the one at hand where that is new enough. */
export function nodeToRun() {
  if (existsSync(ownNode)) return ownNode;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return process.execPath;
  throw new SetupError(
    `There is no packaged Node for ${process.platform}-${process.arch}; this one is ${process.versions.node}. Use Node 22.12 or later.`,
  );
}
