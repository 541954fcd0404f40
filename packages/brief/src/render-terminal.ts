import type { Brief, BriefQuery } from '@midwatch/core/incident';
import {
  changedValueLine,
  changeLine,
  footerLine,
  notCheckedLine,
  numberLine,
  queryLine,
  verdictLine,
} from './brief-lines.js';
import { toPlainText } from './plain-text.js';
import { formatTime } from './quantity.js';
import { sparkline } from './sparkline.js';

export interface RenderTerminalOptions {
  /** The time that clock times are told against. */
  readonly nowMs: number;
  /** ANSI colours; meaning never hangs on them. @default false */
  readonly color?: boolean;
}

/** A longer query is whole in the JSON. */
const MAX_QUERY = 280;

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';
const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** The brief for a terminal: the cause and the first action on top, every number with the query that gives it. */
export function renderTerminal(brief: Brief, options: RenderTerminalOptions): string {
  const paint = (style: Style, text: string) =>
    options.color === true ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
  const lines: string[] = [];
  const add = (text: string) => lines.push(text);
  const section = (title: string) => lines.push('', paint('bold', title));
  const item = (text: string) => add(`  ${toPlainText(text)}`);
  const query = (found: BriefQuery | undefined) => {
    if (found === undefined) return;
    add(paint('dim', `      ${toPlainText(queryLine(found), MAX_QUERY)}`));
    if (found.url !== undefined) add(paint('dim', `      ${toPlainText(found.url, 2000)}`));
  };

  add(paint('bold', toPlainText(brief.headline)));
  const tone = { HIGH: 'red', MEDIUM: 'yellow', LOW: 'cyan' } as const;
  section(paint(tone[brief.confidence], verdictLine(brief)));
  item(brief.cause);
  if (brief.confidenceReason !== '') item(`Why: ${brief.confidenceReason}`);

  if (brief.actions.length > 0) section('What to do, safest first');
  for (const [index, { title, reason, command, evidence }] of brief.actions.entries()) {
    item(`${index + 1}. ${title}${cite(evidence)}`);
    if (reason !== '') add(`     ${toPlainText(reason)}`);
    if (command !== undefined) add(`     ${paint('green', `$ ${toPlainText(command, 2000)}`)}`);
  }
  if (brief.change !== undefined) {
    section('Change');
    item(`${changeLine(brief.change, brief.sinceMs, options.nowMs)} [${brief.change.findingId}]`);
    if (brief.change.summary !== undefined) add(`     ${toPlainText(brief.change.summary)}`);
    for (const changed of brief.change.changes.slice(0, 5))
      add(`     ${toPlainText(changedValueLine(changed))}`);
    if (brief.change.changeRequestUrl !== undefined)
      add(`     ${toPlainText(brief.change.changeRequestUrl)}`);
    query(brief.change.query);
  }
  if (brief.numbers.length > 0) section('Numbers');
  for (const number of brief.numbers) {
    item(`${number.label}: ${numberLine(number)} ${sparkline(number.points)} [${number.findingId}]`);
    query(number.query);
  }
  if (brief.suspects.length > 0) section('Suspects');
  for (const [index, { service, reason, victims }] of brief.suspects.entries()) {
    const harmed = victims.length === 0 ? '' : ` (victims: ${victims.join(', ')})`;
    item(`${index + 1}. ${service}${harmed}: ${reason}`);
  }
  if (brief.evidence.length > 0) section('Evidence');
  for (const { id, text, queries } of brief.evidence) {
    item(`${id} ${text}`);
    query(queries[0]);
  }
  if (brief.timeline.length > 0) section('Timeline');
  for (const { atMs, text } of brief.timeline) item(`${formatTime(atMs, options.nowMs)} ${text}`);
  if (brief.disprovedBy.length > 0) section('What would show that it is something else');
  for (const text of brief.disprovedBy) item(text);
  if (brief.notChecked.length > 0) section('Not checked');
  for (const unchecked of brief.notChecked) {
    item(notCheckedLine(unchecked));
    query(unchecked.query);
  }
  lines.push('', paint('dim', toPlainText(footerLine(brief), 1200)));
  return `${lines.join('\n')}\n`;
}

function cite(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` [${ids.slice(0, 6).join(', ')}]`;
}
