import type { LogSignal } from '@midwatch/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogCoverage } from './coverage.js';
import { findLogPatterns, type LogPattern, type LogPatternInput } from './find-log-patterns.js';

const minute = 60_000;
const window = { startMs: 100 * minute, endMs: 120 * minute };
const baseline = { startMs: 75 * minute, endMs: 95 * minute };

function log(timestampMs: number, body: string, given: Partial<LogSignal> = {}): LogSignal {
  const timeUnixNano = `${Math.round(timestampMs * 1_000)}000`;
  return {
    kind: 'logs',
    id: `${timeUnixNano} ${given.service ?? 'api'} ${body.slice(0, 60)}`,
    timestampMs,
    timeUnixNano,
    connectorId: 'c',
    queryId: 'q',
    service: 'api',
    attributes: {},
    body,
    ...given,
  };
}

/** `count` lines, spread evenly from `fromMs` to `toMs`. */
function lines(
  count: number,
  fromMs: number,
  toMs: number,
  body: string,
  given: Partial<LogSignal> = {},
): LogSignal[] {
  return Array.from({ length: count }, (_, index) =>
    log(fromMs + ((index + 0.5) * (toMs - fromMs)) / count, `${body} ${index}`, given),
  );
}

const inWindow = (count: number, body: string, given?: Partial<LogSignal>) =>
  lines(count, window.startMs, window.endMs, body, given);
const inBaseline = (count: number, body: string, given?: Partial<LogSignal>) =>
  lines(count, baseline.startMs, baseline.endMs, body, given);

function find(logs: readonly LogSignal[], given: Partial<LogPatternInput> = {}) {
  return findLogPatterns({ logs, window, baseline, ...given });
}

function patternOf(
  logs: readonly LogSignal[],
  text: string,
  given: Partial<LogPatternInput> = {},
): LogPattern {
  const pattern = find(logs, given).patterns.find(({ template }) => template.startsWith(text));
  expect(pattern, text).toBeDefined();
  return pattern!;
}

/** What a service says all the time. */
const usual = [...inWindow(400, 'served request'), ...inBaseline(400, 'served request')];

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
    expect(pattern.window).toEqual({ count: 47, coveredMs: 20 * minute, ratePerMinute: 47 / 20 });
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

