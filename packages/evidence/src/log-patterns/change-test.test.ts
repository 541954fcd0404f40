import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dispersionOf, incompleteBeta, likelihoodRatio, testRates } from './change-test.js';

/** Binomial tail by adding up, for small numbers. */
function tail(n: number, k: number, p: number): number {
  let sum = 0;
  let term = (1 - p) ** n;
  for (let i = 0; i <= n; i++) {
    if (i >= k) sum += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return sum;
}

describe('testRates', () => {
  it('is the exact binomial tail', () => {
    for (const [reference, recent, a, b] of [
      [0, 5, 1, 1],
      [3, 17, 2, 1],
      [20, 31, 1, 1],
      [2, 3, 10, 1],
    ] as const) {
      const test = testRates({ reference, referenceExposure: a, recent, recentExposure: b });
      expect(test.pValue).toBeCloseTo(tail(reference + recent, recent, b / (a + b)), 9);
    }
    const fewer = testRates({ reference: 12, referenceExposure: 1, recent: 0, recentExposure: 1 });
    expect(fewer.pValue).toBeCloseTo(0.5 ** 12, 12);
    expect(fewer.ratio).toBeLessThan(0.1);
  });

  it('takes different exposures into account', () => {
    const longer = testRates({ reference: 10, referenceExposure: 10, recent: 100, recentExposure: 100 });
    expect(longer.pValue).toBeGreaterThan(0.3);
    expect(longer.ratio).toBeCloseTo(1, 1);
  });

  it('says nothing without exposure or counts', () => {
    expect(testRates({ reference: 5, referenceExposure: 0, recent: 5, recentExposure: 1 }).pValue).toBe(1);
    expect(testRates({ reference: 0, referenceExposure: 1, recent: 0, recentExposure: 1 }).pValue).toBe(1);
  });

  it('counts bursts for less', () => {
    const comparison = { reference: 20, referenceExposure: 1, recent: 60, recentExposure: 1 };
    expect(testRates(comparison, 5).pValue).toBeGreaterThan(testRates(comparison).pValue * 10);
  });

  it('is a probability for any counts', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const exposure = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        count,
        exposure,
        count,
        exposure,
        (reference, referenceExposure, recent, recentExposure) => {
          const { pValue, ratio } = testRates({ reference, referenceExposure, recent, recentExposure });
          expect(pValue).toBeGreaterThanOrEqual(0);
          expect(pValue).toBeLessThanOrEqual(1 + 1e-9);
          expect(ratio).toBeGreaterThan(0);
        },
      ),
    );
  });
});

it('incompleteBeta is the uniform distribution for a = b = 1, and mirrors', () => {
  expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 12);
  expect(incompleteBeta(0.2, 3, 5)).toBeCloseTo(1 - incompleteBeta(0.8, 5, 3), 12);
  expect([incompleteBeta(0, 2, 2), incompleteBeta(1, 2, 2)]).toEqual([0, 1]);
});

it('likelihoodRatio is zero for equal rates and grows with the difference', () => {
  const gain = (recent: number) =>
    likelihoodRatio({ reference: 10, referenceExposure: 1, recent, recentExposure: 1 });
  expect(gain(10)).toBeCloseTo(0, 12);
  expect(gain(30)).toBeGreaterThan(gain(20));
});

it('dispersionOf is about one for steady counts, and large for a burst', () => {
  const even = Array.from({ length: 24 }, () => 1_000);
  expect(dispersionOf([3, 5, 4, 4, 5, 3, 4, 4], even, 0, 50)).toBe(1);
  expect(dispersionOf([0, 0, 0, 40, 0, 0, 0, 0], even, 0, 50)).toBeGreaterThan(20);
  expect(dispersionOf([1, 0], even, 0, 50)).toBe(1);
});
