import type { MetricPoint, MetricSignal } from '@midwatch/core';
import { metricSignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { findMetricShifts } from './find-metric-shifts.js';

const minute = 60_000;
const window = { startMs: 1_000_000_000, endMs: 1_000_000_000 + 20 * minute };
const baseline = { startMs: window.startMs - 25 * minute, endMs: window.startMs - 5 * minute };

/** A generator of its own, so that every run sees the same noise. */
function createNoise(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

function series(stepMs: number, valueAt: (timeMs: number) => number): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (let atMs = baseline.startMs; atMs < window.endMs; atMs += stepMs) points.push([atMs, valueAt(atMs)]);
  return points;
}

/** Latencies whose percentiles leap, as those of few requests do; heavier than log-normal. */
function leaping(seed: number, factorAt: (timeMs: number) => number = () => 1): MetricPoint[] {
  const noise = createNoise(seed);
  return series(minute, (atMs) => 0.2 * factorAt(atMs) * Math.exp(0.5 * noise() + (noise() > 1.8 ? 1 : 0)));
}

const latency = (service: string, points: MetricPoint[]): MetricSignal =>
  metricSignal('latency', points, { service, role: 'latency.p99', unit: 's' });

describe('findMetricShifts over a fleet', () => {
  it('raises no alarm on the noise of five hundred series', () => {
    const metrics = Array.from({ length: 500 }, (_, index) => latency(`s${index}`, leaping(index + 1)));
    expect(findMetricShifts({ metrics, window, baseline }).length).toBeLessThanOrEqual(2);
  });

  it('finds the one series that shifted in it', () => {
    const onsetMs = window.startMs + 8 * minute;
    const metrics = Array.from({ length: 100 }, (_, index) =>
      latency(
        `s${index}`,
        leaping(index + 1, (atMs) => (index === 42 && atMs >= onsetMs ? 10 : 1)),
      ),
    );
    expect(findMetricShifts({ metrics, window, baseline })).toMatchObject([
      { metric: 42, direction: 'up', onsetMs, lasting: true },
    ]);
  });

  it('takes a leap for ordinary where the fleet leaps, and for a shift where it does not', () => {
    const leap = leaping(7).map(([atMs], index): MetricPoint => [atMs, index < 20 ? 0.2 : 0.5]);
    const among = (others: MetricPoint[][]) =>
      findMetricShifts({
        metrics: [latency('leaps', leap), ...others.map((points, index) => latency(`s${index}`, points))],
        window,
        baseline,
      }).some(({ metric }) => metric === 0);
    const seeds = Array.from({ length: 30 }, (_, index) => index + 100);
    expect(among(seeds.map(() => series(minute, () => 0.2)))).toBe(true);
    const wild = (seed: number) => leaping(seed).map(([atMs, value]): MetricPoint => [atMs, value ** 3]);
    expect(among(seeds.map(wild))).toBe(false);
  });

  it('judges single points, and asks for more of them', () => {
    const point = (atMs: number, value: number): MetricPoint => [atMs, value];
    const cpu = (service: string, before: number, after: number) =>
      metricSignal('cpu', [point(baseline.startMs, before), point(window.startMs, after)], {
        service,
        unit: '%',
      });
    const calm = Array.from({ length: 12 }, (_, index) => cpu(`s${index}`, 5, 5.5));
    const shifts = findMetricShifts({
      metrics: [...calm, cpu('busy', 5, 99), cpu('so-so', 5, 9)],
      window,
      baseline,
    });
    expect(shifts.map(({ metric }) => metric)).toEqual([12]);
    expect(shifts[0]?.strength).toBeLessThan(0.5);
  });

  it('compares with the beginning of the window where the baseline was not measured', () => {
    const onsetMs = window.startMs + 12 * minute;
    const all = series(minute, (atMs) => (atMs >= onsetMs ? 9 : 3));
    const points = all.filter(([atMs]) => atMs >= window.startMs);
    const whole = findMetricShifts({ metrics: [metricSignal('m', all)], window, baseline });
    const partly = findMetricShifts({ metrics: [metricSignal('m', points)], window, baseline });
    expect(partly).toMatchObject([{ onsetMs, before: 3, after: 9, withinWindow: true }]);
    expect(partly[0]?.strength ?? 1).toBeLessThan(whole[0]?.strength ?? 0);
  });

  it('never takes the level of an unmeasured baseline for a shift', () => {
    const points = series(minute, (atMs) => (atMs < window.startMs ? 1 : 50));
    const unread = points.filter(([atMs]) => atMs >= window.startMs);
    expect(findMetricShifts({ metrics: [metricSignal('m', unread)], window, baseline })).toEqual([]);
    const unreadWindow = points.filter(([atMs]) => atMs < window.startMs);
    expect(findMetricShifts({ metrics: [metricSignal('m', unreadWindow)], window, baseline })).toEqual([]);
  });
});

describe('findMetricShifts by role and unit', () => {
  const shiftOf = (before: number, after: number, given: Parameters<typeof metricSignal>[2]) =>
    findMetricShifts({
      metrics: [
        metricSignal(
          'm',
          series(minute, (atMs) => (atMs < window.startMs + 5 * minute ? before : after)),
          given,
        ),
      ],
      window,
      baseline,
    })[0];

  it('counts every restart', () => {
    expect(shiftOf(0, 1, { role: 'restarts', unit: '{restart}', type: 'counter' })).toMatchObject({
      direction: 'up',
      before: 0,
      after: 1,
      unit: '{restart}',
    });
  });

  it('tells a counter in units per second', () => {
    let total = 0;
    const points = series(minute, (atMs) => (total += atMs < window.startMs + 5 * minute ? 60 : 1_200));
    const [shift] = findMetricShifts({
      metrics: [metricSignal('m', points, { type: 'counter', unit: '{request}' })],
      window,
      baseline,
    });
    expect(shift).toMatchObject({ unit: '{request}/s', before: 1, after: 20 });
  });

  it('has no eye for what nobody would feel', () => {
    expect(shiftOf(0.0002, 0.002, { role: 'latency.p99', unit: 's' })).toBeUndefined();
    expect(shiftOf(100_000, 200_000, { role: 'memory.usage', unit: 'By' })).toBeUndefined();
    expect(shiftOf(0.2, 0.4, { role: 'latency.p99', unit: 's' })).toBeDefined();
    expect(shiftOf(3e8, 9e8, { role: 'memory.usage', unit: 'By' })).toBeDefined();
    expect(shiftOf(100, 10, { role: 'connections.max', unit: '{connection}' })).toMatchObject({
      direction: 'down',
    });
  });

  it('judges a series of an unknown unit by its own size, below zero too', () => {
    expect(shiftOf(-4e-6, -9e-6, { unit: '' })).toMatchObject({ direction: 'down' });
    expect(shiftOf(4e9, 4.1e9, { unit: '' })).toBeUndefined();
  });

  it('keeps the peak in a thinned drawing', () => {
    const points = series(5_000, (atMs) =>
      atMs === window.startMs + 10 * minute ? 40 : atMs < window.startMs ? 1 : 8,
    );
    const [shift] = findMetricShifts({ metrics: [metricSignal('m', points)], window, baseline });
    expect(shift?.points.length).toBe(60);
    expect(shift?.peak).toBe(40);
    expect(shift?.points.map(([, value]) => value)).toContain(40);
  });
});
