import type { Delivery, Page, PageRequest, Step, Store, Work } from '@midwatch/core/incident';
import { isRequeueable, requeueDead } from '@midwatch/responder';
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
    const dead = {
      deliveries: await listDead((page) => store.outbox.listDead(page), values.incident),
      steps: await listDead((page) => store.steps.listDead(page), values.incident),
    };
    const requeued = values.requeue === true ? await requeueAll(store, dead) : undefined;
    if (values.json === true) {
      const deliveries = dead.deliveries.map((each) => ({ ...toJson(each), channel: each.channel }));
      const steps = dead.steps.map((each) => ({
        ...toJson(each),
        kind: each.kind,
        isRequeueable: isRequeueable(each),
      }));
      const said = { deliveries, steps, requeued: requeued ?? 0 };
      terminal.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
      return;
    }
    for (const delivery of dead.deliveries) terminal.stdout.write(`${toLine(delivery, delivery.channel)}\n`);
    for (const step of dead.steps)
      terminal.stdout.write(
        `${toLine(step, `step ${step.key}${isRequeueable(step) ? '' : ' (of an action)'}`)}\n`,
      );
    terminal.stdout.write(toSummary(dead, requeued));
  } finally {
    await store.close();
  }
};

interface Dead {
  readonly deliveries: readonly Delivery[];
  readonly steps: readonly Step[];
}

/** The oldest first: so they are put in again. */
async function listDead<Item extends Work>(
  list: (page: PageRequest) => Promise<Page<Item>>,
  incident: string | undefined,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, next } = await list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...items.filter(({ incidentId }) => (incident ?? incidentId) === incidentId));
    cursor = next;
    if (cursor === undefined) break;
  }
  return found.toReversed();
}

async function requeueAll(store: Store, { deliveries, steps }: Dead): Promise<number> {
  let count = 0;
  for (const { incidentId, key } of [...deliveries, ...steps]) {
    const outcome = await requeueDead(store, { incidentId, key, by: 'midwatch', nowMs: Date.now() });
    if (outcome === 'requeued') count += 1;
  }
  return count;
}

function toJson({ attempts, error, finishedAtMs, incidentId, key }: Work) {
  return { incidentId, key, attempts, error, finishedAtMs };
}

function toLine(
  { attempts, error = 'no reason kept', finishedAtMs, incidentId }: Work,
  what: string,
): string {
  const when = new Date(finishedAtMs ?? 0).toISOString().slice(0, 16).replace('T', ' ');
  const tried = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return `${when} UTC  ${toShownLine(incidentId, 80)}  ${toShownLine(what, 60)}  ${tried}  ${toShownLine(error)}`;
}

function toSummary({ deliveries, steps }: Dead, requeued: number | undefined): string {
  const count = deliveries.length + steps.length;
  if (count === 0) return 'No message is dead, and no step was given up.\n';
  const messages = deliveries.length === 1 ? '1 message is dead' : `${deliveries.length} messages are dead`;
  const givenUp =
    steps.length === 0 ? '' : `, ${steps.length} ${steps.length === 1 ? 'step was' : 'steps were'} given up`;
  if (requeued === undefined) return `${messages}${givenUp}; with --requeue they go out again.\n`;
  return `${requeued} of ${count} go out again: a running server takes them up within a second.\n`;
}
