import { resolve } from 'node:path';
import { createToBrief } from '@midwatch/brief';
import { createInvestigate } from '@midwatch/responder';
import { parseCommandLine } from '../command-line.js';
import { createAnalyzers } from '../create-analyzers.js';
import { parts, redactor } from '../investigation-parts.js';
import { openSources, requireOneSource } from '../open-sources.js';
import { printInvestigation } from '../print-investigation.js';
import { createProgress } from '../progress.js';
import { readAlert } from '../read-alert.js';
import type { Command } from '../run-command.js';

const options = {
  bundle: { type: 'string' },
  config: { type: 'string' },
  'no-llm': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** One alert, against a recorded bundle or against the sources of the configuration. */
export const investigateCommand: Command = async (args, terminal) => {
  const { values, positionals } = parseCommandLine(args, options, ['ALERT.json']);
  requireOneSource(values);
  const alert = await readAlert(resolve(terminal.folder, positionals[0] ?? ''), terminal);
  const { brief, collectDeadlineMs, connectors, nowMs, plan } = await openSources(values, terminal);
  const json = values.json === true;
  const analyzers = values['no-llm'] === true ? {} : (createAnalyzers(terminal) ?? {});
  const investigation = await createInvestigate({ ...parts, toBrief: createToBrief(brief) })({
    alert,
    nowMs,
    connectors,
    plan,
    ...(collectDeadlineMs === undefined ? {} : { collectDeadlineMs }),
    redact: redactor,
    ...analyzers,
    ...(json ? {} : { onEvent: createProgress(terminal) }),
  });
  printInvestigation(investigation, { json, nowMs }, terminal);
};
