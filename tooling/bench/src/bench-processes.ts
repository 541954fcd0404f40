import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LoadPlan, LoadReport } from './send-load.ts';

export const TOKEN = 'a-token-for-senders-of-this-bench';
export const SECRET = 'a-secret-for-signatures-of-this-bench';

export interface BenchServer {
  readonly url: string;
  /** The most that the process has had in memory, in MiB; `undefined` where the system does not tell. */
  peakMemoryMiB(): number | undefined;
  /** What it has computed so far, on all cores; `undefined` where the system does not tell. */
  cpuSeconds(): number | undefined;
  /** As an operator stops it. */
  stop(): Promise<void>;
}

/** Sources that answer at once, so that what is measured is the server's own. */
const config = `const logs = Array.from({ length: 20 }, (_, index) => ({ id: 'l' + index, text: 'request ' + index + ' failed: pool is exhausted' }));
export default { connectors: [{
  specVersion: 'v1', id: 'lines', checkHealth: async () => ({ state: 'healthy' }),
  sources: { logs: { limits: { maxItems: 100 }, doQuery: async ({ window }) => ({
    signals: logs.map(({ id, text }, index) => ({ kind: 'logs', connectorId: 'lines', queryId: 'q', id, timestampMs: window.startMs + index, timeUnixNano: window.startMs + index + '000000', body: text, level: 'error', attributes: {} })),
    gaps: [], provenance: [{ queryId: 'q', language: 'test', text: 'lines', window }],
  }) } },
}] };`;

/** The composed server, built, in a process and a folder of its own: SQLite on disk, its log in a file. */
export async function startServer(
  folder: string,
  environment: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<BenchServer> {
  writeFileSync(join(folder, 'midwatch.config.mjs'), config);
  const script = join(import.meta.dirname, '../../../apps/server/dist/main.js');
  return start([...flags, script], folder, {
    MIDWATCH_WEBHOOK_TOKEN: TOKEN,
    MIDWATCH_GRAFANA_SECRET: SECRET,
    ...environment,
  });
}

export async function startBareServer(folder: string): Promise<BenchServer> {
  return start([join(import.meta.dirname, 'bare-server.ts')], folder, {});
}

async function start(
  script: readonly string[],
  folder: string,
  environment: Record<string, string>,
): Promise<BenchServer> {
  const child = spawn(process.execPath, script, {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', HOST: '127.0.0.1', INIT_CWD: folder, ...environment },
    stdio: ['ignore', 'pipe', openSync(join(folder, 'server.log'), 'a')],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    url: await readUrl(child),
    peakMemoryMiB() {
      try {
        const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
        return found?.[1] === undefined ? undefined : Number(found[1]) / 1_024;
      } catch {
        return undefined;
      }
    },
    cpuSeconds() {
      try {
        // Behind the name, which may hold anything: utime and stime are the 14th and 15th field, in hundredths.
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
        return (Number(fields[11]) + Number(fields[12])) / 100;
      } catch {
        return undefined;
      }
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function readUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    // Briefs that it prints are read as well, and let go.
    lines.on('line', (line) => {
      const found = /listens on (http:\S+)/.exec(line);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    lines.on('close', () => reject(new Error('the server ended before it listened')));
  });
}

/** Sends what is planned from another process. */
export async function sendLoad(plan: LoadPlan): Promise<LoadReport> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'send-load.ts'), JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the load ended with ${code}`);
  return JSON.parse(Buffer.concat(chunks).toString()) as LoadReport;
}

export interface ModelStandIn {
  readonly environment: Record<string, string>;
  calls(): number;
  close(): void;
}

const nothingFound = {
  ...{ timeline: [], hypotheses: [], advice: [], verdict: 'insufficient-evidence', confidence: 'LOW' },
  ...{ confidenceReason: 'Nothing stands out.', summary: 'The evidence shows no cause.' },
};

/** In Claude's place: it finds nothing, after a second, and counts. */
export async function standInForModel(): Promise<ModelStandIn> {
  let calls = 0;
  const message = JSON.stringify({
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5' },
    ...{ content: [{ type: 'text', text: JSON.stringify(nothingFound) }], stop_reason: 'end_turn' },
    usage: { input_tokens: 1_000, output_tokens: 100 },
  });
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => {
      calls += 1;
      setTimeout(
        () => outgoing.writeHead(200, { 'content-type': 'application/json' }).end(message),
        1_000,
      ).unref();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      ANTHROPIC_API_KEY: 'sk-bench-0123456789',
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
    },
    calls: () => calls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
