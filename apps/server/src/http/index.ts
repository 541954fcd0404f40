export { createHttpApp, type HttpAppOptions } from './create-http-app.js';
export type { AccessTokens } from './guard.js';
export { defaultGenericMapping, type WebhookRoutesOptions } from './webhook-routes.js';
export { readSignatures, type SignatureVariables } from './webhook-signatures.js';
export type { WebhookSignatures } from './webhook-sources.js';
