import { resolve } from 'node:path';
import { parseCommandLine } from '../command-line.js';
import { openSources } from '../doctor/open-sources.js';
import { printWhatLeaves } from '../doctor/print-what-leaves.js';
import { findWhatLeaves } from '../doctor/what-leaves.js';
import { createProgress } from '../progress.js';
import { readAlert } from '../read-alert.js';
import type { Command } from '../run-command.js';
import { UsageError } from '../usage-error.js';

const options = {
  'what-leaves': { type: 'string' },
  bundle: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** What leaves this machine for one alert. */
export const doctorCommand: Command = async (args, terminal) => {
  const { values } = parseCommandLine(args, options);
  const file = values['what-leaves'];
  if (file === undefined) throw new UsageError('doctor needs --what-leaves ALERT.json', 2);
  const alert = await readAlert(resolve(terminal.folder, file), terminal);
  const sources = await openSources(values, terminal);
  const json = values.json === true;
  const leaves = await findWhatLeaves({
    alert,
    sources,
    environment: terminal.environment,
    ...(json ? {} : { onEvent: createProgress(terminal) }),
  });
  if (json) terminal.stdout.write(`${JSON.stringify(leaves, null, 2)}\n`);
  else printWhatLeaves(leaves, terminal);
};
