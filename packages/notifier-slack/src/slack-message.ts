import type { SlackControl } from './interactivity/slack-buttons.js';

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object; `verbatim` keeps Slack from linking what stands in the text. */
export interface SlackMarkdownText {
  readonly type: 'mrkdwn';
  readonly text: string;
  readonly verbatim: true;
}

export interface SlackPlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: false;
}

/** The kinds of blocks that a brief is made of. https://docs.slack.dev/reference/block-kit/blocks */
export type SlackBlock =
  | { readonly type: 'header'; readonly block_id: string; readonly text: SlackPlainText }
  | { readonly type: 'section'; readonly block_id: string; readonly text: SlackMarkdownText }
  | { readonly type: 'actions'; readonly block_id: string; readonly elements: readonly SlackControl[] }
  | { readonly type: 'context'; readonly block_id: string; readonly elements: readonly SlackMarkdownText[] };

/** What `chat.postMessage`, `chat.update` and an incoming webhook take alike. */
export interface SlackMessage {
  /** What lock screens and screen readers tell. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** A brief as a bot posts it. */
export interface SlackThread {
  /** About ten lines on a phone. */
  readonly message: SlackMessage;
  /** The reply below it; absent while there is nothing more to say. */
  readonly details?: SlackMessage;
}
