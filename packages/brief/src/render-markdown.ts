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

/** The brief as CommonMark. Text of telemetry cannot format, link or mention: everything is escaped or stands in code. */
export function renderMarkdown(brief: Brief, options: { readonly nowMs: number }): string {
  const lines = [
    `# ${escapeMarkdown(brief.headline)}`,
    '',
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
  if (brief.change !== undefined) {
    section('Change', [
      `- ${escapeMarkdown(changeLine(brief.change, brief.sinceMs, options.nowMs))}`,
      ...brief.change.changes.slice(0, 5).map((changed) => `- ${codeSpan(changedValueLine(changed))}`),
      ...queryItem(brief.change.query),
    ]);
  }
  section(
    'Numbers',
    brief.numbers.flatMap((number) => [
      `- ${escapeMarkdown(`${number.label}: ${numberLine(number)}`)} ${sparkline(number.points)}`.trimEnd(),
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
  const link =
    query.url === undefined ? '' : ` ([open](<${query.url.replaceAll(/[<>\s]/g, encodeURIComponent)}>))`;
  return [`  - ${codeSpan(queryLine(query))}${link}`];
}
