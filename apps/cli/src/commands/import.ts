import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { NewMemory } from '@midwatch/core/incident';
import { parseCommandLine } from '../command-line.js';
import { toShownLine } from '../doctor/shown-text.js';
import { parseJsonLines } from '../import/parse-json-lines.js';
import { parsePostMortem } from '../import/parse-post-mortem.js';
import { type ImportProblem, type PastIncident, toMemory } from '../import/past-incident.js';
import { redactor } from '../investigation-parts.js';
import { openStore } from '../open-store.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

const options = { database: { type: 'string' }, json: { type: 'boolean' } } as const;

const MAX_INCIDENTS = 5_000;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_PROBLEMS_TOLD = 20;

interface ReadIncidents {
  readonly incidents: readonly PastIncident[];
  readonly problems: readonly ImportProblem[];
}

/** Past incidents for the memory of a server's database: all of what is given or, when a part cannot be read, nothing. */
export const importCommand: Command = async (args, terminal) => {
  const { positionals, values } = parseCommandLine(args, options, ['FILE.jsonl|FOLDER']);
  const [path = ''] = positionals;
  const { incidents, problems } = await read(resolve(terminal.folder, path), path);
  if (problems.length > 0) throw refuse(problems, terminal);
  if (incidents.length === 0) throw new UsageError(`${toShownLine(path, 200)} holds no past incident`);
  if (incidents.length > MAX_INCIDENTS)
    throw new UsageError(`${incidents.length} past incidents; import at most ${MAX_INCIDENTS} at once`);
  const memories: NewMemory[] = [];
  for (const incident of incidents) memories.push(await toMemory(incident, redactor));
  const { name, store } = await openStore({ database: values.database, writes: true }, terminal);
  try {
    const added = await store.memories.add(memories, Date.now());
    const known = memories.length - added;
    const byWords = memories.filter(({ signatures }) => signatures.length === 0).length;
    if (values.json === true) {
      terminal.stdout.write(`${JSON.stringify({ added, known, byWords })}\n`);
      return;
    }
    const again = known === 0 ? '' : `, ${known} were known already`;
    terminal.stdout.write(
      `${added} ${added === 1 ? 'past incident is' : 'past incidents are'} remembered in ${name}${again}.\n`,
    );
    if (byWords > 0)
      terminal.stdout.write(
        `${byWords} have no signatures and are found by words of their text only: a much weaker hint, seldom shown.\n`,
      );
  } finally {
    await store.close();
  }
};

async function read(path: string, given: string): Promise<ReadIncidents> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`${toShownLine(given, 200)}: no such file or folder`);
  if (!found.isDirectory()) return parseJsonLines(given, await readText(path, given));
  const names = await listPostMortems(path);
  const incidents: PastIncident[] = [];
  const problems: ImportProblem[] = [];
  for (const name of names) {
    const parsed = parsePostMortem(name, await readText(join(path, name), name));
    if ('problem' in parsed) problems.push(parsed);
    else incidents.push(parsed);
  }
  return { incidents, problems };
}

/** Also those in folders of folders, such as one of each year; by their place in the folder. */
async function listPostMortems(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /\.(md|markdown)$/i.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  if (names.length > MAX_INCIDENTS)
    throw new UsageError(`${names.length} post-mortems; import at most ${MAX_INCIDENTS} at once`);
  return names.toSorted();
}

/** Refuses another encoding: what it cannot read would be lost without a word. */
async function readText(path: string, shown: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new UsageError(`${toShownLine(shown, 200)} is larger than 64 MiB`);
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const [before = ''] = bytes.toString('utf8').split('\uFFFD', 1);
    const line = before.split('\n').length;
    throw new UsageError(`${toShownLine(`${shown}:${line}`, 200)}: it is no UTF-8; nothing was imported`);
  }
}

function refuse(problems: readonly ImportProblem[], { stderr }: Terminal): UsageError {
  for (const { file, line, problem } of problems.slice(0, MAX_PROBLEMS_TOLD))
    stderr.write(`${toShownLine(`${file}:${line}: ${problem}`, 300)}\n`);
  const count = problems.length === 1 ? '1 past incident' : `${problems.length} past incidents`;
  return new UsageError(`${count} cannot be read; nothing was imported`);
}
