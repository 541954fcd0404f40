export { createHttpApp, type HttpAppOptions } from './create-http-app.js';
export type { AccessTokens } from './guard.js';
export { defaultGenericMapping, type WebhookRoutesOptions } from './webhook-routes.js';
