import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the server's process holds, right after it collected its garbage. */
export interface MemorySample {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  readonly sockets: number;
  readonly timers: number;
  /** Open descriptors; 0 where the system does not tell. */
  readonly files: number;
}

export interface SoakServer {
  readonly url: string;
  sample(): Promise<MemorySample>;
  /** Gives the exit code. */
  stop(): Promise<number | null>;
}

const SAMPLE_DEADLINE_MS = 10_000;
const serverFolder = dirname(fileURLToPath(import.meta.resolve('@midwatch/server/package.json')));

/** The built server in its own process, in an empty folder, with a probe that is asked over a channel of its own. */
export async function startSoakServer(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<SoakServer> {
  const child = spawn(
    process.execPath,
    [
      '--expose-gc',
      '--import',
      join(import.meta.dirname, 'soak-probe.mjs'),
      join(serverFolder, 'dist/main.js'),
    ],
    {
      cwd: folder,
      env: {
        ...{ PATH: process.env['PATH'] ?? '', PORT: '0', INIT_CWD: folder, LOG_LEVEL: 'error' },
        MIDWATCH_CONFIG: join(import.meta.dirname, 'soak-config.ts'),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    url: await readUrl(child),
    sample: () => sampleOf(child),
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function sampleOf(child: ChildProcess): Promise<MemorySample> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error('the server did not tell its memory')),
      SAMPLE_DEADLINE_MS,
    );
    child.once('message', (sample) => {
      clearTimeout(late);
      resolve(sample as MemorySample);
    });
    child.send('sample');
  });
}

function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4_000);
      const found = /listens on (http:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error('the server ended before it listened')));
  });
}
