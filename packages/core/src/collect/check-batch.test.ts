import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeWindow } from '../connector/v1/connector.js';
import type { LogSignal } from '../connector/v1/signal.js';
import { incident, log, metric, NOW_MS, span, trace, WINDOW } from './__fixtures__/connectors.js';
import { checkBatch } from './check-batch.js';
import { mergeSignals } from './merge-signals.js';
import { createServiceNames } from './name-services.js';
import { createScrub } from './scrub.js';

const seeded = { seed: 11, numRuns: 300 };
const names = createServiceNames([], 'c');

function check(
  returned: unknown,
  limit: number,
  keep: 'newest' | 'oldest' | 'spread',
  kind = 'logs' as const,
) {
  const query = { window: WINDOW, target: {}, limit, keep };
  const endsAtMs = Number.POSITIVE_INFINITY;
  return checkBatch(returned, { kind, connectorId: 'c', query, names, scrub: createScrub('none'), endsAtMs });
}

/** What may come for one line: its time, or something that is none. */
const item = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.integer({ min: -10, max: 40 }).map((minute) => WINDOW.startMs + minute * 60_000),
  },
  { weight: 1, arbitrary: fc.constantFrom('invalid', null, Number.NaN) },
);

describe('a checked batch', () => {
  it('accounts for every signal that was returned', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('newest', 'oldest', 'spread'),
        async (items, limit, keep) => {
          const signals = items.map((time, n) => (typeof time === 'number' ? log('c', `l${n}`, time) : time));
          const batch = await check({ signals, gaps: [], provenance: [] }, limit, keep);
          const missing = batch.gaps.reduce((sum, gap) => sum + (gap.missing?.count ?? 0), 0);
          expect(batch.signals.length + missing).toBe(items.length);
          expect(batch.signals.length).toBeLessThanOrEqual(limit);
          expect(batch.gaps.every((gap) => gap.missing?.exact)).toBe(true);
          expect(new Set(batch.signals.map(({ id }) => id)).size).toBe(batch.signals.length);
          for (const { timestampMs } of batch.signals) {
            expect(timestampMs).toBeGreaterThanOrEqual(WINDOW.startMs);
            expect(timestampMs).toBeLessThan(WINDOW.endMs);
          }
        },
      ),
      seeded,
    );
  });

  it.each([
    ['newest', ['l7', 'l8', 'l9']],
    ['oldest', ['l0', 'l1', 'l2']],
    ['spread', ['l0', 'l3', 'l6']],
  ] as const)('keeps the %s', async (keep, expected) => {
    const signals = Array.from({ length: 10 }, (_, n) => log('c', `l${n}`, WINDOW.startMs + n));
    const batch = await check({ signals, gaps: [], provenance: [] }, 3, keep);
    expect(batch.signals.map(({ id }) => id)).toEqual(expected);
  });

  it('keeps what the connector says is missing, however it says it', async () => {
    const gaps = [
      { reason: 'a-new-reason', missing: { count: 3, exact: false } },
      { reason: 5 },
      'cut',
      ...Array(500).fill({ reason: 'sampled' }),
    ];
    const provenance = [
      { queryId: 'q1', language: 'x', text: 'y'.repeat(1e6), window: WINDOW },
      null,
      { text: 'no id' },
    ];
    const batch = await check({ signals: [], gaps, provenance }, 3, 'newest');
    expect(batch.gaps.slice(0, 3).map(({ reason }) => reason)).toEqual([
      'a-new-reason',
      'invalid-item',
      'invalid-item',
    ]);
    expect(batch.gaps).toHaveLength(100);
    expect(batch.provenance).toHaveLength(1);
    expect(batch.provenance[0]?.text.length).toBeLessThanOrEqual(8000);
  });

  it('stops at the deadline and says how much it has not looked at', async () => {
    const query = { window: WINDOW, target: {}, limit: 10, keep: 'newest' as const };
    const signals = [1, 2, 3].map((n) => log('c', `l${n}`, WINDOW.startMs + n));
    const scope = {
      kind: 'logs' as const,
      connectorId: 'c',
      query,
      names,
      scrub: createScrub('none'),
      endsAtMs: 0,
    };
    const batch = await checkBatch({ signals, gaps: [], provenance: [] }, scope);
    expect(batch.gaps).toMatchObject([{ reason: 'deadline', missing: { count: 3, exact: true } }]);
  });
});

