import { describe, expect, it } from 'vitest';
import { sparkline, toChart } from './sparkline.js';

describe('sparkline', () => {
  it('shows the shape, a flat line low, and nothing for one point', () => {
    expect(
      sparkline([
        [0, 1],
        [1, 1],
        [2, 9],
      ]),
    ).toBe('▁▁█');
    expect(
      sparkline([
        [0, 5],
        [1, 5],
      ]),
    ).toBe('▁▁');
    expect(sparkline([[0, 5]])).toBe('');
  });

  it('keeps a spike among many points', () => {
    const points = Array.from({ length: 600 }, (_, index) => [index, index === 300 ? 9 : 1] as const);
    const line = sparkline(points);
    expect(line).toHaveLength(28);
    expect(line).toContain('█');
  });
});

describe('toChart', () => {
  const minute = 60_000;
  const startMs = Date.UTC(2026, 10, 2, 3, 0);
  const points = Array.from(
    { length: 40 },
    (_, index) => [startMs + index * minute, index < 30 ? 1 : 9] as const,
  );
  const nowMs = startMs + 40 * minute;
  const onsetMs = startMs + 30 * minute;

  it('sets the marks between the bars, where a proportional font keeps them, and says what they are', () => {
    const change = { atMs: startMs + 20 * minute, name: 'checkout v2' };
    const chart = toChart(points, { onsetMs, change }, nowMs);
    expect(chart).toEqual({
      row: '▁▁▁▁▁▁▁▁▁▁▁▁▁▁◆▁▁▁▁▁▁▁│███████',
      legend: '03:00 to 03:39 UTC, │ onset 03:30, ◆ checkout v2 03:20',
    });
    expect(chart?.row.length).toBeLessThanOrEqual(30);
  });

  it('says of a change outside of the row how long before it came, and marks nothing', () => {
    const change = { atMs: startMs - 330 * minute, name: 'checkout v2' };
    const chart = toChart(points, { change }, nowMs);
    expect(chart?.legend).toBe('03:00 to 03:39 UTC, checkout v2 came 5 h 30 min before 03:00');
    expect(chart?.row).not.toMatch(/[│◆]/);
  });

  it('has both marks where both are, and nothing for what is not a number', () => {
    const at = { onsetMs, change: { atMs: onsetMs, name: 'x' } };
    expect(toChart(points, at, nowMs)?.row).toContain('◆│');
    expect(
      toChart(
        [
          [0, Number.NaN],
          [1, Number.POSITIVE_INFINITY],
        ],
        at,
        nowMs,
      ),
    ).toBeUndefined();
  });
});
