import { renderTerminal } from '@midwatch/brief';
import type { Investigation } from '@midwatch/responder';
import { toLearnedNamesLine } from './learned-names-line.js';
import { type Terminal, usesColor } from './terminal.js';

export interface PrintOptions {
  readonly json: boolean;
  readonly nowMs: number;
}

/** The brief for a person, or one JSON object and nothing else. */
export function printInvestigation(
  investigation: Investigation,
  options: PrintOptions,
  terminal: Terminal,
): void {
  const { alert, evidence, analysis, brief, collection, timings } = investigation;
  if (options.json) {
    const { suspects, findings } = evidence;
    const { sources, aliases = [] } = collection;
    const result = { alert, suspects, analysis, brief, findings, sources, aliases, timings };
    terminal.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const color = usesColor(terminal.stdout, terminal);
  terminal.stdout.write(`\n${renderTerminal(brief, { nowMs: options.nowMs, color })}`);
  const suspects = brief.suspects.map(({ service }) => service);
  const line = toLearnedNamesLine(collection.aliases ?? [], [alert.target.service, ...suspects]);
  if (line !== undefined) terminal.stdout.write(`\n${line}\n`);
}
