// Runs in Node, for the test and the benchmark of what `wrangler deploy` would upload: the minified bundle in a workerd of its own,
// with D1, R2, queue, places and Workflows as wrangler has them on a developer's machine.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@midwatch/vitest-preset/free-port';

export interface RunningBundle {
  readonly url: string;
  /** The inspector protocol of the Worker's isolate. */
  readonly inspectorUrl: string;
  /** Of wrangler, whose child is workerd. */
  readonly processId: number;
  /** What wrangler has printed so far, the Worker's own log with it. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

const START_DEADLINE_MS = 90_000;
const ASK_EVERY_MS = 250;
const MAX_LOG_LENGTH = 1_000_000;
const app = join(import.meta.dirname, '..');
const wrangler = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin/wrangler.js',
);
const environment = {
  ...process.env,
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  CI: '1',
};

/** Builds the bundle, brings an empty D1 forward, and starts workerd. The variables stand for those and the secrets of a deployment. */
export async function runBundle(variables: Readonly<Record<string, string>>): Promise<RunningBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'midwatch-worker-'));
  // What workerd keeps must not lie beside the bundle, which wrangler watches.
  const [bundle, state] = [join(folder, 'bundle'), join(folder, 'state')];
  await mkdir(bundle);
  const run = promisify(execFile);
  const ask = (...given: readonly string[]) =>
    run(process.execPath, [wrangler, ...given], { cwd: app, env: environment, timeout: START_DEADLINE_MS });
  await ask('deploy', '--dry-run', '--minify', '--outdir', bundle);
  const config = join(bundle, 'wrangler.json');
  await writeFile(config, JSON.stringify(await toLocalConfig(variables)));
  const local = ['--local', '--config', config, '--persist-to', state];
  await ask('d1', 'migrations', 'apply', 'midwatch', ...local);
  const [port, inspectorPort] = [await findFreePort(), await findFreePort()];
  const ports = ['--port', `${port}`, '--inspector-port', `${inspectorPort}`];
  const child = spawn(
    process.execPath,
    [wrangler, 'dev', ...local, ...ports, '--show-interactive-dev-session=false'],
    { cwd: app, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let log = '';
  const keep = (text: unknown) => {
    log = `${log}${String(text)}`.slice(-MAX_LOG_LENGTH);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const close = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilAnswers(`${url}/healthz`, child);
  } catch (error) {
    await close();
    throw new Error(`the bundle does not answer: ${log.slice(-2_000)}`, { cause: error });
  }
  const inspectorUrl = `ws://127.0.0.1:${inspectorPort}/ws`;
  return { url, inspectorUrl, processId: child.pid ?? 0, log: () => log, close };
}

/** That of the deployment, but for the bundle being made, and the variables. Its comments are whole lines. */
async function toLocalConfig(variables: Readonly<Record<string, string>>): Promise<object> {
  const text = await readFile(join(app, 'wrangler.jsonc'), 'utf8');
  const config = JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, '')) as {
    readonly d1_databases: readonly { readonly migrations_dir: string }[];
  };
  const databases = config.d1_databases.map((database) => ({
    ...database,
    migrations_dir: join(app, database.migrations_dir),
  }));
  return { ...config, main: 'index.js', no_bundle: true, d1_databases: databases, vars: variables };
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let waitedMs = 0; waitedMs < START_DEADLINE_MS; waitedMs += ASK_EVERY_MS) {
    if (child.exitCode !== null) throw new Error(`wrangler ended with ${child.exitCode}`);
    const isUp = await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(`no answer within ${START_DEADLINE_MS} ms`);
}

/** With workerd, which is its child: they are a group of their own. */
async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.pid === undefined || child.exitCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}
