import { renderTerminal } from '@midwatch/brief';
import type { Investigation } from '@midwatch/responder';
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
    const result = { alert, suspects, analysis, brief, findings, sources: collection.sources, timings };
    terminal.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const color = usesColor(terminal.stdout, terminal);
  terminal.stdout.write(`\n${renderTerminal(brief, { nowMs: options.nowMs, color })}`);
}
