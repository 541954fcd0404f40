import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { renderPostMortem } from '@midwatch/brief';
import type { Store } from '@midwatch/core/incident';
import { exportAnalyses } from '@midwatch/ledger';
import { recall } from '@midwatch/responder';
import { parseCommandLine } from '../command-line.js';
import { toShownLine } from '../doctor/shown-text.js';
import { writeBundle } from '../export/write-bundle.js';
import { openStore } from '../open-store.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { parseDays } from './accuracy.js';

const options = {
  analyses: { type: 'string' },
  bundle: { type: 'string' },
  markdown: { type: 'boolean' },
  since: { type: 'string' },
  database: { type: 'string' },
} as const;

const DAY_MS = 86_400_000;

/** What is kept, for others: all analyses as lines, or one incident as a test bundle or the draft of a post-mortem. */
export const exportCommand: Command = async (args, terminal) => {
  const isAll = args.some((arg) => /^--analyses(=|$)/.test(arg));
  const { positionals, values } = parseCommandLine(args, options, isAll ? [] : ['INCIDENT']);
  const { analyses, bundle, database, markdown, since } = values;
  const kinds = [analyses, bundle, markdown].filter((each) => each !== undefined);
  if (kinds.length !== 1)
    throw new UsageError('give one of --analyses FILE.jsonl, --bundle DIR and --markdown', 2);
  if (since !== undefined && analyses === undefined) throw new UsageError('--since goes with --analyses', 2);
  const days = parseDays(since ?? '400d');
  const { store } = await openStore({ database }, terminal);
  try {
    const incidentId = positionals[0] ?? '';
    if (analyses !== undefined) await writeAnalyses(store, { file: analyses, days }, terminal);
    else if (bundle !== undefined) await writeIncident(store, { incidentId, folder: bundle }, terminal);
    else await writePostMortem(store, incidentId, terminal);
  } finally {
    await store.close();
  }
};

async function writeAnalyses(
  store: Store,
  { days, file }: { readonly file: string; readonly days: number },
  { folder, stdout }: Terminal,
): Promise<void> {
  const toMs = Date.now() + 1;
  let lines = 0;
  const pages = exportAnalyses(store.ledger, {
    ...{ fromMs: toMs - days * DAY_MS, toMs },
    maxRecords: Number.MAX_SAFE_INTEGER,
  });
  async function* counted() {
    for await (const page of pages) {
      lines += page.split('\n').length - 1;
      yield page;
    }
  }
  const path = resolve(folder, file);
  await pipeline(Readable.from(counted()), createWriteStream(path)).catch((error: unknown) => {
    const isFile = error instanceof Error && 'path' in error;
    throw isFile ? new UsageError(`${path}: cannot be written`) : error;
  });
  stdout.write(`${lines} analyses are in ${path}\n`);
}

async function writeIncident(
  store: Store,
  { folder, incidentId }: { readonly incidentId: string; readonly folder: string },
  terminal: Terminal,
): Promise<void> {
  const recalled = await recall(store, incidentId);
  if (recalled === undefined) throw unknownIncident(incidentId);
  if (recalled === 'unread') throw new UsageError(`incident ${incidentId}: nothing was read for it yet`);
  const path = resolve(terminal.folder, folder);
  const { signals, truth } = await writeBundle(path, recalled, await store.ledger.history(incidentId));
  if (truth === undefined)
    terminal.stderr.write(
      'midwatch: no outcome names the service at fault, so there is no truth.json and nothing to score; ' +
        'tell it with `midwatch outcome` and export it again\n',
    );
  const told = truth === undefined ? '' : `; at fault: ${toShownLine(truth, 80)}`;
  terminal.stdout.write(`${signals} signals are in ${path}${told}\n`);
}

async function writePostMortem(store: Store, incidentId: string, { stdout }: Terminal): Promise<void> {
  const incident = await store.getIncident(incidentId);
  if (incident === undefined) throw unknownIncident(incidentId);
  stdout.write(renderPostMortem(incident, { nowMs: Date.now() }));
}

function unknownIncident(incidentId: string): UsageError {
  return new UsageError(`no incident \`${toShownLine(incidentId, 80)}\` is kept`);
}