describe('what lies in the window', () => {
  const ask = async <K extends 'metrics' | 'traces' | 'incidents'>(
    kind: K,
    signal: unknown,
    window: TimeWindow,
  ) => {
    const query = { window, target: {}, limit: 10, keep: 'newest' as const };
    const endsAtMs = Number.POSITIVE_INFINITY;
    const scope = { kind, connectorId: 'c', query, names, scrub: createScrub('none'), endsAtMs };
    return (await checkBatch<K>({ signals: [signal], gaps: [], provenance: [] }, scope)).signals[0];
  };

  it('is, of a series, the points inside, ascending', async () => {
    const series = metric('c', 'm1', [
      [NOW_MS - 10, 1],
      [WINDOW.startMs - 1, 2],
      [WINDOW.startMs, 3],
      [WINDOW.endMs, 4],
    ]);
    expect(await ask('metrics', series, WINDOW)).toMatchObject({
      timestampMs: WINDOW.startMs,
      timeUnixNano: `${WINDOW.startMs}000000`,
      points: [
        [WINDOW.startMs, 3],
        [NOW_MS - 10, 1],
      ],
    });
  });

  it('is a trace that any span reaches into', async () => {
    const began = trace('c', 't1', [span('a', WINDOW.startMs - 500, 600)]);
    expect(await ask('traces', began, WINDOW)).toBeDefined();
    const over = trace('c', 't1', [span('a', WINDOW.startMs - 500, 100)]);
    expect(await ask('traces', over, WINDOW)).toBeUndefined();
  });

  it('is what still fires', async () => {
    expect(await ask('incidents', incident('c', 'i1', WINDOW.startMs - 86_400_000), WINDOW)).toBeDefined();
    expect(await ask('incidents', incident('c', 'i1', WINDOW.endMs), WINDOW)).toBeUndefined();
  });

  it('is no trace of a flood of spans', async () => {
    const flood = trace(
      'c',
      't1',
      Array.from({ length: 20_001 }, () => span('a', NOW_MS - 5, 1)),
    );
    expect(await ask('traces', flood, WINDOW)).toBeUndefined();
  });
});

describe('merged signals', () => {
  const line = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), at: fc.integer({ min: 0, max: 5 }) });

  it('are unique by id and ascend, whatever came in which list', () => {
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 5 }), (lists) => {
        const signals = lists.map((list) => list.map(({ id, at }) => log('c', id, NOW_MS + at)));
        const merged = mergeSignals<LogSignal>(signals);
        expect(new Set(merged.map(({ id }) => id))).toEqual(new Set(lists.flat().map(({ id }) => id)));
        expect(merged).toHaveLength(new Set(merged.map(({ id }) => id)).size);
        const times = merged.map(({ timestampMs }) => timestampMs);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
      }),
      seeded,
    );
  });

  it('keep a series at another step as another one', () => {
    const fine = metric('c', 'm1', [
      [1, 1],
      [2, 2],
    ]);
    const coarse = metric('c', 'm1', [[0, 1]]);
    expect(mergeSignals([[fine], [coarse], [fine]]).map(({ id }) => id)).toEqual(['m1-1', 'm1']);
  });

  it('hold a trace once, though two backends have it, with all the spans that one has', () => {
    const short = trace('jaeger', 'x1', [span('a', NOW_MS, 5)], { traceId: 't1' });
    const whole = trace('tempo', 'x2', [span('a', NOW_MS, 5), span('b', NOW_MS, 2)], { traceId: 't1' });
    expect(mergeSignals([[short], [whole]])).toMatchObject([{ id: 'x1', spans: [{}, {}] }]);
  });
});
