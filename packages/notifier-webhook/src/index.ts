export { type WebhookPayload, webhookPayloadSchema } from './brief-schema.js';
export { VERSION } from './version.js';
export { createWebhookNotifier, type WebhookNotifierOptions } from './webhook-notifier.js';
