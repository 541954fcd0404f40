import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SetupError } from './child.mjs';

const pollMs = 200;
const giveUpMs = 10 * 60 * 1000;

/** @param {string} file */
function ownerIsAlive(file) {
  try {
    const owner = Number.parseInt(readFileSync(file, 'utf8'), 10);
    // An empty file belongs to a process that is just writing its id.
    if (Number.isNaN(owner)) return true;
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Two terminals may set the same checkout up at once: the second waits for the first.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (!ownerIsAlive(file)) rmSync(file, { force: true });
    else if (waitedMs > giveUpMs)
      throw new SetupError(`Another set-up holds ${file}. If there is none, delete it.`);
    else await wait(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
