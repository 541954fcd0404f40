// `pnpm new:connector NAME [--kinds logs,deploys]` makes packages/connector-NAME from tooling/connector-template;
// with `--standalone DIR` it writes a project of its own into DIR, which must be empty or not there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { reportFileOf, reportOf } from '../rules/api-report.ts';
import { readPublicApis } from '../types/public-api.ts';
import { openWorkspace } from '../workspace.ts';
import { type NewConnector, NewConnectorError, parseNewConnector } from './connector-files.ts';
import { toStandaloneFiles } from './standalone-files.ts';
import { toWorkspaceFiles } from './workspace-files.ts';

const root = join(import.meta.dirname, '../../../..');

function say(text: string): void {
  process.stdout.write(`new:connector: ${text}\n`);
}

function writeAll(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function pnpm(...args: readonly string[]): void {
  execFileSync('pnpm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], timeout: 10 * 60_000 });
}

function makePackage(connector: NewConnector): void {
  const files = toWorkspaceFiles(openWorkspace(root), connector);
  const name = `@midwatch/connector-${connector.name}`;
  writeAll(root, files);
  say(`wrote ${files.size} files; installing and building`);
  pnpm('install', '--prefer-offline');
  pnpm('exec', 'biome', 'check', '--write', ...[...files.keys()].filter((path) => /\.(ts|json)$/.test(path)));
  pnpm('exec', 'turbo', 'run', 'build', `--filter=${name}`, '--output-logs=errors-only');
  const workspace = openWorkspace(root);
  const packages = workspace.packages.filter((unit) => unit.name === name);
  for (const api of readPublicApis({ ...workspace, packages })) {
    writeFileSync(join(root, reportFileOf(name)), reportOf(api));
  }
  const folder = `packages/connector-${connector.name}`;
  say(`${folder} is ready: cd ${folder} && pnpm exec vitest run. Then make it true, in this order:`);
  say(
    '  1. record answers of the real vendor into src/__fixtures__/recorded, and let the fake answer like it',
  );
  say('  2. the paths, the sources, the options; 3. README.md. docs/writing-a-connector.md tells how.');
}

function makeProject(connector: NewConnector, given: string): void {
  const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), given);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new NewConnectorError(`${folder} is not empty`);
  }
  const files = toStandaloneFiles(openWorkspace(root), connector);
  writeAll(folder, files);
  say(`wrote ${files.size} files to ${folder}; there: npm install && npm test`);
}

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { kinds: { type: 'string' }, standalone: { type: 'string' } },
  });
  const [name, ...more] = positionals;
  if (more.length > 0) throw new NewConnectorError(`one name at a time, not also ${more.join(', ')}`);
  const connector = parseNewConnector(name, values.kinds);
  if (values.standalone === undefined) makePackage(connector);
  else makeProject(connector, values.standalone);
} catch (error) {
  const isUsage =
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!(error instanceof NewConnectorError) && !isUsage) throw error;
  process.stderr.write(`new:connector: ${error.message}\n`);
  process.exitCode = 2;
}
