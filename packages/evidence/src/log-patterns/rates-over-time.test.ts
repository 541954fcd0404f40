import { describe, expect, it } from 'vitest';
import {
  baseline,
  inBaseline,
  inWindow,
  lines,
  minute,
  patternOf,
  usual,
  window,
} from '../__fixtures__/lines-of-a-service.js';
import type { LogCoverage } from './coverage.js';
import { BUCKETS } from './coverage.js';

const partMs = (window.endMs - window.startMs) / BUCKETS;

describe('rates over time', () => {
  it('tell when it began, and how often it was said then', () => {
    // Six lines in each part of the second half.
    const onset = window.startMs + 12 * partMs;
    const pattern = patternOf([...usual, ...lines(72, onset, window.endMs, 'pool exhausted')], 'pool');
    const perMinute = Number(((6 * minute) / partMs).toPrecision(3));
    expect(pattern.window.ratesPerMinute).toEqual([
      ...Array.from({ length: 12 }, () => 0),
      ...Array.from({ length: 12 }, () => perMinute),
    ]);
    expect(pattern.baseline.ratesPerMinute).toEqual(Array.from({ length: BUCKETS }, () => 0));
  });

  it('are none of parts that were hardly read, which is not the same as nothing said', () => {
    const halfMs = (window.endMs - window.startMs) / 2;
    // A fifth of the next part more.
    const read = { startMs: window.startMs, endMs: window.startMs + halfMs + partMs / 5 };
    const coverage: readonly LogCoverage[] = [
      { period: 'window', covered: [read], share: 0.5 },
      { period: 'baseline', covered: [baseline] },
    ];
    const logs = [...usual, ...lines(60, window.startMs, window.startMs + halfMs, 'pool exhausted')];
    const { ratesPerMinute = [] } = patternOf(logs, 'pool', { coverage }).window;
    // Half of the lines were read: 5 of 10 in each part.
    const perMinute = Number(((10 * minute) / partMs).toPrecision(3));
    expect(ratesPerMinute.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => perMinute));
    expect(ratesPerMinute.slice(12)).toEqual(Array.from({ length: 12 }, () => null));
  });

  it('are kept small, and of what changed only', () => {
    const logs = [...usual, ...inBaseline(20, 'retry'), ...inWindow(3_000, 'retry')];
    const { baseline: before, window: during } = patternOf(logs, 'retry');
    const all = [...(before.ratesPerMinute ?? []), ...(during.ratesPerMinute ?? [])];
    expect(all.length).toBeLessThanOrEqual(60);
    expect(JSON.stringify(all).length).toBeLessThan(300);
    expect(patternOf(logs, 'served').window).not.toHaveProperty('ratesPerMinute');
  });
});
