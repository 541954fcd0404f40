import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Delivery, Store } from '@midwatch/core/incident';
import { parseCommandLine } from '../command-line.js';
import { toShownLine } from '../doctor/shown-text.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

const options = {
  requeue: { type: 'boolean' },
  incident: { type: 'string' },
  database: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const PAGE = 200;
const MAX_PAGES = 50;

/** The dead-letter list of a server's database; with `--requeue` what is on it goes out again, under the same ids. */
export const deadCommand: Command = async (args, terminal) => {
  const { values } = parseCommandLine(args, options);
  const store = await openStore(values.database, terminal);
  try {
    const dead = await listDead(store, values.incident);
    const requeued = values.requeue === true ? await requeueAll(store, dead) : 0;
    if (values.json === true) {
      const deliveries = dead.map(({ attempts, channel, error, finishedAtMs, incidentId, key }) => ({
        ...{ incidentId, key, channel, attempts, error, finishedAtMs },
      }));
      terminal.stdout.write(`${JSON.stringify({ deliveries, requeued }, null, 2)}\n`);
      return;
    }
    for (const delivery of dead) terminal.stdout.write(`${toLine(delivery)}\n`);
    terminal.stdout.write(toSummary(dead.length, values.requeue === true ? requeued : undefined));
  } finally {
    await store.close();
  }
};

async function openStore(given: string | undefined, { environment, folder }: Terminal): Promise<Store> {
  const file = resolve(folder, given ?? (environment['MIDWATCH_DATABASE']?.trim() || 'midwatch.db'));
  // It would be made, and an empty list be no answer.
  if (!existsSync(file))
    throw new UsageError(`${file}: no such file; name the server's database with --database FILE`);
  // Loaded here: no other command needs a database, nor the native module.
  const { openSqliteStore } = await import('@midwatch/store/sqlite').catch(() => {
    throw new UsageError('better-sqlite3 is not installed, which reads the database: install it');
  });
  try {
    return await openSqliteStore({ path: file });
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The oldest first: so they are put in again. */
async function listDead(store: Store, incident: string | undefined): Promise<readonly Delivery[]> {
  const found: Delivery[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, next } = await store.outbox.listDead({
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...items.filter(({ incidentId }) => (incident ?? incidentId) === incidentId));
    cursor = next;
    if (cursor === undefined) break;
  }
  return found.toReversed();
}

async function requeueAll(store: Store, dead: readonly Delivery[]): Promise<number> {
  const nowMs = Date.now();
  let count = 0;
  for (const { incidentId, key } of dead) {
    if (!(await store.outbox.requeue(incidentId, key, nowMs))) continue;
    count += 1;
    const audit = { actor: 'midwatch', action: 'delivery-requeued', detail: { delivery: key } };
    await store.apply({ incidentId, nowMs, effects: { audit: [audit] } });
  }
  return count;
}

function toLine({ attempts, channel, error = 'no reason kept', finishedAtMs, incidentId }: Delivery): string {
  const when = new Date(finishedAtMs ?? 0).toISOString().slice(0, 16).replace('T', ' ');
  const tried = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return `${when} UTC  ${toShownLine(incidentId, 80)}  ${toShownLine(channel, 40)}  ${tried}  ${toShownLine(error)}`;
}

function toSummary(count: number, requeued: number | undefined): string {
  if (count === 0) return 'No message is dead.\n';
  const what = count === 1 ? '1 message is dead' : `${count} messages are dead`;
  if (requeued === undefined) return `${what}; with --requeue they go out again.\n`;
  return `${requeued} of ${count} go out again: a running server takes them up within a second.\n`;
}
