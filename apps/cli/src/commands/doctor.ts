import { resolve } from 'node:path';
import { parseCommandLine } from '../command-line.js';
import { checkSources } from '../doctor/check-sources.js';
import { printSources } from '../doctor/print-sources.js';
import { printWhatLeaves } from '../doctor/print-what-leaves.js';
import { toShownLine } from '../doctor/shown-text.js';
import { findWhatLeaves } from '../doctor/what-leaves.js';
import { openSources } from '../open-sources.js';
import { tellSelfWhereKept } from '../open-store.js';
import { createProgress } from '../progress.js';
import { readAlert } from '../read-alert.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

const options = {
  'what-leaves': { type: 'string' },
  service: { type: 'string' },
  bundle: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Beside 0 when all is well, 1 when nothing could be checked, and 2 for a wrong command line. */
const exitCodes = { unreadable: 3, amiss: 4 } as const;

interface Given {
  readonly service?: string | undefined;
  readonly bundle?: string | undefined;
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Whether the sources can be read, or, with `--what-leaves`, what leaves this machine for one alert. */
export const doctorCommand: Command = async (args, terminal) => {
  const { values } = parseCommandLine(args, options);
  const alertFile = values['what-leaves'];
  if (values.service === '') throw new UsageError('--service takes the name of a service', 2);
  if (alertFile === undefined) return await examineSources(values, terminal);
  if (values.service !== undefined)
    throw new UsageError('--what-leaves takes the service from the alert; leave --service out', 2);
  await showWhatLeaves(alertFile, values, terminal);
};

async function examineSources({ service, json, ...given }: Given, terminal: Terminal): Promise<void> {
  const sources = await openSources(given, terminal);
  if (json !== true) {
    const queries = service === undefined ? '' : '; then the queries, for at most 10 s';
    const { length } = sources.connectors;
    const what = length === 1 ? '1 source' : `${length} sources`;
    terminal.stderr.write(`Checking ${what}, for at most 5 s${queries}\n`);
  }
  const report = await checkSources({ sources, service });
  // A recorded incident has no server.
  if (given.bundle === undefined) await tellSelfWhereKept(terminal);
  if (json === true) terminal.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else printSources(report, terminal);
  const { verdict } = report;
  if (verdict === 'well') return;
  const codes = new Set(report.problems.map(({ code }) => code));
  const others = [
    ...(codes.has('unknown-alias') ? ['the services map'] : []),
    ...(codes.has('unknown-service') ? [`the service ${toShownLine(service ?? '', 100)}`] : []),
  ];
  const what = verdict === 'unreadable' ? 'cannot be read' : 'amiss';
  throw new UsageError(`${what}: ${[...report.notHealthy, ...others].join(', ')}`, exitCodes[verdict]);
}

async function showWhatLeaves(alertFile: string, given: Given, terminal: Terminal): Promise<void> {
  const alert = await readAlert(resolve(terminal.folder, alertFile), terminal);
  const sources = await openSources(given, terminal);
  const leaves = await findWhatLeaves({
    alert,
    sources,
    environment: terminal.environment,
    ...(given.json === true ? {} : { onEvent: createProgress(terminal) }),
  });
  if (given.json === true) terminal.stdout.write(`${JSON.stringify(leaves, null, 2)}\n`);
  else printWhatLeaves(leaves, terminal);
}
