import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@midwatch/vitest-preset/free-port';

/** One process of the server, which is killed and started again on the same port. */
export interface Replica {
  readonly url: string;
  /** False when the process ended before. */
  listens(): Promise<boolean>;
  /** SIGKILL, as the kernel does it when memory runs out. */
  kill(): Promise<void>;
  start(): void;
  /** As an operator does it; gives the exit code. */
  stop(): Promise<number | null>;
}

export interface ReplicaOptions {
  readonly name: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Told when the process ends and nobody asked it to. */
  readonly onUnasked: (what: string) => void;
}

/** Starts one. Its log goes to `NAME.log` of the folder. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { environment, folder, name, onUnasked } = options;
  const port = await findFreePort();
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, `${name}.log`), 'a');

  function spawnServer() {
    const process = spawn(nodePath, [...nodeArguments, join(import.meta.dirname, 'chaos-server.ts')], {
      cwd: folder,
      env: {
        ...{ PATH: pathVariable, PORT: String(port) },
        // Half of a start is reading and compiling the sources.
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
        ...environment,
      },
      stdio: ['ignore', 'pipe', log],
    });
    const spawned = { process, isAsked: false };
    const ended = new Promise<number | null>((resolve) => process.once('close', resolve));
    void ended.then((code) => {
      if (!spawned.isAsked) onUnasked(`${name} ended by itself with ${code}`);
    });
    const heard = new Promise<boolean>((resolve) => {
      process.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('listens on')) resolve(true);
      });
    });
    const listens = Promise.race([heard, ended.then(() => false)]);
    return Object.assign(spawned, { ended, listens });
  }

  let child = spawnServer();
  return {
    url: `http://127.0.0.1:${port}`,
    listens: () => child.listens,
    async kill() {
      child.isAsked = true;
      child.process.kill('SIGKILL');
      await child.ended;
    },
    start() {
      child = spawnServer();
    },
    stop() {
      child.isAsked = true;
      child.process.kill('SIGTERM');
      return child.ended;
    },
  };
}

const nodePath = process.execPath;
const pathVariable = process.env['PATH'] ?? '';
/** The workspace's TypeScript as it stands, so that nothing has to be built. */
const nodeArguments = [
  '--conditions=@midwatch/source',
  '--import',
  join(import.meta.dirname, '../__fixtures__/source-imports.mjs'),
];
