import { execFile, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { readGuideFiles } from '../new-connector/guide-files.ts';

const stepDeadlineMs = 2 * 60 * 1000;
/** As the guide's configuration calls the service of the alerts. */
const serviceAtVendor = 'team-checkout';

export interface GuideProject {
  /** A project with the packed packages, vitest and a compiler installed. */
  readonly folder: string;
  readonly node: string;
  /** The server's main file in the checkout. */
  readonly serverMain: string;
  readonly read: (file: string) => string;
}

/** The project of docs/writing-a-connector.md beside what is installed already. */
export function writeGuideProject({ folder, read }: GuideProject, installed: string): void {
  for (const [path, text] of readGuideFiles(read)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  symlinkSync(join(installed, 'node_modules'), join(folder, 'node_modules'));
}

/** What the guide promises for its own files: they compile, and pass their tests. */
export async function runGuideTests({ folder, node }: GuideProject): Promise<void> {
  const run = async (...args: readonly string[]) =>
    await promisify(execFile)(node, args, { cwd: folder, timeout: stepDeadlineMs }).catch(
      (error: { stdout?: string; stderr?: string }) => {
        throw new Error(`${args.join(' ')}: ${error.stdout ?? ''}${error.stderr ?? ''}`);
      },
    );
  await run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
  await run('node_modules/vitest/vitest.mjs', 'run');
}

/** The guide's connector from its `midwatch.config.ts`, without a fork: doctor, investigate, server. */
export async function useGuideConnector(project: GuideProject): Promise<void> {
  const { folder, node, serverMain } = project;
  const vendor = await startNotes();
  const ending = new AbortController();
  const environment = { NOTES_URL: vendor.url, NOTES_TOKEN: 'x', NO_COLOR: '1' };
  const midwatch = async (...args: readonly string[]) => {
    const main = join(folder, 'node_modules/midwatch/dist/main.js');
    const { stdout } = await promisify(execFile)(
      node,
      [main, ...args, '--config', 'src/midwatch.config.ts', '--json'],
      { cwd: folder, env: environment, timeout: stepDeadlineMs },
    );
    return JSON.parse(stdout) as { healthy?: boolean; brief?: unknown };
  };
  try {
    expectThat((await midwatch('doctor')).healthy === true, 'doctor does not find the connector healthy');
    const startsAt = new Date(Date.now() - 10 * 60_000).toISOString();
    const labels = { alertname: 'ErrorsHigh', service: 'checkout', namespace: 'shop' };
    const alert = { status: 'firing', labels, annotations: {}, startsAt, fingerprint: '00ff' };
    const body = JSON.stringify({ version: '4', status: 'firing', receiver: 'midwatch', alerts: [alert] });
    writeFileSync(join(folder, 'alert.json'), body);
    await midwatch('investigate', 'alert.json', '--no-llm');
    expectThat(vendor.asked.includes(serviceAtVendor), 'investigate did not ask under the alias');
    vendor.asked.length = 0;
    await tellServer({ node, main: serverMain, folder, environment, body, signal: ending.signal });
    const isAsked = () => vendor.asked.includes(serviceAtVendor);
    for (let round = 0; round < 100 && !isAsked(); round++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expectThat(isAsked(), 'the server did not ask the connector');
  } finally {
    ending.abort();
    vendor.server.close();
  }
}

/** Starts the server in the project's folder, until the signal, and sends it an alert. */
async function tellServer(input: {
  readonly node: string;
  readonly main: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the server. */
  readonly signal: AbortSignal;
}): Promise<void> {
  const { body, environment, folder, main, node, signal } = input;
  const child = spawn(node, [main], {
    cwd: folder,
    env: {
      ...environment,
      PORT: '0',
      INIT_CWD: folder,
      LOG_LEVEL: 'error',
      MIDWATCH_CONFIG: 'src/midwatch.config.ts',
    },
    signal,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Ended by its signal, which it takes for an error.
  child.on('error', () => undefined);
  const url = await new Promise<string>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const found = /listens on (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    lines.on('close', () => reject(new Error('the server ended before it listened')));
  });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${url}/webhooks/alertmanager`, { method: 'POST', headers, body });
  expectThat(status === 202, `the server answered ${status} to the alert`);
}

/** The guide's made-up vendor behind a socket, with the services that it was asked about. */
async function startNotes(): Promise<{ server: Server; url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://notes.example');
    asked.push(searchParams.get('author') ?? '');
    const at = Number(searchParams.get('from'));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ notes: [{ at, text: 'pool exhausted' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function expectThat(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
