import { listActions } from '../actions/list-actions.js';
import { planActions } from '../actions/plan-actions.js';
import { showLog } from '../actions/show-log.js';
import { verifyLog } from '../actions/verify-log.js';
import { parseCommandLine } from '../command-line.js';
import { openStore } from '../open-store.js';
import type { Command } from '../run-command.js';
import { UsageError } from '../usage-error.js';

const options = {
  head: { type: 'string' },
  incident: { type: 'string' },
  config: { type: 'string' },
  database: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/**
 * What Midwatch did, would do, and the log of it, from the server's database: `INCIDENT`, `plan INCIDENT`, `log` or `verify`. None
 * of them writes anything, to no database and to no system.
 */
export const actionsCommand: Command = async (args, terminal) => {
  const [what = ''] = args;
  const isWord = what === 'plan' || what === 'log' || what === 'verify';
  const rest = isWord ? args.slice(1) : args;
  const { positionals, values } = parseCommandLine(
    rest,
    options,
    what === 'log' || what === 'verify' ? [] : ['INCIDENT'],
  );
  const { config, database, head, incident, json = false } = values;
  const misplaced = [
    ...(head !== undefined && what !== 'verify' ? ['--head'] : []),
    ...(config !== undefined && what !== 'plan' ? ['--config'] : []),
    ...(incident !== undefined && what !== 'log' ? ['--incident'] : []),
  ];
  if (misplaced.length > 0)
    throw new UsageError(
      `${misplaced.join(', ')}: not of \`midwatch actions${isWord ? ` ${what}` : ''}\``,
      2,
    );
  const [incidentId = ''] = positionals;
  const { store } = await openStore({ database }, terminal);
  try {
    if (what === 'log') await showLog({ store, incidentId: incident, json }, terminal);
    else if (what === 'verify') await verifyLog({ store, head, json }, terminal);
    else if (what === 'plan') await planActions({ store, incidentId, config, json }, terminal);
    else await listActions({ store, incidentId, json }, terminal);
  } finally {
    await store.close();
  }
};
