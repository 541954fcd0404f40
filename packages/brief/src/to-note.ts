import type { Brief, BriefQuery } from '@midwatch/core/incident';
import {
  changeLine,
  chartLines,
  footerLine,
  notCheckedLine,
  numberLine,
  numberName,
  runbookLine,
  verdictLine,
} from './brief-lines.js';
import { toPlainText } from './plain-text.js';
import { remedyLines } from './remedy-lines.js';

/** One line of a note: plain text, without controls and bidirectional marks. The channel escapes it for itself. */
export interface NoteLine {
  /** `command` is whole and unchanged, or it is left out. */
  readonly style: 'heading' | 'text' | 'command';
  readonly text: string;
  /** Opens what the line tells. */
  readonly query?: BriefQuery;
}

export interface NoteOptions {
  /** The time that clock times are told against. */
  readonly nowMs: number;
  /** Of all lines together, a line break each: at least 200. */
  readonly maxCharacters: number;
}

const MAX_LINE = 600;
const MAX_COMMAND = 2_000;
/** What is said where lines had to be left out. */
const MORE = '… the rest stands in Midwatch';

/**
 * The brief in lines of plain text, the most important first, for a channel that has little room and no layout. Lines are
 * left out from the end, and it is said; none is cut but by `MAX_LINE`.
 */
export function toNote(brief: Brief, { maxCharacters, nowMs }: NoteOptions): readonly NoteLine[] {
  const footer = { style: 'text', text: toPlainText(footerLine(brief), MAX_LINE) } as const;
  let left = maxCharacters - footer.text.length - MORE.length - 2;
  const kept: NoteLine[] = [];
  for (const line of allLines(brief, nowMs)) {
    left -= line.text.length + 1;
    if (left < 0) return [...kept, { style: 'text', text: MORE }, footer];
    kept.push(line);
  }
  return [...kept, footer];
}

function allLines(brief: Brief, nowMs: number): readonly NoteLine[] {
  const { actions, change, disprovedBy, evidence, notChecked, numbers, runbook, suspects, verdict } = brief;
  const state = brief.status === 'resolved' ? 'Resolved: ' : '';
  const isNamed = verdict === 'cause-found';
  return [
    line('heading', `${state}${brief.headline}`),
    ...(brief.standing === undefined ? [] : [line('text', brief.standing)]),
    line('text', `${verdictLine(brief)}: ${brief.cause}`),
    ...(brief.confidenceReason === '' ? [] : [line('text', `Why: ${brief.confidenceReason}`)]),
    ...remedyNote(brief),
    ...actions
      .slice(0, 3)
      .flatMap(({ command, reason, title }, index) => [
        line('text', `${index + 1}. ${title}${reason === '' ? '' : `: ${reason}`}`),
        ...commandLine(command),
      ]),
    ...(change === undefined
      ? []
      : [line('text', `Change: ${changeLine(change, brief.sinceMs, nowMs)}`, change.query)]),
    ...(runbook === undefined ? [] : [line('text', `Runbook: ${runbook.url ?? runbookLine(runbook)}`)]),
    ...numbers.flatMap((number, index) => [
      line('text', `${numberName(number)}: ${numberLine(number)}`, number.query),
      ...(index === 0 ? chartLines(number, nowMs).map((text) => line('text', text)) : []),
    ]),
    ...(isNamed ? [] : suspects.map(({ reason, service }) => line('text', `Suspect ${service}: ${reason}`))),
    ...evidence.map(({ id, queries, text }) => line('text', `${id} ${text}`, queries[0])),
    ...(brief.seenBefore === undefined ? [] : [line('text', `Seen before: ${brief.seenBefore}`)]),
    ...disprovedBy.map((text) => line('text', `It is something else if: ${text}`)),
    ...notChecked.map((unchecked) => line('text', notCheckedLine(unchecked), unchecked.query)),
  ];
}

function remedyNote({ remedy }: Brief): readonly NoteLine[] {
  if (remedy === undefined) return [];
  const { diff, heading, notes, state, steps } = remedyLines(remedy);
  return [
    line('text', heading),
    line('text', state),
    ...steps.map((step, index) => line('text', `${index + 1}. ${step}`)),
    ...[...diff, ...notes].map((text) => line('text', text)),
  ];
}

function line(style: 'heading' | 'text', text: string, query?: BriefQuery): NoteLine {
  return { style, text: toPlainText(text, MAX_LINE), ...(query === undefined ? {} : { query }) };
}

/** Half a command, or one with a character missing, is worse than none. */
function commandLine(command: string | undefined): readonly NoteLine[] {
  if (command === undefined) return [];
  return toPlainText(command, MAX_COMMAND) === command
    ? [{ style: 'command', text: command }]
    : [line('text', 'Its command cannot be shown whole and unchanged here: take it from another channel.')];
}
