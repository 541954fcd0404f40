import type { Delivery, Store } from '@midwatch/core/incident';
import { parseCommandLine } from '../command-line.js';
import { toShownLine } from '../doctor/shown-text.js';
import { openStore, tellSelf } from '../open-store.js';
import type { Command } from '../run-command.js';

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
  const { store } = await openStore({ database: values.database, writes: values.requeue === true }, terminal);
  try {
    await tellSelf(store, terminal);
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
