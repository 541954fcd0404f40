import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findFreePort } from './free-port.js';

export interface TestPostgres {
  /** Of an empty database, with a password in it. */
  createDatabase(name: string): string;
  /** Of the server, which signed it itself; with the setting `ssl`. */
  readonly certificateFile: string;
  /** Ends it in the middle of everything, as when its machine fails; what was committed is kept. */
  kill(): Promise<void>;
  /** Again, on the same port. */
  start(): Promise<void>;
  /** Ends it and deletes all that it kept. */
  stop(): Promise<void>;
}

export const postgresPassword = 'correct-horse-7f3a';

/** It refuses to run as root: Debian's package brings a user for it. */
function userOf(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })),
  );
  return { uid, gid };
}

/** PostgreSQL of its own in a temporary folder, on a free port. `settings` such as `{ ssl: 'on' }`; it does not wait for the disk. */
export async function startPostgres(
  binary: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-postgres-'));
  const user = userOf();
  const data = join(folder, 'data');
  // What is on the PATH may be a link to one of Debian's versions.
  const programs = dirname(realpathSync(binary));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, postgresPassword);
  if (user !== undefined) {
    for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  }
  const run = (program: string, args: string[]) =>
    execFileSync(program, args, {
      ...user,
      cwd: folder,
      env: { ...process.env, PGPASSWORD: postgresPassword, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  const tool = (name: string, args: string[]) => run(join(programs, name), args);
  tool('initdb', ['-D', data, '-U', 'midwatch', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-N']);
  const [certificateFile, keyFile] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  if (settings['ssl'] === 'on') {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', keyFile, '-out', certificateFile];
    // Debian's postgresql brings openssl along.
    run('openssl', [
      'req',
      '-new',
      '-x509',
      '-nodes',
      '-days',
      '2',
      '-newkey',
      'rsa:2048',
      ...subject,
      ...files,
    ]);
  }
  const port = await findFreePort();
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: '60',
    fsync: 'off',
    ssl_cert_file: certificateFile,
    ssl_key_file: keyFile,
    ...settings,
  };
  const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const at = ['-h', '127.0.0.1', '-p', String(port)];
  let server: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();

  async function start(): Promise<void> {
    server = spawn(binary, ['-D', data, ...args], { ...user, cwd: folder, stdio: 'ignore' });
    ended = new Promise((resolve) => server?.once('exit', resolve));
    for (let attempt = 0; ; attempt += 1) {
      try {
        tool('pg_isready', [...at, '-q']);
        return;
      } catch (error) {
        if (attempt === 100) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  async function end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    server?.kill(signal);
    await ended;
  }

  await start();
  return {
    certificateFile,
    createDatabase(name) {
      tool('createdb', [...at, '-U', 'midwatch', name]);
      return `postgres://midwatch:${postgresPassword}@127.0.0.1:${port}/${name}`;
    },
    kill: () => end('SIGQUIT'),
    start,
    async stop() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
