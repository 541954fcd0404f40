import { expect, test } from 'vitest';
import { findModel, models } from './model-table.js';
import { toUsage } from './model-usage.js';

const million = 1_000_000;

test.each([
  ['claude-haiku-4-5-20251001', { input_tokens: 6000, output_tokens: 900 }, 0.0105],
  ['claude-haiku-4-5', { input_tokens: million, output_tokens: million }, 6],
  ['claude-haiku-5-5', { input_tokens: 100_000, output_tokens: 1000 }, 0.0105],
  // One token more, and all of them cost the higher price.
  ['claude-haiku-5-5', { input_tokens: 100_001, output_tokens: 1000 }, 0.052_500_5],
  ['claude-haiku-5-5', { input_tokens: 1, cache_read_input_tokens: 100_000, output_tokens: 0 }, 0.005_000_5],
  ['claude-sonnet-5-5', { input_tokens: 0, cache_read_input_tokens: million, output_tokens: 0 }, 0.1],
  ['claude-sonnet-5-5', { input_tokens: 0, cache_creation_input_tokens: million, output_tokens: 0 }, 2.5],
  [
    'claude-sonnet-5-5',
    {
      input_tokens: 0,
      cache_creation_input_tokens: million,
      cache_creation: { ephemeral_1h_input_tokens: million },
      output_tokens: 0,
    },
    4,
  ],
  ['claude-sonnet-5-5', { input_tokens: million, output_tokens: 0, service_tier: 'batch' }, 1],
])('%s %j costs %d dollars', (model, usage, costUsd) => {
  expect(toUsage(model, usage).costUsd).toBe(costUsd);
});

test('a model without a price has no cost, not a cost of nothing', () => {
  const usage = toUsage('vendor/claude', { input_tokens: 10, output_tokens: null });
  expect(usage).toEqual({
    model: 'vendor/claude',
    inputTokens: 10,
    cacheWriteTokens: 0,
    cacheReadTokens: 0,
    outputTokens: 0,
    thinkingTokens: 0,
  });
});

test('each model has prices for prompts of every length, in rising order', () => {
  for (const { id, prices } of models) {
    const limits = prices.map(({ upToInputTokens = Number.POSITIVE_INFINITY }) => upToInputTokens);
    expect(limits, id).toEqual([...limits].sort((one, other) => one - other));
    expect(limits.at(-1), id).toBe(Number.POSITIVE_INFINITY);
  }
});

test('a dated id is its model; a longer name is none', () => {
  expect(findModel('claude-haiku-4-5-20251001')?.id).toBe('claude-haiku-4-5');
  expect(findModel('claude-haiku-4-5-fast')).toBeUndefined();
  expect(findModel('claude-sonnet-5')?.id).toBe('claude-sonnet-5');
});
