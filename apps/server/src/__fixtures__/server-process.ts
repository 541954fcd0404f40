import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ServerChild {
  readonly url: string;
  /** As a power failure does it. */
  kill(): Promise<void>;
  /** As an operator does it; gives the exit code. */
  stop(): Promise<number | null>;
}

/** The server as a process of its own, in a folder with its configuration and database. */
export async function startServerProcess(
  folder: string,
  environment: Record<string, string>,
): Promise<ServerChild> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@midwatch/source',
      '--import',
      join(import.meta.dirname, 'source-imports.mjs'),
      join(import.meta.dirname, '../main.ts'),
    ],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', PORT: '0', INIT_CWD: folder, LOG_LEVEL: 'error', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    url: await readUrl(child),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function readUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /listens on (http:\S+)/.exec(line);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    lines.on('close', () => reject(new Error('the server ended before it listened')));
  });
}
