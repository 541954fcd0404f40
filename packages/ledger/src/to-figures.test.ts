import type { StandingCount, Tally } from '@midwatch/core/incident';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEstimate, toFigures } from './index.js';

function tallyOf(standing: readonly StandingCount[], more: Partial<Tally> = {}): Tally {
  return {
    ...{ isOther: false, unattempted: 0, standing, usefulness: { count: 0, sum: 0 } },
    ...{ timeToBrief: { count: 0 }, timeToResolve: { count: 0 } },
    cost: { answers: 0, usd: 0, unknownPrices: 0 },
    ...more,
  };
}

const high = { verdict: 'cause-found', confidence: 'HIGH' } as const;
const low = { verdict: 'candidates', confidence: 'LOW' } as const;
const silent = { verdict: 'insufficient-evidence', confidence: 'LOW' } as const;

describe('figures', () => {
  it('are those that the design names', () => {
    const figures = toFigures(
      tallyOf(
        [
          { ...high, count: 6, judgement: 'right', place: 'first' },
          { ...high, count: 1, judgement: 'partly', place: 'among-three' },
          { ...high, count: 1, judgement: 'wrong', place: 'not-named' },
          { ...high, count: 1, judgement: 'unknown' },
          { ...high, count: 1 },
          { ...low, count: 2, judgement: 'right' },
          { ...low, count: 2, judgement: 'wrong', place: 'not-named' },
          { ...silent, count: 3, judgement: 'wrong' },
          { ...silent, count: 1 },
        ],
        {
          unattempted: 2,
          usefulness: { count: 4, sum: 14 },
          timeToBrief: { count: 18, p50Ms: 5, p95Ms: 9 },
          cost: { answers: 20, usd: 0.9, unknownPrices: 1 },
        },
      ),
    );
    expect(figures).toMatchObject({
      incidents: 20,
      attempted: { count: 18, of: 20, share: 0.9 },
      answered: { count: 10, of: 18 },
      abstained: { count: 4, of: 18 },
      settled: { count: 15, of: 20, share: 0.75 },
      coverageAtHigh: { count: 10, of: 20, share: 0.5 },
      levels: {
        HIGH: {
          ...{ count: 10, right: 6, partly: 1, wrong: 1, unknown: 1, settled: { count: 8, of: 10 } },
          precision: { count: 6, of: 8, share: 0.75 },
        },
        MEDIUM: { count: 0, precision: { of: 0, share: null, lower: 0, upper: 1 } },
        LOW: { count: 4, right: 2, wrong: 2, precision: { count: 2, of: 4 } },
      },
      falsePositivesAtHigh: { count: 1, of: 8 },
      top1: { count: 6, of: 10 },
      top3: { count: 7, of: 10 },
      usefulness: { count: 4, mean: 3.5 },
      timeToBrief: { count: 18, p50Ms: 5, p95Ms: 9 },
      timeToResolve: { count: 0, p50Ms: null, p95Ms: null },
      cost: { answers: 20, usd: 0.9, perIncidentUsd: 0.05, unknownPrices: 1 },
    });
    const { brier, ece, reliability, settled } = figures.calibration;
    // Six at 0.9 that were right and two that were not; two and two at 0.35.
    expect(brier).toBeCloseTo((6 * 0.01 + 2 * 0.81 + 2 * 0.4225 + 2 * 0.1225) / 12, 12);
    expect(ece).toBeCloseTo((8 * 0.15 + 4 * 0.15) / 12, 12);
    expect([settled, reliability.map(({ confidence, stated }) => [confidence, stated])]).toEqual([
      12,
      [
        ['HIGH', 0.9],
        ['MEDIUM', 0.65],
        ['LOW', 0.35],
      ],
    ]);
  });

  it('of nothing are nothing, and never NaN', () => {
    const figures = toFigures(tallyOf([]));
    expect(figures).toMatchObject({
      ...{ incidents: 0, attempted: { share: null }, coverageAtHigh: { share: null } },
      calibration: { brier: null, ece: null },
      cost: { perIncidentUsd: null },
    });
    expect(JSON.stringify(figures)).not.toContain('NaN');
  });
});

describe('an interval', () => {
  it.each([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [1, 10, 0.0179, 0.4042],
    [81, 263, 0.2553, 0.3662],
    [3, 3, 0.4385, 1],
  ])("of %i among %i is Wilson's", (count, of, lower, upper) => {
    const estimate = toEstimate(count, of);
    expect(estimate.lower).toBeCloseTo(lower, 4);
    expect(estimate.upper).toBeCloseTo(upper, 4);
  });

  it('solves the equation that defines it, holds the share, and is the mirror of its opposite', () => {
    const z = 1.959963984540054;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(), (of, seed) => {
        const count = seed % (of + 1);
        const { lower, share, upper } = toEstimate(count, of);
        expect(lower).toBeLessThanOrEqual(share! + 1e-12);
        expect(upper).toBeGreaterThanOrEqual(share! - 1e-12);
        for (const bound of [lower, upper])
          expect((share! - bound) ** 2).toBeCloseTo((z * z * bound * (1 - bound)) / of, 9);
        expect(toEstimate(of - count, of).lower).toBeCloseTo(1 - upper, 9);
      }),
      { numRuns: 200 },
    );
  });
});
