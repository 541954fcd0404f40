import { expect, it } from 'vitest';
import { peakOf, ratePartsOf } from './rate-parts.js';

const minute = 60_000;
const window = { startMs: 60 * minute, endMs: 80 * minute };
const rate = { count: 0, coveredMs: 0, ratePerMinute: 0 };

it('lie where they were read: the baseline at the left, a gap between, the window at the right', () => {
  const baseline = { startMs: 40 * minute, endMs: 50 * minute };
  const finding = {
    baseline: { ...rate, ratesPerMinute: [1, 2] },
    window: { ...rate, ratesPerMinute: [0, null, 5, 5] },
  };
  const range = { startMs: baseline.startMs, endMs: window.endMs };
  const parts = ratePartsOf(finding, { baseline, window }, range);
  expect(parts.map(({ left, right, perMinute }) => [left, right, perMinute])).toEqual([
    [0, 0.125, 1],
    [0.125, 0.25, 2],
    [0.5, 0.625, 0],
    [0.625, 0.75, null],
    [0.75, 0.875, 5],
    [0.875, 1, 5],
  ]);
  expect(peakOf(parts)).toMatchObject({ perMinute: 5, startMs: 70 * minute });
});

it('leave out a baseline that is not on the axis, and are none of what an earlier version kept', () => {
  const baseline = { startMs: 0, endMs: 20 * minute };
  const finding = { baseline: { ...rate, ratesPerMinute: [9] }, window: { ...rate, ratesPerMinute: [0, 1] } };
  const parts = ratePartsOf(finding, { baseline, window }, window);
  expect(parts.map(({ perMinute }) => perMinute)).toEqual([0, 1]);
  expect(ratePartsOf({ baseline: rate, window: rate }, { baseline, window }, window)).toEqual([]);
  expect(peakOf([])).toBeUndefined();
});
