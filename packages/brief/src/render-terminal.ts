import type { Brief, BriefAction, BriefNumber } from '@midwatch/core/incident';
import {
  changedValueLine,
  changeLine,
  chartLines,
  footerLine,
  notCheckedLine,
  numberLine,
  numberName,
  runbookLine,
  verdictLine,
} from './brief-lines.js';
import { formatTime } from './quantity.js';
import { remedyLines } from './remedy-lines.js';
import { createTerminalPage, type TerminalPage } from './terminal-page.js';

export interface RenderTerminalOptions {
  /** The time that clock times are told against. */
  readonly nowMs: number;
  /** ANSI colours; meaning never hangs on them. @default false */
  readonly color?: boolean;
}

const MAX_CHANGES = 5;

/**
 * The brief for a terminal of 80 columns: the cause and the first action on top, every number with its query. Only addresses are
 * ever wider than that, since a broken one opens nothing. Queries stand whole at the end, each once.
 */
export function renderTerminal(brief: Brief, options: RenderTerminalOptions): string {
  const { nowMs } = options;
  const page = createTerminalPage({ color: options.color === true });
  page.text(0, brief.headline, { style: 'bold' });
  if (brief.standing !== undefined) page.text(0, brief.standing);

  page.section(
    verdictLine(brief),
    ({ HIGH: 'red', MEDIUM: 'yellow', LOW: 'cyan' } as const)[brief.confidence],
  );
  page.text(2, brief.cause, { maxCharacters: 1500 });
  if (brief.confidenceReason !== '') page.text(2, `Why: ${brief.confidenceReason}`);

  if (brief.actions.length > 0) page.section('What to do, safest first');
  for (const [index, action] of brief.actions.entries()) addAction(page, action, index);
  addRemedy(page, brief);
  if (brief.runbook !== undefined) {
    page.section('Runbook');
    page.text(2, runbookLine(brief.runbook));
    page.address(5, brief.runbook.url);
  }
  addChange(page, brief, nowMs);
  if (brief.numbers.length > 0) page.section('Numbers');
  for (const [index, number] of brief.numbers.entries())
    addNumber(page, number, { nowMs, isDecisive: index === 0 });
  if (brief.suspects.length > 0) page.section('Suspects');
  for (const [index, { service, reason, victims }] of brief.suspects.entries()) {
    const harmed = victims.length === 0 ? '' : ` (victims: ${victims.join(', ')})`;
    page.text(2, `${index + 1}. ${service}${harmed}: ${reason}`, { hang: 3 });
  }
  if (brief.evidence.length > 0) page.section('Evidence');
  for (const { id, text, queries } of brief.evidence) {
    page.text(2, `${id} ${text}${page.cite(queries[0])}`, { hang: 3 });
  }
  if (brief.timeline.length > 0) page.section('Timeline');
  for (const { atMs, text } of brief.timeline)
    page.text(2, `${formatTime(atMs, nowMs)} ${text}`, { hang: 3 });
  if (brief.seenBefore !== undefined) {
    page.section('Seen before');
    page.text(2, brief.seenBefore, { maxCharacters: 500 });
  }
  if (brief.disprovedBy.length > 0) page.section('What would show that it is something else');
  for (const text of brief.disprovedBy) page.text(2, text);
  if (brief.notChecked.length > 0) page.section('Not checked');
  for (const unchecked of brief.notChecked) {
    page.text(2, notCheckedLine(unchecked), { hang: 3 });
    page.query(5, unchecked.query);
  }
  page.queries();
  page.gap();
  page.text(0, footerLine(brief), { style: 'dim', maxCharacters: 1200 });
  return page.toString();
}

function addAction(
  page: TerminalPage,
  { title, reason, command, evidence }: BriefAction,
  index: number,
): void {
  page.text(2, `${index + 1}. ${title}${cite(evidence)}`, { hang: 3 });
  if (reason !== '') page.text(5, reason);
  if (command !== undefined) page.command(5, command);
}

function addRemedy(page: TerminalPage, { remedy }: Brief): void {
  if (remedy === undefined) return;
  const { diff, heading, notes, state, steps } = remedyLines(remedy);
  page.section(heading);
  page.text(2, state);
  for (const [index, step] of steps.entries()) page.text(2, `${index + 1}. ${step}`, { hang: 3 });
  for (const changed of diff) page.text(5, changed, { hang: 2 });
  for (const note of notes) page.text(2, `- ${note}`, { hang: 2 });
}

function addChange(page: TerminalPage, { change, sinceMs }: Brief, nowMs: number): void {
  if (change === undefined) return;
  page.section('Change');
  page.text(2, `${changeLine(change, sinceMs, nowMs)} [${change.findingId}]`);
  if (change.summary !== undefined) page.text(5, change.summary);
  for (const changed of change.changes.slice(0, MAX_CHANGES))
    page.text(5, changedValueLine(changed), { hang: 2 });
  page.address(5, change.changeRequestUrl);
  page.address(5, change.url);
  page.query(5, change.query);
}

function addNumber(
  page: TerminalPage,
  number: BriefNumber,
  { isDecisive, nowMs }: { readonly isDecisive: boolean; readonly nowMs: number },
): void {
  page.text(2, `${numberName(number)}: ${numberLine(number)}`, { hang: 3 });
  const [row, legend] = chartLines(number, nowMs);
  if (row === undefined) page.text(5, `[${number.findingId}]`);
  else page.text(5, row);
  // The others have the same time and the same marks.
  if (isDecisive && legend !== undefined) page.text(5, legend, { style: 'dim' });
  page.query(5, number.query);
}

function cite(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` [${ids.slice(0, 6).join(', ')}]`;
}
