import type { LogSignal } from '@midwatch/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseline,
  find,
  inBaseline,
  inWindow,
  lines,
  log,
  minute,
  patternOf,
  usual,
  window,
} from '../__fixtures__/lines-of-a-service.js';
import type { LogCoverage } from './coverage.js';

describe('change of rate', () => {
  it('tells what is new, from its first line on', () => {
    const onset = window.startMs + 12 * minute;
    const pattern = patternOf(
      [...usual, ...lines(47, onset, window.endMs, 'pool exhausted after')],
      'pool exhausted',
    );
    expect(pattern).toMatchObject({ change: 'new', isLasting: true, service: 'api', signalCount: 47 });
    expect(pattern.onsetMs).toBe(pattern.firstSeenMs);
    expect(pattern.strength).toBeGreaterThan(0.9);
    expect(pattern.window).toMatchObject({ count: 47, coveredMs: 20 * minute, ratePerMinute: 47 / 20 });
    expect(pattern.baseline.count).toBe(0);
    expect(pattern.signalIds).toHaveLength(20);
  });

  it('tells what stopped, at the beginning and in the middle of the window', () => {
    const never = patternOf([...usual, ...inBaseline(30, 'cache refreshed')], 'cache refreshed');
    expect(never).toMatchObject({ change: 'gone', onsetMs: window.startMs });
    const until = window.startMs + 10 * minute;
    const stopped = patternOf(
      [
        ...usual,
        ...inBaseline(40, 'cache refreshed'),
        ...lines(20, window.startMs, until, 'cache refreshed'),
      ],
      'cache refreshed',
    );
    expect(stopped.change).toBe('gone');
    expect(Math.abs((stopped.onsetMs ?? 0) - until)).toBeLessThan(2 * minute);
  });

  it('tells up and down from steady', () => {
    const up = patternOf([...usual, ...inBaseline(20, 'retry'), ...inWindow(90, 'retry')], 'retry');
    expect(up).toMatchObject({ change: 'up', isTraffic: false });
    expect(up.ratio).toBeGreaterThan(3);
    expect(patternOf([...usual, ...inBaseline(90, 'retry'), ...inWindow(20, 'retry')], 'retry').change).toBe(
      'down',
    );
    expect(
      patternOf([...usual, ...inBaseline(30, 'retry'), ...inWindow(36, 'retry')], 'retry'),
    ).toMatchObject({
      change: 'steady',
      strength: 0,
    });
  });

  it('calls a storm that ended up, but not lasting, and its end no change', () => {
    const storm = lines(200, window.startMs + 5 * minute, window.startMs + 8 * minute, 'retry');
    const pattern = patternOf(
      [...usual, ...inBaseline(20, 'retry'), ...inWindow(20, 'retry'), ...storm],
      'retry',
    );
    expect(pattern).toMatchObject({ change: 'up', isLasting: false });
  });

  it('makes nothing of a line or two, but of two errors', () => {
    expect(patternOf([...usual, ...inWindow(2, 'hello there')], 'hello').change).toBe('steady');
    expect(patternOf([...usual, ...inBaseline(3, 'hello there')], 'hello').change).toBe('steady');
    expect(patternOf([...usual, ...inWindow(2, 'out of memory', { level: 'error' })], 'out of').change).toBe(
      'new',
    );
  });

  it('is right for periods of different length', () => {
    const long = { startMs: baseline.endMs - 60 * minute, endMs: baseline.endMs };
    const logs = [...lines(300, long.startMs, long.endMs, 'retry'), ...inWindow(100, 'retry'), ...usual];
    expect(patternOf(logs, 'retry', { baseline: long }).change).toBe('steady');
  });

  it('is not fooled by a service that is asked more often', () => {
    const logs = [...inBaseline(200, 'served request'), ...inWindow(800, 'served request')];
    const pattern = patternOf(
      [...logs, ...inBaseline(50, 'read row'), ...inWindow(210, 'read row')],
      'read row',
    );
    expect(pattern).toMatchObject({ change: 'steady', isTraffic: true });
    const other = patternOf([...logs, ...inBaseline(20, 'retry'), ...inWindow(400, 'retry')], 'retry');
    expect(other.change).toBe('up');
  });

  it('raises no alarm on chance', () => {
    let state = 1;
    const uniform = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const statements = Array.from(
      { length: 300 },
      (_, index) =>
        `step ${'abcdefgh'[index % 8]}${'ijklmnop'[index >> 6]}x${'qrstuvwx'[(index >> 3) % 8]} did`,
    );
    const logs = Array.from({ length: 12_000 }, () => {
      const period = uniform() < 0.5 ? window : baseline;
      const at = period.startMs + uniform() * (period.endMs - period.startMs);
      return log(at, `${statements[Math.floor(uniform() ** 2 * statements.length)]} ${uniform()}`);
    });
    const changed = find(logs).patterns.filter(({ strength }) => strength > 0.2);
    expect(changed).toEqual([]);
  });
});

