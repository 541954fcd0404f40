import type { Brief } from '@midwatch/core/incident';
import {
  actionLine,
  causeLines,
  changeLines,
  evidenceLine,
  footerText,
  notCheckedLine,
  numberLine,
  statusLines,
  suspectLine,
  verdictText,
} from './brief-lines.js';
import { toCodeSpan, toHeader, toProse } from './safe-text.js';
import { createSectionBudget, type Part } from './section-budget.js';
import type { SlackBlock, SlackMessage } from './slack-message.js';

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const MAX_HEADER = 150;

/**
 * The brief as one Slack message for a phone: what is broken, why, what to do first, then what it rests on. Within Slack's
 * limits for every brief: 50 blocks, 3,000 characters a section, 12,000 in all blocks, 4,000 in `text`. Block ids follow
 * from the content, so an edit has new ones. Texts of the brief cannot mention, link or format.
 */
export function toSlackMessage(brief: Brief, nowMs: number): SlackMessage {
  const write = createSectionBudget();
  const mark = brief.status === 'resolved' ? '✅' : '🔥';
  const header = `${mark} ${toHeader(brief.headline, MAX_HEADER - 3) || 'Incident'}`;
  // Header and footer stand outside the budget: 150 + 1,000; the shares add up to 10,800.
  const sections = partsOf(brief, nowMs)
    .map((part) => write(part))
    .filter((text) => text !== undefined);
  const footer = toFooter(brief);
  const revision = fingerprint([header, ...sections, footer].join('\n'));
  const blockId = (index: number) => `midwatch-${revision}-${index}`;
  const blocks: SlackBlock[] = [
    { type: 'header', block_id: blockId(0), text: { type: 'plain_text', text: header, emoji: false } },
    ...sections.map((text, index) => ({
      type: 'section' as const,
      block_id: blockId(index + 1),
      text: { type: 'mrkdwn' as const, text, verbatim: true as const },
    })),
    {
      type: 'context',
      block_id: blockId(sections.length + 1),
      elements: [{ type: 'mrkdwn', text: footer, verbatim: true }],
    },
  ];
  return { text: toFallback(brief), blocks };
}

/** In the order of the message, which is that of importance. */
function partsOf(brief: Brief, nowMs: number): readonly Part[] {
  const { actions, change, status } = brief;
  const advice = status === 'resolved' ? 'What would help if it comes back' : 'What to do first';
  return [
    { title: '', share: 600, lines: statusLines(brief, nowMs) },
    { title: '', share: 1800, lines: causeLines(brief) },
    { title: advice, share: 2600, lines: actions.slice(0, 4).map(actionLine) },
    {
      title: 'Change',
      share: 1200,
      lines: change === undefined ? [] : changeLines(change, brief.sinceMs, nowMs),
    },
    { title: 'Numbers', share: 1600, lines: brief.numbers.map(numberLine) },
    // A cause that was found names its service already.
    {
      title: 'Suspects',
      share: 600,
      lines: brief.verdict === 'cause-found' ? [] : brief.suspects.map(suspectLine),
    },
    { title: 'Evidence', share: 1700, lines: brief.evidence.map(evidenceLine) },
    { title: 'Not checked', share: 700, lines: brief.notChecked.map(notCheckedLine) },
  ];
}

const MAX_FOOTER = 1000;

function toFooter(brief: Brief): string {
  const text = footerText(brief);
  return text.length <= MAX_FOOTER ? text : `by ${toProse(brief.footer.analyzer, 80)}`;
}

/** What a phone shows on its lock screen. */
function toFallback(brief: Brief): string {
  const state = brief.status === 'resolved' ? 'Resolved' : 'Firing';
  const [first] = brief.actions;
  const lines = [
    `${state}: ${toProse(brief.headline, 600)}`,
    `${verdictText(brief)}: ${toProse(brief.cause, 1000)}`,
  ];
  if (first !== undefined && brief.status === 'firing') {
    const command = first.command === undefined ? undefined : toCodeSpan(first.command, 1500);
    lines.push(`First: ${toProse(first.title, 300)}${command === undefined ? '' : `: ${command}`}`);
  }
  return lines.join('\n');
}

/** FNV-1a: short and the same everywhere; it tells two revisions apart and guards nothing. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
