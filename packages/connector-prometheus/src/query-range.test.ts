import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toGlance, toQueryRange, toRateSeconds, toScrapeSeconds } from './query-range.js';

const minute = 60_000;

describe('toQueryRange', () => {
  test("aligned to the step, the end before the window's", () => {
    const range = toQueryRange({ startMs: 1795403107_500, endMs: 1795406700_000 }, minute);
    expect(range).toEqual({ startMs: 1795403160_000, endMs: 1795406640_000, stepMs: minute });
  });

  test('without a wish: at most some hundreds of points', () => {
    expect(toQueryRange({ startMs: 0, endMs: 60 * minute }, undefined).stepMs).toBe(15_000);
    expect(toQueryRange({ startMs: 0, endMs: 24 * 60 * minute }, undefined).stepMs).toBe(600_000);
  });

  test('a window of any length gives 11,000 steps at most, all of them in it', () => {
    fc.assert(
      fc.property(
        fc.nat(4e12),
        fc.integer({ min: 1, max: 4e10 }),
        fc.integer({ min: 1, max: 1e7 }),
        (startMs, span, step) => {
          const window = { startMs, endMs: startMs + span };
          const range = toQueryRange(window, step);
          expect((range.endMs - range.startMs) / range.stepMs).toBeLessThanOrEqual(11_000);
          expect(range.startMs).toBeGreaterThanOrEqual(window.startMs);
          expect(range.endMs).toBeLessThan(window.endMs);
          expect(range.endMs).toBeGreaterThanOrEqual(range.startMs);
        },
      ),
      { seed: 3 },
    );
  });
});

describe('toGlance', () => {
  test.each([
    [30_000, 1],
    [minute, 1],
    [5 * minute, 5],
    [24 * 60 * minute, 5],
  ])('%d ms: %d moments, the last of them at the end', (span, moments) => {
    const { endMs, startMs, stepMs } = toGlance({ startMs: 0, endMs: span });
    expect((endMs - startMs) / stepMs + 1).toBe(moments);
    expect(endMs).toBe(span - 1);
    expect(startMs).toBeGreaterThanOrEqual(0);
  });
});

describe('rate windows', () => {
  test.each([
    ['15 s, as 2.x counts', 21, 15],
    ['15 s, as 3.x counts', 20, 15],
    ['15 s, one scrape late', 19, 15],
    ['30 s', 10, 30],
    ['60 s', 5, 60],
    ['5 s', 60, 5],
    ['one sample in five minutes', 1, 300],
  ])('%s', (_, count, seconds) => {
    expect(toScrapeSeconds(count)).toBe(seconds);
  });

  test('not measured: a minute, as OpenTelemetry pushes', () => {
    expect(toScrapeSeconds(undefined)).toBe(60);
    expect(toScrapeSeconds(0)).toBe(60);
  });

  test('at least four scrapes, at least a step', () => {
    expect(toRateSeconds(15_000, 15)).toBe(60);
    expect(toRateSeconds(300_000, 60)).toBe(300);
  });
});
