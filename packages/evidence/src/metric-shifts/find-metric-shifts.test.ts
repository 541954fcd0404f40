import type { MetricPoint } from '@midwatch/core';
import { metricSignal } from '@midwatch/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMetricShifts } from './find-metric-shifts.js';

const minute = 60_000;
const day = 24 * 60 * minute;
const window = { startMs: 10 * day, endMs: 10 * day + 40 * minute };
const baseline = { startMs: window.startMs - 45 * minute, endMs: window.startMs - 5 * minute };

/** A series from baseline to the window's end, a point each minute. */
function series(valueAt: (minuteOfWindow: number) => number): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (let atMs = baseline.startMs; atMs < window.endMs; atMs += minute) {
    points.push([atMs, valueAt((atMs - window.startMs) / minute)]);
  }
  return points;
}

/** Noise that looks random and is the same everywhere. */
const wobble = (minuteOfWindow: number) =>
  Math.sin(minuteOfWindow * 12.9898) * 0.5 + Math.sin(minuteOfWindow * 4.1) * 0.5;
const find = (points: MetricPoint[], given: Parameters<typeof metricSignal>[2] = {}) =>
  findMetricShifts({ metrics: [metricSignal('m', points, given)], window, baseline });

describe('findMetricShifts', () => {
  it('tells a lasting rise with onset, level, peak and the value before', () => {
    const [shift] = find(
      series((at) => (at < 20 ? 0.19 : 8.2) + 0.01 * wobble(at)),
      { role: 'latency.p99', unit: 's' },
    );
    expect(shift).toMatchObject({ direction: 'up', onsetMs: window.startMs + 20 * minute, lasting: true });
    expect(shift?.before).toBeCloseTo(0.19, 1);
    expect(shift?.after).toBeCloseTo(8.2, 1);
    expect(shift?.strength).toBeGreaterThan(0.9);
    expect(shift?.points.length).toBeLessThanOrEqual(60);
  });

  it('tells a fall, and a level that was already there when the window began', () => {
    expect(find(series((at) => (at < 0 ? 100 : 40) + wobble(at)))).toMatchObject([
      { direction: 'down', onsetMs: window.startMs, lasting: true },
    ]);
  });

  it('tells a change that came back as passing, and weaker', () => {
    const [passing] = find(series((at) => (at > 10 && at < 18 ? 50 : 5) + wobble(at)));
    const [lasting] = find(series((at) => (at > 10 ? 50 : 5) + wobble(at)));
    expect(passing?.lasting).toBe(false);
    expect(passing?.strength ?? 0).toBeLessThan(lasting?.strength ?? 0);
  });

  it('says nothing of noise, drift within it, a single spike, or a still series', () => {
    for (const level of [0.001, 1, 5000])
      expect(find(series((at) => level * (1 + 0.1 * wobble(at))))).toEqual([]);
    expect(find(series((at) => (at === 12 ? 900 : 5) + wobble(at)))).toEqual([]);
    expect(find(series(() => 7))).toEqual([]);
    expect(find(series(() => 0))).toEqual([]);
  });

  it('does not take an error ratio from nothing to almost nothing for an incident', () => {
    expect(
      find(
        series((at) => (at < 0 ? 0 : 0.004)),
        { role: 'error.ratio' },
      ),
    ).toEqual([]);
    expect(
      find(
        series((at) => (at < 5 ? 0.001 : 0.123)),
        { role: 'error.ratio' },
      ),
    ).toHaveLength(1);
  });

  it('reads a counter by its rate, through resets', () => {
    let total = 0;
    const points = series((at) => {
      if (at === -20 || at === 25) total = 0;
      total += at < 15 ? 60 : 600;
      return total;
    });
    expect(find(points, { type: 'counter' })).toMatchObject([
      { direction: 'up', onsetMs: window.startMs + 15 * minute },
    ]);
    expect(
      find(
        series((at) => at + 100),
        { type: 'counter' },
      ),
    ).toEqual([]);
  });

  it('finds nothing in a gap: missing, NaN and infinite points are no change', () => {
    const steady = series((at) => 50 + wobble(at));
    expect(
      find(steady.filter(([atMs]) => atMs < window.startMs || atMs > window.endMs - 3 * minute)),
    ).toEqual([]);
    expect(find(steady.filter(([atMs]) => atMs >= window.startMs))).toEqual([]);
    expect(
      find(
        steady.map(([atMs, value], index) => [
          atMs,
          index % 3 === 0 ? Number.NaN : index % 5 === 0 ? Number.POSITIVE_INFINITY : value,
        ]),
      ),
    ).toEqual([]);
    expect(find([])).toEqual([]);
    expect(find([[window.startMs, 1]])).toEqual([]);
  });

  it('lets a rise that yesterday had too weigh little', () => {
    const fine = metricSignal(
      'm',
      series((at) => (at < 10 ? 20 : 60)),
    );
    const history = (rises: boolean) => {
      const points: MetricPoint[] = [];
      for (let atMs = window.endMs - 26 * 60 * minute; atMs < window.endMs; atMs += 5 * minute) {
        const ofDay = (atMs - window.startMs + day) % day;
        points.push([atMs, rises && ofDay >= 10 * minute && ofDay < 60 * minute ? 60 : 20]);
      }
      return metricSignal('m', points);
    };
    const strength = (rises: boolean) =>
      findMetricShifts({ metrics: [fine, history(rises)], window, baseline })[0]?.strength ?? 0;
    expect(strength(false)).toBeGreaterThan(0.5);
    expect(strength(true)).toBeLessThan(0.2);
  });

  it('judges the finer of two answers about one series, once', () => {
    const coarse = series((at) => (at < 20 ? 1 : 9)).filter((_, index) => index % 10 === 0);
    const metrics = [
      metricSignal('m', coarse),
      metricSignal(
        'm',
        series((at) => (at < 20 ? 1 : 9)),
      ),
    ];
    expect(findMetricShifts({ metrics, window, baseline }).map(({ metric }) => metric)).toEqual([1]);
  });

  it('does not depend on the order of series or points, and never throws', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, 1, 1e9, Number.NaN));
    const point = fc.tuple(fc.integer({ min: baseline.startMs, max: window.endMs }), value);
    fc.assert(
      fc.property(
        fc.uniqueArray(point, { maxLength: 60, selector: ([atMs]) => atMs }),
        fc.boolean(),
        (points, counter) => {
          const type = counter ? 'counter' : 'gauge';
          const metrics = [
            metricSignal('a', points, { type }),
            metricSignal('b', points.toReversed(), { type }),
          ];
          const shifts = findMetricShifts({ metrics, window, baseline });
          const [forward, backward] = [0, 1].map((metric) => shifts.find((shift) => shift.metric === metric));
          expect({ ...backward, metric: 0 }).toEqual({ ...forward, metric: 0 });
        },
      ),
    );
  });
});
