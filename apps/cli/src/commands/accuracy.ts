import { type TallyDimension, tallyDimensions } from '@midwatch/core/incident';
import { compareShadow, readAccuracy } from '@midwatch/ledger';
import { parseCommandLine } from '../command-line.js';
import { openStore } from '../open-store.js';
import { printAccuracy } from '../print-accuracy.js';
import { printShadow } from '../print-shadow.js';
import type { Command } from '../run-command.js';
import { UsageError } from '../usage-error.js';

const options = {
  since: { type: 'string' },
  by: { type: 'string' },
  shadow: { type: 'boolean' },
  database: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const DAY_MS = 86_400_000;
const MAX_DAYS = 800;

/** What the analyses of the server's database were worth: the same figures as `GET /accuracy`, and as `GET /accuracy/shadow`. */
export const accuracyCommand: Command = async (args, terminal) => {
  const { values } = parseCommandLine(args, options);
  const by = parseBy(values.by);
  if (by !== undefined && values.shadow === true)
    throw new UsageError('--by tells parts of one record, --shadow compares two; give one of them', 2);
  // What was recorded in this very millisecond, too.
  const toMs = Date.now() + 1;
  const fromMs = toMs - parseDays(values.since ?? '90d') * DAY_MS;
  const { store } = await openStore({ database: values.database }, terminal);
  try {
    if (values.shadow === true) {
      const shadows = await compareShadow(store.ledger, { fromMs, toMs });
      if (values.json === true) terminal.stdout.write(`${JSON.stringify(shadows, null, 2)}\n`);
      else printShadow(shadows, terminal);
      return;
    }
    const accuracy = await readAccuracy(store.ledger, { fromMs, toMs, ...(by && { by }) });
    if (values.json === true) terminal.stdout.write(`${JSON.stringify(accuracy, null, 2)}\n`);
    else printAccuracy(accuracy, terminal);
  } finally {
    await store.close();
  }
};

export function parseDays(text: string): number {
  const days = /^\d{1,3}d$/.test(text) ? Number(text.slice(0, -1)) : 0;
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw new UsageError(`--since takes a number of days such as 90d, at most ${MAX_DAYS}d`, 2);
}

function parseBy(text: string | undefined): TallyDimension | undefined {
  if (text === undefined) return undefined;
  const by = tallyDimensions.find((each) => each === text);
  if (by !== undefined) return by;
  throw new UsageError(`--by takes one of ${tallyDimensions.join(', ')}`, 2);
}
