import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Contained {
  readonly url: string;
  /** As `docker stop` and Kubernetes do it; gives the exit code. */
  stop(): Promise<number | null>;
  end(): void;
}

export interface ContainedInput {
  readonly command: string;
  readonly args: readonly string[];
  /** The only folder that can be written to, and where it starts. */
  readonly dataFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

const startDeadlineMs = 30_000;
const containerUser = 10_001;

const ownIds = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c'];
const inside = [
  'set -e',
  'mount --bind "$0" "$0"',
  'mount -o remount,bind,ro /',
  'cd "$0"',
  `exec setpriv --reuid=${containerUser} --regid=${containerUser} --clear-groups --no-new-privs --bounding-set=-all "$@"`,
].join('\n');

/** Whether this machine lets a program have mounts, process ids and a user of its own: Linux, as root, and not forbidden. */
export function canContain(command: string, folder: string): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', [...ownIds, inside, folder, command, '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a server as a container would, where that is allowed: as process 1, as a user without a name and without any capability,
 * on a file system that is read-only but for one folder. Elsewhere as a plain process.
 */
export async function runContained(input: ContainedInput): Promise<Contained> {
  const { args, command, dataFolder, environment } = input;
  const contained = canContain(command, dataFolder);
  if (contained) chownSync(dataFolder, containerUser, containerUser);
  const child = contained
    ? spawn('unshare', [...ownIds, inside, dataFolder, command, ...args], {
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    : spawn(command, args, { cwd: dataFolder, env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  try {
    return {
      url: await readUrl(child),
      stop() {
        process.kill(contained ? firstProcessOf(child) : (child.pid ?? 0), 'SIGTERM');
        return ended;
      },
      end: () => child.kill('SIGKILL'),
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The number from outside of the one process that `unshare` has started. */
function firstProcessOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

async function readUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  const lines = createInterface({ input: child.stdout });
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server does not listen')), startDeadlineMs);
    lines.on('line', (line) => {
      const port = /listens on http:\S+:(\d+)/.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(`http://127.0.0.1:${port}`);
    });
    lines.on('close', () => reject(new Error('the server ended before it listened')));
  });
}
