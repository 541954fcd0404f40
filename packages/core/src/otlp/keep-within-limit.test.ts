import { expect, it } from 'vitest';
import { keepWithinLimit } from './keep-within-limit.js';

const ascending = Array.from({ length: 10 }, (_, index) => ({ timestampMs: 100 + index }));
const window = { startMs: 100, endMs: 200 };
const times = (kept: { signals: readonly { timestampMs: number }[] }) =>
  kept.signals.map(({ timestampMs }) => timestampMs);

it('an exact fit is complete', () => {
  const kept = keepWithinLimit(ascending, { window, limit: 10, keep: 'newest' });
  expect([kept.signals.length, kept.gaps]).toEqual([10, []]);
});

it('newest keeps the end, and says that the start is not covered', () => {
  const kept = keepWithinLimit(ascending, { window, limit: 3, keep: 'newest' });
  expect(times(kept)).toEqual([107, 108, 109]);
  expect(kept.gaps).toEqual([
    { reason: 'row-limit', window: { startMs: 100, endMs: 107 }, missing: { count: 7, exact: true } },
  ]);
});

it('oldest keeps the start, and says that the end is not covered', () => {
  const kept = keepWithinLimit(ascending, { window, limit: 3, keep: 'oldest' });
  expect(times(kept)).toEqual([100, 101, 102]);
  expect(kept.gaps[0]?.window).toEqual({ startMs: 102, endMs: 200 });
});

it('spread samples evenly, and the whole window is covered in part', () => {
  const kept = keepWithinLimit(ascending, { window, limit: 3, keep: 'spread' });
  expect(times(kept)).toEqual([101, 105, 108]);
  expect(kept.gaps).toEqual([{ reason: 'sampled', missing: { count: 7, exact: true } }]);
});

it.each(['newest', 'oldest', 'spread'] as const)('a limit of 0 keeps nothing (%s)', (keep) => {
  const kept = keepWithinLimit(ascending, { window, limit: 0, keep });
  expect([kept.signals, kept.gaps[0]?.missing?.count]).toEqual([[], 10]);
});
