import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of its own over a database file, or PostgreSQL's URL. */
export function startChild(
  task: 'open' | 'storm' | 'work' | 'write',
  path: string,
  name: string,
): ChildProcess {
  return spawn(
    process.execPath,
    [
      '--conditions=@midwatch/source',
      '--import',
      join(import.meta.dirname, 'source-imports.mjs'),
      join(import.meta.dirname, 'child-main.ts'),
      task,
      path,
      name,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

/** The lines that it printed until it ended; `onLine` is told how many there are. */
export async function readLines(child: ChildProcess, onLine?: (count: number) => void): Promise<string[]> {
  const lines: string[] = [];
  const ended = new Promise((resolve) => child.once('close', resolve));
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    onLine?.(lines.length);
  }
  await ended;
  return lines;
}
