import type { BriefInput, MetricShiftFinding } from '@midwatch/core/incident';
import { describe, expect, it } from 'vitest';
import { change, input, latency } from './__fixtures__/brief-input.js';
import { numberLine } from './brief-lines.js';
import { toNumbers } from './to-numbers.js';

const shift = (more: Partial<MetricShiftFinding>): MetricShiftFinding => ({ ...latency, ...more });
const withFindings = (...findings: readonly MetricShiftFinding[]): BriefInput => ({
  ...input,
  evidence: { ...input.evidence, findings },
});
const numbersOf = (...findings: readonly MetricShiftFinding[]) =>
  toNumbers(withFindings(...findings), change, new Map());

describe('toNumbers', () => {
  it('takes a latency that fell, as it does when everything fails fast, for no decisive number', () => {
    const faster = shift({ id: 'M1', direction: 'down', before: 0.2, peak: 0.14, last: 0.15 });
    const errors = shift({
      id: 'M2',
      role: 'error.ratio',
      unit: '1',
      before: 0.001,
      peak: 0.12,
      last: 0.117,
    });
    const busy = shift({ id: 'M3', role: 'cpu.usage', unit: '{cpu}' });
    expect(numbersOf(faster, errors, busy).map(({ findingId }) => findingId)).toEqual(['M2', 'M3', 'M1']);
  });

  it('tells shares in per cent and other numbers without a unit as they are', () => {
    const full = shift({
      role: 'disk.usage',
      unit: '1',
      before: 0.92,
      peak: 1,
      last: 0.997,
      points: [[1, 0.92]],
    });
    expect(numbersOf(full)).toEqual([
      expect.objectContaining({
        label: 'disk',
        unit: '%',
        before: 92,
        now: 99.7,
        peak: 100,
        points: [[1, 92]],
      }),
    ]);
    const waiting = shift({ role: 'queue.depth', unit: '1', last: 41 });
    expect(numbersOf(waiting)).toEqual([expect.objectContaining({ unit: '1', now: 41 })]);
  });

  it('names what is saturated by its metric, unless that is a whole query', () => {
    const named = shift({ role: 'saturation.other', metric: 'process_open_fds' });
    const query = shift({ role: 'saturation.other', metric: `sum(${'x'.repeat(80)})` });
    expect(numbersOf(named, query).map(({ label }) => label)).toEqual(['process_open_fds', 'saturation']);
  });

  it('gives the value before a change to numbers of the service that was changed, and to no other', () => {
    const own = numbersOf(shift({}));
    expect(own[0]?.beforeChange).toBe(0.18);
    const elsewhere = { ...change, deploy: { ...change.deploy, service: 'catalog' } };
    const [number] = toNumbers(withFindings(shift({})), elsewhere, new Map());
    expect(number).not.toHaveProperty('beforeChange');
  });
});

describe('numberLine', () => {
  const of = (more: Partial<MetricShiftFinding>) => {
    const [number] = toNumbers(withFindings(shift(more)), undefined, new Map());
    return number === undefined ? '' : numberLine(number);
  };

  it('calls the extreme what it is, and leaves it out where it reads like the last value', () => {
    expect(of({ last: 8.2, peak: 8.4 })).toBe('before 190 ms, now 8.2 s, peak 8.4 s');
    expect(of({ last: 7.671, peak: 7.672 })).toBe('before 190 ms, now 7.67 s');
    expect(of({ direction: 'down', last: 0.15, peak: 0.1 })).toBe('before 190 ms, now 150 ms, lowest 100 ms');
  });
});
