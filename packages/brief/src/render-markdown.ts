import type { Brief, BriefQuery } from '@midwatch/core/incident';
import {
  changedValueLine,
  changeLine,
  chartLines,
  footerLine,
  notCheckedLine,
  numberLine,
  numberName,
  queryLine,
  runbookLine,
  verdictLine,
} from './brief-lines.js';
import { toPlainText } from './plain-text.js';
import { formatTime } from './quantity.js';
import { remedyLines } from './remedy-lines.js';

/** The brief as CommonMark. Text of telemetry cannot format, link or mention: everything is escaped or stands in code. */
export function renderMarkdown(brief: Brief, options: { readonly nowMs: number }): string {
  const lines = [
    `# ${escapeMarkdown(brief.headline)}`,
    '',
    ...(brief.standing === undefined ? [] : [escapeMarkdown(brief.standing), '']),
    `**${verdictLine(brief)}.** ${escapeMarkdown(brief.cause)}`,
  ];
  if (brief.confidenceReason !== '') lines.push('', `Why: ${escapeMarkdown(brief.confidenceReason)}`);
  const section = (title: string, items: readonly string[]) => {
    if (items.length > 0) lines.push('', `## ${title}`, '', ...items);
  };
  section(
    'What to do, safest first',
    brief.actions.flatMap(({ title, reason, command }, index) => [
      `${index + 1}. ${escapeMarkdown(`${title}. ${reason}`)}`,
      ...(command === undefined ? [] : ['', indentCode(command), '']),
    ]),
  );
  if (brief.remedy !== undefined) {
    const { diff, heading, notes, state, steps } = remedyLines(brief.remedy);
    section(escapeMarkdown(heading), [
      escapeMarkdown(state),
      ...(steps.length + diff.length + notes.length === 0 ? [] : ['']),
      ...steps.map((step, index) => `${index + 1}. ${escapeMarkdown(step)}`),
      ...diff.map((changed) => `   - ${codeSpan(changed)}`),
      ...notes.map((note) => `- ${escapeMarkdown(note)}`),
    ]);
  }
  if (brief.runbook !== undefined) {
    section('Runbook', [`- ${escapeMarkdown(runbookLine(brief.runbook))}${linkTo(brief.runbook.url)}`]);
  }
  if (brief.change !== undefined) {
    const { changeRequestUrl, url } = brief.change;
    section('Change', [
      `- ${escapeMarkdown(changeLine(brief.change, brief.sinceMs, options.nowMs))}${linkTo(changeRequestUrl ?? url)}`,
      ...brief.change.changes.slice(0, 5).map((changed) => `- ${codeSpan(changedValueLine(changed))}`),
      ...queryItem(brief.change.query),
    ]);
  }
  section(
    'Numbers',
    brief.numbers.flatMap((number, index) => [
      `- ${escapeMarkdown(`${numberName(number)}: ${numberLine(number)}`)}`,
      // The others have the same time and the same marks.
      ...chartLines(number, options.nowMs)
        .slice(0, index === 0 ? 2 : 1)
        .map((line) => `  - ${escapeMarkdown(line)}`),
      ...queryItem(number.query),
    ]),
  );
  section(
    'Suspects',
    brief.suspects.map(
      ({ service, reason }, index) => `${index + 1}. ${escapeMarkdown(`${service}: ${reason}`)}`,
    ),
  );
  section(
    'Evidence',
    brief.evidence.flatMap(({ id, text, queries }) => [
      `- **${id}** ${escapeMarkdown(text)}`,
      ...queries.flatMap((query) => queryItem(query)),
    ]),
  );
  section(
    'Timeline',
    brief.timeline.map(({ atMs, text }) => `- ${formatTime(atMs, options.nowMs)} ${escapeMarkdown(text)}`),
  );
  section('Seen before', brief.seenBefore === undefined ? [] : [escapeMarkdown(brief.seenBefore)]);
  section(
    'What would show that it is something else',
    brief.disprovedBy.map((text) => `- ${escapeMarkdown(text)}`),
  );
  section(
    'Not checked',
    brief.notChecked.flatMap((unchecked) => [
      `- ${escapeMarkdown(notCheckedLine(unchecked))}`,
      ...queryItem(unchecked.query),
    ]),
  );
  lines.push('', '---', '', escapeMarkdown(footerLine(brief)));
  return `${lines.join('\n')}\n`;
}

/** Every character that can start a construct, HTML and autolinks included. */
export function escapeMarkdown(text: string): string {
  return toPlainText(text)
    .replaceAll(/[\\`*_{}[\]()#+!|<>~@]/g, (character) => `\\${character}`)
    .replaceAll('://', ':\u200b//')
    .replaceAll(/www\./gi, 'www\u200b.');
}

/** A code span whose fence is longer than any run of backticks within. */
export function codeSpan(text: string): string {
  const plain = toPlainText(text);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${plain}${fence}` : `${fence} ${plain} ${fence}`;
}

function indentCode(text: string): string {
  return `       ${toPlainText(text, 2000)}`;
}

function queryItem(query: BriefQuery | undefined): readonly string[] {
  if (query === undefined) return [];
  return [`  - ${codeSpan(queryLine(query))}${linkTo(query.url)}`];
}

/** Only of addresses that a brief holds; http and https. */
function linkTo(url: string | undefined): string {
  if (url === undefined || !/^https?:\/\//i.test(url)) return '';
  return ` ([open](<${url.replaceAll(/[<>\\\s]/g, encodeURIComponent)}>))`;
}
