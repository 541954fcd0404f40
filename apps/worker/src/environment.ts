import type { BudgetVariables } from '@midwatch/responder';
import type { SignatureVariables, SlackInteractivityVariables, TokenVariables } from '@midwatch/server/http';
import type { NotifierVariables } from '@midwatch/server/notifiers';
import type { D1DatabaseLike, R2BucketLike } from '@midwatch/store/d1';
import type { PlaceNamespace } from './place.js';
import type { WorkMessage } from './send-work.js';
import type { AnalysisParameters } from './start-analysis.js';

/** Bindings, variables and secrets of the deployment; wrangler.jsonc and `wrangler secret put` set them. Without tokens nobody but this machine may ask. */
export interface Environment
  extends SignatureVariables,
    SlackInteractivityVariables,
    TokenVariables,
    BudgetVariables,
    NotifierVariables {
  readonly DB: D1DatabaseLike;
  readonly BUNDLES: R2BucketLike;
  readonly PLACES: PlaceNamespace;
  readonly WORK_QUEUE: { sendBatch(messages: readonly { readonly body: WorkMessage }[]): Promise<unknown> };
  readonly ANALYSIS_WORKFLOW: {
    create(options: { readonly id: string; readonly params: AnalysisParameters }): Promise<unknown>;
    get(id: string): Promise<{ status(): Promise<{ readonly status: string }> }>;
  };
  readonly SENDERS_LIMIT: RateLimitLike;
  readonly PEOPLE_LIMIT: RateLimitLike;
  readonly STRANGERS_LIMIT: RateLimitLike;
  /** Secret. Without it the evidence alone speaks. */
  readonly ANTHROPIC_API_KEY?: string;
  readonly ANTHROPIC_BASE_URL?: string;
  readonly MIDWATCH_MODEL?: string;
  /** Asked where the other is in doubt; `none` asks nobody. */
  readonly MIDWATCH_LARGER_MODEL?: string;
  readonly MIDWATCH_REVIEW_MODEL?: string;
  /** Asked beside it, to compare them; `none` asks nobody. */
  readonly MIDWATCH_SHADOW_MODEL?: string;
  /** For sources far away. @default 3000 */
  readonly MIDWATCH_COLLECT_DEADLINE_MS?: string;
  readonly LOKI_URL?: string;
  readonly PROMETHEUS_URL?: string;
  readonly JAEGER_URL?: string;
  readonly ARGOCD_URL?: string;
  /** Secret. */
  readonly ARGOCD_TOKEN?: string;
}

/** A rate limiting binding: it counts in each of Cloudflare's locations, about. */
export interface RateLimitLike {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** Two that mean something only together. Throws, with their names, when one is missing. */
export function readPair(
  environment: Environment,
  one: keyof Environment,
  other: keyof Environment,
): readonly [string, string] | undefined {
  const [first, second] = [environment[one], environment[other]];
  if (!first && !second) return undefined;
  if (typeof first === 'string' && typeof second === 'string' && first && second) return [first, second];
  throw new Error(`${one} and ${other} belong together: set both, or neither`);
}
