export {
  type AccessToken,
  allows,
  type Role,
  readAccessTokens,
  roles,
  type TokenVariables,
} from './access-tokens.js';
export {
  type AnsweredRequest,
  createHttpApp,
  createRoutes,
  type FailedRequest,
  type HttpAppOptions,
} from './create-http-app.js';
export { createRateLimiter, DEFAULT_RATES, type RateLimiter } from './rate-limiter.js';
export { readSlackInteractivity, type SlackInteractivityVariables } from './slack-interactivity.js';
export type { SlackInteractivity } from './slack-routes.js';
export type { MetricsSource } from './state-routes.js';
export type { WebAsset, WebAssets } from './web-routes.js';
export { defaultGenericMapping, type ReceivedBy, type WebhookRoutesOptions } from './webhook-routes.js';
export { readSignatures, type SignatureVariables } from './webhook-signatures.js';
export type { WebhookSignatures } from './webhook-sources.js';
