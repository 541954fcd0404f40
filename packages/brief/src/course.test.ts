import { describe, expect, it } from 'vitest';
import { courseOf, sayCourse } from './course.js';

const onsetMs = Date.UTC(2026, 10, 2, 3, 41);
/** One value a minute, the last one now; the usual level is 1. */
function course(
  values: readonly number[],
  more: { readonly direction?: 'down'; readonly lateMs?: number; readonly now?: number } = {},
) {
  const points = [
    [onsetMs - 120_000, 1] as const,
    [onsetMs - 60_000, 1] as const,
    ...values.map((value, index) => [onsetMs + index * 60_000, value] as const),
  ];
  const nowMs = onsetMs + (values.length - 1) * 60_000 + (more.lateMs ?? 0);
  const now = more.now ?? values.at(-1) ?? 1;
  return courseOf({ points, before: 1, now, direction: more.direction ?? 'up', onsetMs, nowMs });
}

describe('courseOf', () => {
  it.each([
    ['worse', [3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ['steady', [5, 9, 10, 10, 9, 10, 10, 10, 9]],
    ['steady', [10, 10, 4, 10, 10, 10, 30, 10, 10]],
    ['recovering', [10, 10, 10, 9, 8, 7, 6, 5, 4]],
    ['over', [10, 10, 10, 8, 5, 2, 1.1, 1, 1.1]],
    ['recovering', [10, 1, 10, 10, 1, 10, 10, 10, 1]],
    ['recovering', [1, 1, 10, 1, 10, 10, 10, 10, 1.1]],
    ['unknown', [10, 11, 12]],
    ['unknown', [1, 1, 1, 1, 1, 1]],
    ['unknown', [Number.NaN, 10, Number.NaN, 11, Number.NaN, 12]],
  ])('is %s for %j', (expected, values) => {
    expect(course(values)).toBe(expected);
  });

  it('reads a fall as what it is where less is worse', () => {
    expect(course([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], { direction: 'down' })).toBe('worse');
    expect(course([0.1, 0.1, 0.1, 0.3, 0.5, 0.6, 0.7, 0.7, 0.75], { direction: 'down' })).toBe('recovering');
  });

  it('holds no value that is back, though the last points, which have the worst of theirs, do', () => {
    expect(course([5, 9, 10, 10, 9, 10, 10, 10, 9], { now: 1.1 })).toBe('recovering');
  });

  it('says nothing of now from what was read long ago', () => {
    const values = [5, 6, 7, 8, 9, 10];
    expect(course(values, { lateMs: 4 * 60_000 })).toBe('worse');
    expect(course(values, { lateMs: 6 * 60_000 })).toBe('unknown');
    expect(sayCourse('unknown', onsetMs, onsetMs + 600_000)).toBe('last read at 03:41 UTC');
    expect(sayCourse('unknown', onsetMs, onsetMs + 1000)).toBe('too early to say how it goes on');
  });
});
