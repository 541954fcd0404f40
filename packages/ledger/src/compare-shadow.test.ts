import type { ShadowCount, ShadowTally } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { compareShadow, toMcNemarP } from './index.js';

const took = { answers: 40, usd: 0.08, unknownPrices: 2, time: { count: 40, p50Ms: 900, p95Ms: 4_000 } };
const both = { service: 'same', isSameVerdict: true, isSettled: true } as const;

function compare(counts: readonly ShadowCount[], more: Partial<ShadowTally> = {}) {
  const tally: ShadowTally = {
    ...{ shown: { name: 'a' }, shadow: { name: 'b' }, counts, shownTook: took },
    ...{ shadowTook: { ...took, usd: 0.4 }, shownFailed: 3, shadowFailed: 2, shadowNotAsked: 1, ...more },
  };
  return compareShadow({ tallyShadows: async () => [tally] }, { fromMs: 5, toMs: 9 });
}

/** As often as told, whether shown and shadow were right, both at HIGH. */
const rights = (count: number, shown: boolean, shadow: boolean): ShadowCount => ({
  ...{ ...both, count, shownConfidence: 'HIGH', shadowConfidence: 'HIGH', right: { shown, shadow } },
});

describe('a comparison', () => {
  it('speaks for those whose truth is told, and counts the others beside them', async () => {
    const { comparisons, ...window } = await compare([
      rights(20, true, true),
      rights(2, true, false),
      rights(9, false, true),
      {
        ...both,
        count: 4,
        shownConfidence: 'LOW',
        shadowConfidence: 'HIGH',
        right: { shown: false, shadow: false },
      },
      { ...both, count: 3, service: 'not-both', isSameVerdict: false, shownConfidence: 'HIGH' },
      {
        ...both,
        count: 2,
        service: 'other',
        isSettled: false,
        shadowConfidence: 'MEDIUM',
        shownConfidence: 'HIGH',
      },
    ]);
    expect(window).toEqual({ fromMs: 5, toMs: 9 });
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]).toMatchObject({
      ...{ shown: { name: 'a' }, shadow: { name: 'b' }, incidents: 40, says: 'no-difference', leastTold: 30 },
      sameService: { count: 35, of: 37 },
      sameVerdict: { count: 37, of: 40 },
      confidences: [
        { shown: 'HIGH', shadow: 'HIGH', count: 31 },
        { shown: 'HIGH', shadow: 'MEDIUM', count: 2 },
        { shown: 'HIGH', shadow: null, count: 3 },
        { shown: 'LOW', shadow: 'HIGH', count: 4 },
      ],
      settled: { count: 38, of: 40 },
      told: { count: 35, of: 38 },
      outcomes: { bothRight: 20, onlyShownRight: 2, onlyShadowRight: 9, bothWrong: 4 },
      shownFigures: {
        ...{ right: { count: 22, of: 35 }, failed: 3, notAsked: 0, perIncidentUsd: 0.002, unknownPrices: 2 },
        precisionAtHigh: {
          count: 22,
          of: 31,
          lower: expect.closeTo(0.5341, 4),
          upper: expect.closeTo(0.839, 4),
        },
      },
      shadowFigures: {
        ...{ right: { count: 29, of: 35 }, failed: 2, notAsked: 1, perIncidentUsd: 0.01 },
        ...{ precisionAtHigh: { count: 29, of: 35 }, time: { p50Ms: 900, p95Ms: 4_000 } },
      },
    });
    expect(comparisons[0]?.p).toBeCloseTo((2 * (1 + 11 + 55)) / 2 ** 11, 12);
  });

  it.each([
    [[rights(29, false, true)], 'too-little'],
    [[rights(30, true, true)], 'no-difference'],
    [[rights(25, true, true), rights(5, false, true)], 'no-difference'],
    [[rights(24, true, true), rights(6, false, true)], 'shadow-better'],
    [[rights(24, true, true), rights(6, true, false)], 'shown-better'],
    [[], 'too-little'],
  ] as const)('says who is better when there is enough to tell', async (counts, says) => {
    const { comparisons } = await compare(counts);
    expect(comparisons[0]?.says).toBe(says);
    expect(JSON.stringify(comparisons)).not.toContain('NaN');
  });
});

describe("McNemar's exact test", () => {
  /** By counting the ways in which so many coins fall, with whole numbers. */
  function byCounting(one: number, other: number): number {
    const of = one + other;
    let [ways, tail] = [1n, 0n];
    for (let heads = 0; heads <= Math.min(one, other); heads += 1) {
      tail += ways;
      ways = (ways * BigInt(of - heads)) / BigInt(heads + 1);
    }
    const digits = 10n ** 18n;
    return Math.min(1, Number((2n * tail * digits) / 2n ** BigInt(of)) / 1e18);
  }

  it('is the tail of a fair coin, both ways', () => {
    for (let one = 0; one <= 40; one += 1)
      for (let other = 0; other <= 40; other += 1) {
        expect(toMcNemarP(one, other)).toBeCloseTo(byCounting(one, other), 10);
        expect(toMcNemarP(one, other)).toBe(toMcNemarP(other, one));
      }
    expect(toMcNemarP(0, 0)).toBe(1);
    expect(toMcNemarP(0, 6)).toBeCloseTo(0.03125, 15);
  });

  it('holds for many', () => {
    expect(toMcNemarP(1_000, 1_100)).toBeCloseTo(byCounting(1_000, 1_100), 9);
    expect(toMcNemarP(5_000, 5_000)).toBe(1);
    expect(toMcNemarP(0, 5_000)).toBeLessThan(1e-300);
  });
});
