import { describeStopped, readStopped, resume, stop } from '@midwatch/responder';
import { parseCommandLine } from '../command-line.js';
import { toShownLine } from '../doctor/shown-text.js';
import { openStore } from '../open-store.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

const options = {
  reason: { type: 'string' },
  by: { type: 'string' },
  database: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** The kill switch, in the server's database: it works while no server does. */
export const stopCommand: Command = async (args, terminal) => {
  const { values } = parseCommandLine(args, options);
  const reason = values.reason?.trim() ?? '';
  // Every brief says it: whoever reads one at night must not have to ask around.
  if (reason === '') throw new UsageError('--reason TEXT says why, for whoever reads the briefs', 2);
  const by = nameOf(values.by, terminal);
  const { store } = await openStore({ database: values.database, writes: true }, terminal);
  try {
    const before = await readStopped(store);
    const stopped = await stop(store, { by, reason, nowMs: Date.now() });
    if (values.json === true) terminal.stdout.write(`${JSON.stringify({ stopped }, null, 2)}\n`);
    else if (before === undefined)
      terminal.stdout.write(
        `${toShownLine(describeStopped(stopped), 700)}\n` +
          'A question that runs is cut within two seconds; evidence is read and told as before. `midwatch resume` ends it.\n',
      );
    else terminal.stdout.write(`Nothing changed: ${toShownLine(describeStopped(before), 700)}\n`);
  } finally {
    await store.close();
  }
};

/** Ends what `midwatch stop` began. */
export const resumeCommand: Command = async (args, terminal) => {
  const { values } = parseCommandLine(args, options);
  const by = nameOf(values.by, terminal);
  const { store } = await openStore({ database: values.database, writes: true }, terminal);
  try {
    const reason = values.reason?.trim() || 'no reason was given';
    const before = await resume(store, { by, reason, nowMs: Date.now() });
    if (values.json === true)
      terminal.stdout.write(`${JSON.stringify({ stopped: null, before: before ?? null }, null, 2)}\n`);
    else if (before === undefined) terminal.stdout.write('Nothing changed: nothing was stopped.\n');
    else
      terminal.stdout.write(
        `Models and actions are allowed again; ${toShownLine(before.by, 100)} had stopped them.\n`,
      );
  } finally {
    await store.close();
  }
};

function nameOf(by: string | undefined, { environment }: Terminal): string {
  if (by?.trim() === '') throw new UsageError('--by is empty; it names who stops or resumes', 2);
  return by ?? (environment['USER'] || environment['LOGNAME'] || 'somebody at the command line');
}