describe('gaps', () => {
  const whole: readonly LogCoverage[] = [
    { period: 'window', covered: [window] },
    { period: 'baseline', covered: [baseline] },
  ];
  const without = (period: 'window' | 'baseline', service?: string): readonly LogCoverage[] => [
    ...whole.filter((entry) => entry.period !== period || service !== undefined),
    ...(service === undefined ? [] : [{ period, service, covered: [] }]),
  ];

  it('never make a pattern new or gone', () => {
    const fresh = [...inWindow(60, 'pool exhausted')];
    expect(patternOf([...usual, ...fresh], 'pool', { coverage: whole }).change).toBe('new');
    for (const coverage of [without('baseline'), without('baseline', 'api'), []]) {
      expect(patternOf(fresh, 'pool', { coverage })).toMatchObject({ change: 'steady', isComparable: false });
    }
    const old = [...inBaseline(60, 'cache refreshed')];
    expect(patternOf([...usual, ...old], 'cache', { coverage: whole }).change).toBe('gone');
    expect(patternOf(old, 'cache', { coverage: without('window', 'api') })).toMatchObject({
      change: 'steady',
    });
    expect(patternOf(old, 'cache', { coverage: without('window', 'other') }).isComparable).toBe(true);
  });

  it('shorten the time that a rate is counted over', () => {
    const read = { startMs: window.startMs, endMs: window.startMs + 5 * minute };
    const coverage: readonly LogCoverage[] = [
      { period: 'window', covered: [read] },
      { period: 'baseline', covered: [baseline] },
    ];
    const logs = [...inBaseline(200, 'retry'), ...lines(50, read.startMs, read.endMs, 'retry')];
    const pattern = patternOf(logs, 'retry', { coverage });
    expect(pattern.change).toBe('steady');
    expect(pattern.window).toEqual({ count: 50, coveredMs: 5 * minute, ratePerMinute: 10 });
  });

  it('keep what was seen in a part that was not wholly read from being new', () => {
    const coverage: readonly LogCoverage[] = [
      { period: 'window', covered: [window] },
      { period: 'baseline', covered: [{ startMs: baseline.startMs, endMs: baseline.startMs + 10 * minute }] },
    ];
    const seen = log(baseline.endMs - minute, 'pool exhausted 5');
    const pattern = patternOf([...usual, seen, ...inWindow(80, 'pool exhausted')], 'pool', { coverage });
    expect(pattern.change).toBe('up');
    expect(pattern.baseline.count).toBe(0);
  });

  it('scale up what was sampled, by level', () => {
    const coverage: readonly LogCoverage[] = [
      { period: 'window', covered: [window], share: 0.1 },
      { period: 'window', covered: [window], minLevel: 'warn' },
      { period: 'baseline', covered: [baseline], share: 0.1 },
    ];
    const logs = [
      ...inWindow(40, 'served request'),
      ...inBaseline(40, 'served request'),
      ...inWindow(30, 'slow query', { level: 'warn' }),
      ...inBaseline(3, 'slow query', { level: 'warn' }),
    ];
    const slow = patternOf(logs, 'slow query', { coverage });
    expect(slow.change).toBe('steady');
    expect([slow.window.ratePerMinute, slow.baseline.ratePerMinute]).toEqual([1.5, 1.5]);
    expect(patternOf(logs, 'served', { coverage }).window.ratePerMinute).toBe(20);
  });

  it('leave lines that were read for their request out of the rates', () => {
    const chosen = inWindow(300, 'read row', { queryId: 'by-trace' });
    const pattern = patternOf([...usual, ...chosen, ...inBaseline(5, 'read row')], 'read row', {
      countedQueryIds: new Set(['q']),
    });
    expect(pattern).toMatchObject({ change: 'steady', signalCount: 305 });
    expect(pattern.window.count).toBe(0);
  });
});

describe('properties', () => {
  const bodies = fc.constantFrom(
    'took 5',
    'took 17',
    'lost user bob',
    'lost user eve',
    'lost user ann',
    'ERROR no route',
    '\tat a.B.c(D.java:1)',
    '',
    '{"msg":"x"}',
  );
  const records = fc.uniqueArray(
    fc.tuple(fc.integer({ min: baseline.startMs, max: window.endMs }), bodies, fc.constantFrom('a', 'b')),
    { maxLength: 40, selector: ([at]) => at },
  );

  it('the order of records does not matter', () => {
    fc.assert(
      fc.property(records, fc.array(fc.nat(), { maxLength: 40 }), (given, keys) => {
        const logs = given.map(([at, body, service]) => log(at, body, { service }));
        const shuffled = logs
          .map((record, index) => ({ record, key: keys[index] ?? index }))
          .sort((x, y) => x.key - y.key);
        const one = find(logs);
        const other = find(shuffled.map(({ record }) => record));
        expect(other.patterns).toEqual(one.patterns);
        const indexOf = new Map(logs.map((record, index) => [record.id, one.patternOfLog[index]]));
        expect(shuffled.map(({ record }) => indexOf.get(record.id))).toEqual([...other.patternOfLog]);
      }),
    );
  });

  it('a gap makes no finding, wherever it lies', () => {
    const part = fc
      .tuple(fc.nat(20), fc.nat(20))
      .map(([from, to]) => ({ from: Math.min(from, to), to: Math.max(from, to) }));
    fc.assert(
      fc.property(part, part, (read, readBefore) => {
        const covered = (period: typeof window, { from, to }: typeof read) => [
          { startMs: period.startMs + from * minute, endMs: period.startMs + to * minute },
        ];
        const coverage: readonly LogCoverage[] = [
          { period: 'window', covered: covered(window, read) },
          { period: 'baseline', covered: covered(baseline, readBefore) },
        ];
        const isRead = (record: LogSignal) =>
          coverage.some((entry) =>
            entry.covered.some(
              ({ startMs, endMs }) => record.timestampMs >= startMs && record.timestampMs < endMs,
            ),
          );
        const { patterns } = find(usual.filter(isRead), { coverage });
        expect(patterns.filter(({ change }) => change !== 'steady')).toEqual([]);
      }),
    );
  });
});