describe('records', () => {
  it('keeps levels apart, wherever they stand', () => {
    const logs = [
      log(window.startMs, 'call ended 1', { level: 'error' }),
      log(window.startMs + 1, 'call ended 2', { severityNumber: 9 }),
      log(window.startMs + 2, '{"level":"warn","message":"call ended 3"}'),
      log(window.startMs + 3, 'call ended 4'),
    ];
    const { patterns, patternOfLog } = find(logs);
    expect([...patternOfLog].map((index) => patterns[index]?.level)).toEqual([
      'error',
      'info',
      'warn',
      undefined,
    ]);
    expect(new Set(patterns.map(({ templateId }) => templateId)).size).toBe(1);
  });

  it('reads the level from the text, and the outcome of a request', () => {
    const logs = [
      log(window.startMs, '08:42:09 ERROR a.b.C - lost 5'),
      log(window.startMs + 1, '08:42:10 INFO a.b.C - lost 6'),
      log(window.startMs + 2, '10.0.0.1 - - [x] "GET /a HTTP/1.1" 502 17'),
      log(window.startMs + 3, '10.0.0.1 - - [x] "GET /a HTTP/1.1" 200 17'),
    ];
    const { patterns, patternOfLog } = find(logs);
    expect([...patternOfLog].map((index) => patterns[index]?.level)).toEqual([
      'error',
      'info',
      'error',
      'info',
    ]);
  });

  it('joins the lines of a stack trace to the line that began it, across other streams', () => {
    const pod = (name: string) => ({ attributes: { 'k8s.pod.name': name } });
    const trace = (at: number, id: number) => [
      log(at, `lost order ${id}`, pod('a')),
      log(at + 1, '\tat shop.Orders.find(Orders.java:17)', pod('a')),
      log(at + 2, 'tick 5', pod('b')),
      log(at + 3, '\tat shop.Api.handle(Api.java:5)', pod('a')),
    ];
    const logs = [...trace(window.startMs, 1), ...trace(window.startMs + 5_000, 2)];
    const { patterns, patternOfLog } = find(logs);
    expect(patterns).toHaveLength(2);
    const lost = patterns.findIndex(({ template }) => template === 'lost order <*>');
    expect(patterns[lost]).toMatchObject({ frames: ['shop.Orders.find', 'shop.Api.handle'], signalCount: 2 });
    expect([...patternOfLog].map((index) => index === lost)).toEqual([
      true,
      true,
      false,
      true,
      true,
      true,
      false,
      true,
    ]);
  });

  it('tells stack traces apart by their top frames', () => {
    const trace = (at: number, frame: string) =>
      log(at, `boom ${at}\n\tat ${frame}(X.java:${at % 90})\n\tat z.Z.run(Z.java:1)`);
    const logs = [1, 2, 3].map((second) =>
      trace(window.startMs + second * 1_000, second < 3 ? 'a.B.c' : 'a.B.d'),
    );
    expect([...find(logs).patternOfLog]).toEqual([0, 0, 1]);
    expect(find(logs).patterns.map(({ window: { count } }) => count)).toEqual([2, 1]);
  });

  it('gives one template id to what several services say', () => {
    const { patterns } = find([
      ...inWindow(3, 'hello', { service: 'a' }),
      ...inWindow(3, 'hello', { service: 'b' }),
    ]);
    expect(patterns.map(({ service }) => service)).toEqual(['a', 'b']);
    expect(patterns[0]?.templateId).toBe(patterns[1]?.templateId);
  });

  it('keeps an example of the window, cut in length, with samples of traces', () => {
    const long = `retry ${'x'.repeat(5_000)}`;
    const logs = [
      log(baseline.startMs, long, { traceId: 'a'.repeat(32) }),
      log(window.startMs + 5, long, { traceId: 'b'.repeat(32) }),
      ...lines(50, window.startMs + minute, window.endMs, 'retry', { traceId: 'c'.repeat(32) }),
    ];
    const pattern = patternOf(logs, 'retry');
    expect(pattern.example).toHaveLength(2_000);
    expect(pattern.exampleId).toBe(logs[1]?.id);
    expect(pattern.traceIds[0]).toBe('b'.repeat(32));
    expect(pattern.queryIds).toEqual(['q']);
  });

  it('counts a record once, however often it comes', () => {
    const logs = inWindow(10, 'retry');
    expect(patternOf([...logs, ...logs], 'retry').window.count).toBe(10);
    expect(find([...logs, ...logs]).patternOfLog).toHaveLength(20);
  });

  it('has an answer for nothing, for one record, and for records of another time', () => {
    expect(find([])).toEqual({ patterns: [], patternOfLog: new Int32Array(0), isOverflown: false });
    expect(find([log(window.startMs, 'x')]).patterns).toHaveLength(1);
    expect(find([log(5, 'x')]).patterns).toEqual([]);
    expect([...find([log(5, 'x'), log(Number.NaN, 'y', { timeUnixNano: '0' })]).patternOfLog]).toEqual([
      -1, -1,
    ]);
    const empty = { startMs: 5, endMs: 5 };
    expect(find([log(5, 'x')], { window: empty, baseline: empty }).patterns).toEqual([]);
  });

  it('takes a line of a megabyte and hostile names', () => {
    const hostile = ['__proto__', 'constructor', 'toString'].map((word, index) =>
      log(window.startMs + index, word, { service: word, attributes: { pod: word } }),
    );
    const { patterns } = find([...hostile, log(window.startMs + 9, 'a=1 '.repeat(250_000))]);
    expect(patterns).toHaveLength(4);
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
