import { resolve } from 'node:path';
import { createClaudeAnalyzer } from '@midwatch/analyzer-claude';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import type { ConnectorV1, PlanSettings } from '@midwatch/core';
import type { Analyzer } from '@midwatch/core/incident';
import { parseCommandLine } from '../command-line.js';
import { investigate, LOCAL_DEADLINE_MS, redactor } from '../investigation-parts.js';
import { loadConfig } from '../load-config.js';
import { printInvestigation } from '../print-investigation.js';
import { createProgress } from '../progress.js';
import { readAlert } from '../read-alert.js';
import type { Command } from '../run-command.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

const options = {
  bundle: { type: 'string' },
  config: { type: 'string' },
  'no-llm': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

interface Sources {
  readonly connectors: readonly ConnectorV1[];
  readonly nowMs: number;
  readonly plan: PlanSettings;
  readonly collectDeadlineMs?: number;
}

/** One alert, against a recorded bundle or against the sources of the configuration. */
export const investigateCommand: Command = async (args, terminal) => {
  const { values, positionals } = parseCommandLine(args, options, ['ALERT.json']);
  if (values.bundle !== undefined && values.config !== undefined) {
    throw new UsageError('--bundle and --config name different sources; give one of them', 2);
  }
  const alert = await readAlert(resolve(terminal.folder, positionals[0] ?? ''), terminal);
  const { nowMs, ...sources } =
    values.bundle === undefined
      ? await fromConfig(values.config, terminal)
      : await fromBundle(resolve(terminal.folder, values.bundle));
  const json = values.json === true;
  const analyzer = values['no-llm'] === true ? undefined : createAnalyzer(terminal);
  const investigation = await investigate({
    alert,
    nowMs,
    ...sources,
    redact: redactor,
    ...(analyzer === undefined ? {} : { analyzer }),
    ...(json ? {} : { onEvent: createProgress(terminal) }),
  });
  printInvestigation(investigation, { json, nowMs }, terminal);
};

/** Claude, where a key is set; without one, and with --no-llm, the evidence analyzer speaks. */
function createAnalyzer({ environment }: Terminal): Analyzer | undefined {
  const token = environment['ANTHROPIC_API_KEY'];
  if (!token) return undefined;
  return createClaudeAnalyzer({ token, baseUrl: environment['ANTHROPIC_BASE_URL'] || undefined });
}

async function fromBundle(folder: string): Promise<Sources> {
  const { connector, nowMs, window, baseline } = await openBundle(folder);
  return { connectors: [connector], nowMs, plan: { window, baseline }, collectDeadlineMs: LOCAL_DEADLINE_MS };
}

async function fromConfig(file: string | undefined, terminal: Terminal): Promise<Sources> {
  const { connectors, services } = await loadConfig(file, terminal.folder);
  return { connectors, nowMs: Date.now(), plan: services === undefined ? {} : { services } };
}
