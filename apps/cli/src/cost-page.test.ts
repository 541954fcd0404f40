import { DEFAULT_LARGER_MODEL, DEFAULT_MODEL, MODELS_AS_OF, priceOf } from '@midwatch/analyzer-claude';
import { expect, it } from 'vitest';
import { assumptions, readCostPage } from './__fixtures__/cost-page.js';
import { ASSUMED_ANSWER_TOKENS } from './evaluation/prepare-round.js';

// How large the requests are is compared in scenarios.test.ts, where they are made.

it('docs/cost.md names the prices, models and the length of an answer that the code has', () => {
  expect(assumptions).toEqual({
    answerTokens: ASSUMED_ANSWER_TOKENS,
    largerModel: DEFAULT_LARGER_MODEL,
    pricesOf: MODELS_AS_OF,
  });
});

it.each(['simulated', 'recorded'] as const)(
  'its dollars of %s incidents follow from its tokens',
  (incidents) => {
    const { dollars, meanTokens } = readCostPage(incidents);
    expect(dollars.map(({ model }) => model)).toEqual([DEFAULT_MODEL, 'claude-haiku-4-5']);
    const price = (model: string) => priceOf(model, meanTokens, ASSUMED_ANSWER_TOKENS) ?? Number.NaN;
    for (const { escalated, model, ordinary } of dollars) {
      expect(Math.abs(ordinary / price(model) - 1), model).toBeLessThan(0.01);
      expect(Math.abs(escalated / (price(model) + price(DEFAULT_LARGER_MODEL)) - 1), model).toBeLessThan(
        0.01,
      );
    }
    expect(dollars[0]?.ordinary).toBeLessThan(0.003);
  },
);
