import type { Brief } from '@midwatch/core/incident';
import { authorText, footerText, shortCause, shortFooterText, verdictText } from './brief-lines.js';
import type { SlackControl } from './interactivity/slack-buttons.js';
import { detailParts, mainParts, wholeParts } from './message-parts.js';
import { remedySentence } from './remedy-lines.js';
import { toHeader, toProse } from './safe-text.js';
import { createSectionBudget, type Part } from './section-budget.js';
import type { SlackBlock, SlackMarkdownText, SlackMessage, SlackThread } from './slack-message.js';

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const MAX_HEADER = 150;
/** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
const MAX_CONTROLS = 25;
const MAX_FOOTER = 1000;

export interface SlackThreadOptions {
  /** Between the advice and the footer. @default none */
  readonly controls?: readonly SlackControl[] | undefined;
  /** Below what Midwatch offers to do. @default none */
  readonly remedyControls?: readonly SlackControl[] | undefined;
}

/** An incoming webhook has no buttons, and whoever misses them should know why. */
const NO_BUTTONS = ' · no buttons here: they need a bot';

/**
 * The brief as one Slack message that holds everything, for where there are no threads. Within Slack's limits for every brief:
 * 50 blocks, 3,000 characters a section, 12,000 in all blocks. Block ids follow from the content, so an edit has new ones.
 * Texts of the brief cannot mention, link or format.
 */
export function toSlackMessage(brief: Brief, nowMs: number): SlackMessage {
  const { isCut, text } = headerOf(brief);
  const sections = write(wholeParts(brief, nowMs, { isHeadlineCut: isCut }));
  return assemble({
    header: text,
    sections,
    controls: [],
    footer: longFooter(brief, NO_BUTTONS),
    text: toSentence(brief),
  });
}

/** The same as a message of about ten lines on a phone and a reply with the details; the limits hold for each. */
export function toSlackThread(brief: Brief, nowMs: number, options: SlackThreadOptions = {}): SlackThread {
  const { isCut, text } = headerOf(brief);
  const details = write(detailParts(brief, nowMs));
  const hint = details.length === 0 ? '' : ' · details in the thread';
  const remedyControls = (options.remedyControls ?? []).slice(0, MAX_CONTROLS);
  const message = assemble({
    header: text,
    sections: write(mainParts(brief, nowMs, { isHeadlineCut: isCut, remedyControls })),
    controls: (options.controls ?? []).slice(0, MAX_CONTROLS),
    footer: `${shortFooterText(brief, nowMs)}${hint}`,
    text: toSentence(brief),
  });
  if (details.length === 0) return { message };
  const about = `Details: ${toProse(brief.service, 80)}, ${verdictText(brief)}`;
  return {
    message,
    details: assemble({ sections: details, controls: [], footer: longFooter(brief), text: about }),
  };
}

/** A mark that is a word, too: nothing hangs on a picture or a colour. */
function headerOf(brief: Brief): { readonly text: string; readonly isCut: boolean } {
  const mark = brief.status === 'resolved' ? '✅' : '🔥';
  const headline = toHeader(brief.headline, MAX_HEADER - 3);
  return { text: `${mark} ${headline || 'Incident'}`, isCut: headline.endsWith('…') };
}

interface Section {
  readonly text: string;
  readonly controls: readonly SlackControl[];
}

function write(parts: readonly Part[]): readonly Section[] {
  const budget = createSectionBudget();
  return parts.flatMap((part) => {
    const texts = budget(part);
    return texts.map((text, index) => ({
      text,
      controls: index === texts.length - 1 ? (part.controls ?? []) : [],
    }));
  });
}

interface Content {
  readonly header?: string;
  readonly sections: readonly Section[];
  readonly controls: readonly SlackControl[];
  readonly footer: string;
  readonly text: string;
}

/** Header and footer stand outside the budget of the sections: 150 and 1,000 characters. */
function assemble({ controls, footer, header, sections, text }: Content): SlackMessage {
  const revision = fingerprint(
    [header, ...sections.flatMap(textsOf), JSON.stringify(controls), footer].join('\n'),
  );
  const markdown = (of: string): SlackMarkdownText => ({ type: 'mrkdwn', text: of, verbatim: true });
  type Unnamed<T> = T extends unknown ? Omit<T, 'block_id'> : never;
  const blocks: Unnamed<SlackBlock>[] = [
    ...(header === undefined
      ? []
      : [{ type: 'header' as const, text: { type: 'plain_text', text: header, emoji: false } as const }]),
    ...sections.flatMap((section) => [
      { type: 'section' as const, text: markdown(section.text) },
      ...actionsOf(section.controls),
    ]),
    ...actionsOf(controls),
    { type: 'context', elements: [markdown(footer)] },
  ];
  return {
    text,
    blocks: blocks.map((block, index) => ({ ...block, block_id: `midwatch-${revision}-${index}` })),
  };
}

function actionsOf(elements: readonly SlackControl[]) {
  return elements.length === 0 ? [] : [{ type: 'actions' as const, elements }];
}

/** What makes a revision another one. */
function textsOf({ controls, text }: Section): readonly string[] {
  return controls.length === 0 ? [text] : [text, JSON.stringify(controls)];
}

function longFooter(brief: Brief, note = ''): string {
  const text = `${footerText(brief)}${note}`;
  return text.length <= MAX_FOOTER ? text : `${authorText(brief.footer)}${note}`;
}

/** One sentence of at most 600 characters: what a phone shows on its lock screen, and what a screen reader says. */
function toSentence(brief: Brief): string {
  const { actions, headline, remedy, status } = brief;
  const [first] = actions;
  const state = status === 'resolved' ? 'Resolved' : 'Firing';
  const parts = [
    `${state}: ${toProse(headline, 250)}`,
    `${verdictText(brief).toLowerCase()}: ${withoutStop(toProse(shortCause(brief, 200), 200))}`,
    ...(first === undefined || status === 'resolved' || remedy !== undefined
      ? []
      : [`first: ${toProse(first.title, 100)}`]),
    ...remedySentence(brief),
  ];
  return `${parts.join('; ')}.`;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

/** FNV-1a: short and the same everywhere; it tells two revisions apart and guards nothing. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
