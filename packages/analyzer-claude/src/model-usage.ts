import * as z from 'zod';
import { findModel, type ModelPrices, models } from './model-table.js';

/** What one answer took, as billed. */
export interface ModelUsage {
  /** The model that answered; a gateway may answer with another than was asked. */
  readonly model: string;
  /** Without the cached ones: the whole prompt is this, `cacheWriteTokens` and `cacheReadTokens`. */
  readonly inputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheReadTokens: number;
  /** With `thinkingTokens`. */
  readonly outputTokens: number;
  readonly thinkingTokens: number;
  /** US dollars by the prices of `MODELS_AS_OF`; absent for a model without a price. */
  readonly costUsd?: number;
}

const tokens = z.number().nonnegative().nullish();

/** https://platform.claude.com/docs/en/api/messages */
export const usageSchema = z.object({
  input_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_read_input_tokens: tokens,
  cache_creation: z.object({ ephemeral_1h_input_tokens: tokens }).nullish(),
  output_tokens: tokens,
  output_tokens_details: z.object({ thinking_tokens: tokens }).nullish(),
  service_tier: z.string().nullish(),
});

export function toUsage(model: string, usage: z.infer<typeof usageSchema>): ModelUsage {
  const counted = {
    model,
    inputTokens: usage.input_tokens ?? 0,
    cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    outputTokens: usage.output_tokens ?? 0,
    thinkingTokens: usage.output_tokens_details?.thinking_tokens ?? 0,
  };
  const hourTokens = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const share = usage.service_tier === 'batch' ? 0.5 : 1;
  const costUsd = costOf(counted, hourTokens, share);
  return costUsd === undefined ? counted : { ...counted, costUsd };
}

function costOf(usage: ModelUsage, hourTokens: number, share: number): number | undefined {
  const { inputTokens, cacheWriteTokens, cacheReadTokens, outputTokens } = usage;
  const prices = pricesOf(
    findModel(usage.model)?.prices ?? [],
    inputTokens + cacheWriteTokens + cacheReadTokens,
  );
  if (prices === undefined) return undefined;
  const writes = 1.25 * (cacheWriteTokens - hourTokens) + 2 * hourTokens;
  const perMillion =
    prices.input * (inputTokens + writes) + prices.cacheRead * cacheReadTokens + prices.output * outputTokens;
  // To a billionth of a dollar: sums of such products are no round numbers in binary.
  return Math.round(perMillion * share * 1000) / 1e9;
}

/**
 * What a question of so many tokens and an answer of so many, thinking included, cost in US dollars by the prices of
 * `MODELS_AS_OF`: for planning, since only `usage` tells what was billed. `undefined` for a model without a price.
 */
export function priceOf(model: string, promptTokens: number, answerTokens: number): number | undefined {
  const price = pricesOf(findModel(model)?.prices ?? [], promptTokens);
  return price === undefined ? undefined : (price.input * promptTokens + price.output * answerTokens) / 1e6;
}

/**
 * The most that one question may cost: a prompt of so many tokens and all that may be answered, twice, since a failed attempt
 * may be billed. A model whose price is not known counts as the dearest one that is.
 */
export function mostCostUsd(model: string, promptTokens: number, maxAnswerTokens: number): number {
  const known = findModel(model);
  const candidates = known === undefined ? models : [known];
  const costs = candidates.map(({ id }) => priceOf(id, promptTokens, maxAnswerTokens) ?? 0);
  return 2 * Math.max(...costs);
}

/** The longer prompt's price holds for all of its tokens. */
function pricesOf(prices: readonly ModelPrices[], promptTokens: number): ModelPrices | undefined {
  return prices.find(
    ({ upToInputTokens }) => upToInputTokens === undefined || promptTokens <= upToInputTokens,
  );
}
