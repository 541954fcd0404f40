import { open, readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseRunbook, type Runbook } from '../runbook.js';

/** Runbooks of the deployment's own, in Markdown. */
export interface RunbookFolder {
  readonly folder: string;
  /** Where the same folder is published, http or https: a runbook at `db/slow.md` opens `WEBURL/db/slow.md`. @default no links */
  readonly webUrl?: string | undefined;
}

const MAX_FILES = 1000;
/** Front matter and the first heading stand at the top. */
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Reads the top of every `.md` file below a folder, at most 1,000, in the order of their paths. Links that lead out
 * of the folder are not followed.
 *
 * @throws Error of the file system when the folder cannot be read.
 */
export async function readRunbooks({ folder, webUrl }: RunbookFolder): Promise<readonly Runbook[]> {
  const root = await realpath(folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory() && /\.(?:md|markdown)$/i.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    // Where a cluster mounts a folder, the files are links into a hidden one.
    .filter((path) => !path.split('/').some((name) => name.startsWith('.')))
    .sort()
    .slice(0, MAX_FILES);
  const runbooks: Runbook[] = [];
  for (const path of paths) {
    const file = await realpath(join(root, path));
    if (!file.startsWith(root + sep)) continue;
    const runbook = parseRunbook(path, await readHead(file));
    runbooks.push(
      runbook.url !== undefined || webUrl === undefined ? runbook : { ...runbook, url: urlOf(webUrl, path) },
    );
  }
  return runbooks;
}

function urlOf(webUrl: string, path: string): string {
  return [webUrl.replace(/\/+$/, ''), ...path.split('/').map(encodeURIComponent)].join('/');
}

async function readHead(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const buffer = new Uint8Array(MAX_HEAD_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, MAX_HEAD_BYTES, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}
