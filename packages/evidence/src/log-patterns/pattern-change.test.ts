import { describe, expect, it } from 'vitest';
import { BUCKETS } from './coverage.js';
import { decideChange } from './pattern-change.js';

const bucketMs = 15_000;
const each = (value: (bucket: number) => number): number[] =>
  Array.from({ length: BUCKETS }, (_, bucket) => value(bucket));
const half = BUCKETS / 2;
const time = { window: each(() => bucketMs), baseline: each(() => bucketMs) };

function decided(
  counts: { window: number[]; baseline: number[] },
  traffic: { window: number[]; baseline: number[] },
) {
  const has = (values: readonly number[]): boolean => values.some((value) => value > 0);
  return decideChange({
    counts,
    time,
    traffic,
    seenInWindow: has(counts.window),
    seenInBaseline: has(counts.baseline),
    isError: true,
    testCount: 10,
  });
}

const silent = each(() => 0);
const busy = each(() => 40);
const fromHalf = each((bucket) => (bucket < half ? 0 : 3));
const untilHalf = each((bucket) => (bucket < half ? 40 : 0));

describe('a change beside the other lines of the service', () => {
  it('is new when all other lines stop at the moment it begins', () => {
    const decision = decided({ window: fromHalf, baseline: silent }, { window: untilHalf, baseline: busy });
    expect(decision).toMatchObject({ change: 'new', onsetBucket: half, isTraffic: false });
    expect(decision.strength).toBeGreaterThan(0.5);
  });

  it('is gone when other lines take its place', () => {
    const decision = decided(
      { window: each((bucket) => (bucket < half ? 3 : 0)), baseline: each(() => 3) },
      { window: each((bucket) => (bucket < half ? 0 : 40)), baseline: silent },
    );
    expect(decision.change).toBe('gone');
  });

  it('is traffic when it grows as they grow, and when it stops as they stop', () => {
    const more = decided(
      { window: each(() => 9), baseline: each(() => 3) },
      { window: each(() => 120), baseline: busy },
    );
    expect(more).toMatchObject({ change: 'steady', isTraffic: true });
    const stopped = decided(
      { window: each((bucket) => (bucket < half ? 3 : 0)), baseline: each(() => 3) },
      { window: untilHalf, baseline: busy },
    );
    expect(stopped).toMatchObject({ change: 'steady', isTraffic: true });
  });
});
