export type {
  SlackBlock,
  SlackMarkdownText,
  SlackMessage,
  SlackPlainText,
  SlackThread,
} from './slack-message.js';
export { createSlackNotifier, type SlackNotifierOptions } from './slack-notifier.js';
export { createSlackWebhookNotifier, type SlackWebhookNotifierOptions } from './slack-webhook-notifier.js';
export { type SlackThreadOptions, toSlackMessage, toSlackThread } from './to-slack-message.js';
export { VERSION } from './version.js';
