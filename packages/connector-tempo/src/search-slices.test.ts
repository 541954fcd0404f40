import { describe, expect, it } from 'vitest';
import { toSearchSlices } from './search-slices.js';

const window = { startMs: 1_000_400, endMs: 1_100_900 };
const query = { window, target: {}, limit: 25 } as const;

describe('searches', () => {
  it('newest is one, no deeper than the limit', () => {
    expect(toSearchSlices({ ...query, keep: 'newest' })).toEqual([{ window, depth: 25 }]);
  });

  it('spread searches slices that touch, cover the window and meet at whole seconds', () => {
    const slices = toSearchSlices({ ...query, keep: 'spread' });
    expect(slices.map((slice) => [slice.window.startMs, slice.window.endMs, slice.depth])).toEqual([
      [1_000_400, 1_026_000, 50],
      [1_026_000, 1_051_000, 50],
      [1_051_000, 1_076_000, 50],
      [1_076_000, 1_100_900, 50],
    ]);
  });

  it.each([
    [1, 1],
    [10, 1],
    [20, 3],
    [25, 4],
  ])('spread of %i traces is worth %i searches', (limit, count) => {
    expect(toSearchSlices({ ...query, limit, keep: 'spread' })).toHaveLength(count);
  });

  it('each slice of oldest may hold all', () => {
    const slices = toSearchSlices({ ...query, limit: 3, keep: 'oldest' });
    expect(slices.map(({ depth }) => depth)).toEqual([200, 200, 200, 200]);
  });

  it('a window shorter than a second is not cut', () => {
    const short = { startMs: 1_000_400, endMs: 1_000_900 };
    expect(toSearchSlices({ ...query, window: short, keep: 'oldest' })).toEqual([
      { window: short, depth: 200 },
    ]);
  });
});
