import type { AnalyzerIdentity, Confidence, Judgement, SettledCount } from '@midwatch/core/incident';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCalibrations, toCalibrations } from './index.js';

const model: AnalyzerIdentity = { name: 'claude', model: 'small-1', promptVersion: 'p3' };

function counted(judgement: Judgement, count: number, more: Partial<SettledCount> = {}): SettledCount {
  return {
    ...{ analyzer: model, level: 'HIGH', shownLevel: 'HIGH', judgement, via: 'people', count },
    ...{ firstAtMs: 1, lastAtMs: 2 },
    ...more,
  };
}

const record = (right: number, settled: number, shownLevel: Confidence = 'HIGH') => [
  counted('right', right, { shownLevel }),
  counted('wrong', settled - right, { shownLevel }),
];
const ceilingOf = (...counts: readonly SettledCount[]) => toCalibrations(counts)[0]?.ceiling.confidence;

describe('the ceiling of HIGH', () => {
  it('says in words what it rests on', () => {
    expect(toCalibrations(record(41, 62))).toEqual([
      {
        ...{ analyzer: model, settled: 62, right: 41, shrunk: (41 + 27) / 92 },
        ceiling: {
          confidence: 'MEDIUM',
          reasons: ['HIGH of this model was right in 41 of 62 settled cases: shown as MEDIUM at most.'],
        },
      },
    ]);
    const [own] = toCalibrations(record(41, 62).map((each) => ({ ...each, analyzer: { name: 'evidence' } })));
    expect(own?.ceiling.reasons).toEqual([
      'HIGH of this analyzer was right in 41 of 62 settled cases: shown as MEDIUM at most.',
    ]);
  });

  it('is not touched by fewer than 30 cases, be they all wrong', () => {
    expect(ceilingOf(...record(0, 29))).toBe('HIGH');
    expect(ceilingOf(...record(0, 30))).toBe('LOW');
    expect(toCalibrations([])).toEqual([]);
  });

  it.each([
    // (right + 27) / (settled + 30) against 0.85 and 0.6, and against 0.875 and 0.625 to come back.
    [24, 30, 'HIGH', 'HIGH'],
    [23, 30, 'HIGH', 'MEDIUM'],
    [25, 30, 'MEDIUM', 'MEDIUM'],
    [26, 30, 'MEDIUM', 'HIGH'],
    [9, 30, 'HIGH', 'MEDIUM'],
    [8, 30, 'HIGH', 'LOW'],
    [10, 30, 'LOW', 'LOW'],
    [11, 30, 'LOW', 'MEDIUM'],
    [900, 1_000, 'HIGH', 'HIGH'],
    [800, 1_000, 'HIGH', 'MEDIUM'],
  ] as const)(
    'with %i of %i right, shown at %s till now, is %s or lower',
    (right, settled, shown, expected) => {
      expect(ceilingOf(...record(right, settled, shown))).toBe(expected);
    },
  );

  it('counts what people settled at HIGH as it was without calibration, and nothing else', () => {
    const others = [
      counted('wrong', 500, { via: 'action' }),
      counted('unknown', 500),
      counted('wrong', 500, { level: 'MEDIUM', shownLevel: 'MEDIUM' }),
      counted('wrong', 500, { analyzer: { ...model, promptVersion: 'p4' } }),
      counted('wrong', 500, { analyzer: { ...model, model: 'large-1' } }),
      counted('wrong', 500, { analyzer: { name: 'claude' } }),
    ];
    const own = toCalibrations([...others, ...record(28, 30)]).find(({ analyzer }) => analyzer === model);
    expect(own).toMatchObject({ settled: 30, right: 28, ceiling: { confidence: 'HIGH', reasons: [] } });
    expect(ceilingOf(...record(50, 50), counted('right', 0), counted('partly', 30))).toBe('MEDIUM');
    expect(ceilingOf(...record(20, 20), counted('right', 10, { shownLevel: 'MEDIUM' }))).toBe('HIGH');
  });

  it('goes by the newest case for what was shown till now', () => {
    const old = record(20, 25, 'MEDIUM').map((each) => ({ ...each, lastAtMs: 5 }));
    const right = counted('right', 5);
    expect(ceilingOf(...old, { ...right, lastAtMs: 9 })).toBe('HIGH');
    expect(ceilingOf(...old, { ...right, lastAtMs: 4 })).toBe('MEDIUM');
    // In one millisecond, in whichever order a store gives them.
    const tied = [...old, { ...right, lastAtMs: 5 }];
    expect([ceilingOf(...tied), ceilingOf(...tied.toReversed())]).toEqual(['MEDIUM', 'MEDIUM']);
  });

  it('never falls for one more case that is right, nor rises for one that is wrong', () => {
    const rank = { LOW: 0, MEDIUM: 1, HIGH: 2 };
    const anyLevel = fc.constantFrom<Confidence>('LOW', 'MEDIUM', 'HIGH');
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 400 }), fc.nat(), anyLevel, (settled, seed, shown) => {
        const right = seed % (settled + 1);
        const of = (count: number, among: number) =>
          rank[ceilingOf(...record(count, among, shown)) ?? 'HIGH'];
        expect(of(right + 1, settled + 1)).toBeGreaterThanOrEqual(of(right, settled));
        expect(of(right, settled + 1)).toBeLessThanOrEqual(of(right, settled));
      }),
    );
  });

  it('is read of the 180 days before', async () => {
    const asked: unknown[] = [];
    const settledRecord = async (request: unknown) => {
      asked.push(request);
      return record(0, 30);
    };
    const atMs = Date.UTC(2026, 10, 1);
    const [calibration] = await readCalibrations({ settledRecord }, atMs);
    expect(calibration?.ceiling.confidence).toBe('LOW');
    expect(asked).toEqual([{ fromMs: Date.UTC(2026, 4, 5), toMs: atMs }]);
  });
});
