import type { MetricShiftFinding } from '@midwatch/core/incident';
import { expect, it } from 'vitest';
import { courseSince } from './measure-effect.js';

const shift: MetricShiftFinding = {
  ...{
    kind: 'metric-shift',
    id: 'M1',
    statement: 's',
    strength: 1,
    signalIds: [],
    signalCount: 1,
    queryIds: [],
  },
  ...{ metric: 'm', unit: 's', attributes: {}, direction: 'up', before: 1, after: 9, peak: 11, last: 9 },
  ...{ lasting: true, points: [], onsetMs: 10 },
};
const since = 100;
const course = (...after: readonly number[]) =>
  courseSince(
    shift,
    [[20, 9], ...after.map((value, index) => [since + 1 + index, value] as const)].map(
      ([atMs, value]): [number, number] => [atMs, value],
    ),
    since,
  );

it('is over when the newest two points are back, and not before there are two', () => {
  expect(course(2, 1.9)).toBe('over');
  expect(course(0.5, 2)).toBe('over');
  expect(course(1)).toBe('open');
  expect(course(9, 2)).toBe('open');
  expect(course(2, 2.1)).toBe('open');
});

it('is worse only clearly beyond the worst before it, and both points say so', () => {
  expect(course(16, 16)).toBe('worse');
  expect(course(15.9, 30)).toBe('open');
  expect(course(11, 11)).toBe('open');
});

it('counts what was worse between the look and the action', () => {
  const points: [number, number][] = [
    [90, 21],
    [101, 20],
    [102, 20],
  ];
  expect(courseSince(shift, points, since)).toBe('open');
});

it('knows a fall as well, and draws no conclusion where nothing had moved', () => {
  const fall: MetricShiftFinding = { ...shift, direction: 'down', before: 100, peak: 40 };
  const after = (value: number): [number, number][] => [
    [101, value],
    [102, value],
  ];
  expect(courseSince(fall, after(95), since)).toBe('over');
  expect(courseSince(fall, after(5), since)).toBe('worse');
  expect(courseSince({ ...shift, peak: 1 }, after(1), since)).toBe('open');
  expect(courseSince(shift, after(Number.NaN), since)).toBe('open');
});
