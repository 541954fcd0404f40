import { type NoteLine, toNote } from '@midwatch/brief';
import type { Brief, BriefQuery } from '@midwatch/core/incident';

/** A run of plain text: unlike a `TextBlock`, Teams reads no Markdown in it. */
interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly fontType?: 'Monospace';
}

interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
  readonly spacing?: 'Small';
}

interface OpenUrl {
  readonly type: 'Action.OpenUrl';
  readonly title: string;
  readonly url: string;
}

/** https://learn.microsoft.com/en-us/power-automate/desktop-flows/actions-reference/adaptive-cards, card version 1.4. */
export interface TeamsMessage {
  readonly type: 'message';
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: {
        readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
        readonly type: 'AdaptiveCard';
        readonly version: '1.4';
        readonly msteams: { readonly width: 'Full' };
        /** What a notification shows. */
        readonly fallbackText: string;
        readonly body: readonly RichTextBlock[];
        readonly actions: readonly OpenUrl[];
      };
    },
  ];
}

/**
 * Teams takes 28 KB, and less was seen to fail; what is refused after the 202 nobody learns of. A character is at most four
 * bytes, and each line costs about 110 more: 2,500 characters in 40 lines, their first once more, and five links of 800 stay under 23 KB.
 */
const MAX_CHARACTERS = 2_500;
const MAX_LINES = 40;
const MAX_LINKS = 5;
const MAX_URL = 800;

/** The brief as one Adaptive Card of plain text, at most 24 KB of JSON. Nothing from telemetry formats, links or mentions in it. */
export function toTeamsMessage(brief: Brief, nowMs: number): TeamsMessage {
  const lines = toNote(brief, { nowMs, maxCharacters: MAX_CHARACTERS }).slice(0, MAX_LINES);
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          fallbackText: lines[0]?.text ?? 'Incident',
          body: lines.map(toBlock),
          actions: toActions(lines),
        },
      },
    ],
  };
}

function toBlock({ style, text }: NoteLine): RichTextBlock {
  const run: TextRun = {
    type: 'TextRun',
    text,
    ...(style === 'heading' ? { weight: 'Bolder' } : {}),
    ...(style === 'command' ? { fontType: 'Monospace' } : {}),
  };
  return { type: 'RichTextBlock', inlines: [run], spacing: 'Small' };
}

function toActions(lines: readonly NoteLine[]): readonly OpenUrl[] {
  const urls = new Map<string, OpenUrl>();
  for (const { query } of lines) {
    const url = linkOf(query);
    if (url === undefined || query === undefined || urls.has(url)) continue;
    const title = `Open in ${query.connectorId.replaceAll(/[^\w.-]+/g, ' ').slice(0, 40)}`;
    urls.set(url, { type: 'Action.OpenUrl', title, url });
    if (urls.size === MAX_LINKS) break;
  }
  return [...urls.values()];
}

/** Only what a connector built: https or http, without credentials, and short enough. */
function linkOf(query: BriefQuery | undefined): string | undefined {
  if (query?.url === undefined || !URL.canParse(query.url)) return undefined;
  const url = new URL(query.url);
  const isSafe = /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isSafe && url.href.length <= MAX_URL ? url.href : undefined;
}
