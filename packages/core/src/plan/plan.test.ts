import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALERT, deploy, NOW_MS, span, trace } from '../collect/__fixtures__/connectors.js';
import type { TimeWindow } from '../connector/v1/connector.js';
import type { SignalKind, Span, TraceSignal } from '../connector/v1/signal.js';
import type { Alert } from '../incident/alert.js';
import type { SourceReport } from '../incident/collection.js';
import { type PlannedQuery, type PlanSettings, plan } from './plan.js';

const MINUTE_MS = 60_000;
const minutesBeforeNow = ({ startMs, endMs }: TimeWindow) => [
  (NOW_MS - startMs) / MINUTE_MS,
  (NOW_MS - endMs) / MINUTE_MS,
];

function windowsOf(more: Partial<Alert>, settings?: PlanSettings) {
  const { window, baseline, baselineName } = plan({ ...ALERT, ...more }, NOW_MS, settings);
  return [minutesBeforeNow(window), minutesBeforeNow(baseline), baselineName];
}

describe('window and baseline', () => {
  const startsAtMs = NOW_MS - 10 * MINUTE_MS;
  it.each<[string, Partial<Alert>, PlanSettings, unknown[]]>([
    ['5 min of condition and 15 min before it', { startsAtMs }, {}, [[30, 0], [65, 35], 'the 30 min before']],
    ["the rule's own condition", { startsAtMs, forMs: 60_000 }, {}, [[26, 0], [57, 31], 'the 26 min before']],
    [
      'an alert that has ended',
      { startsAtMs, status: 'resolved', endsAtMs: startsAtMs + 4 * MINUTE_MS },
      {},
      [[30, 6], [59, 35], 'the 24 min before'],
    ],
    [
      'an alert that fires for hours: its beginning',
      { startsAtMs: NOW_MS - 300 * MINUTE_MS },
      {},
      [[320, 260], [385, 325], 'the 60 min before'],
    ],
    [
      'an end that no source gave',
      { startsAtMs, status: 'resolved', endsAtMs: -62_135_596_800_000 },
      {},
      [[30, 0], [65, 35], 'the 30 min before'],
    ],
    ['a beginning after now', { startsAtMs: NOW_MS + 60_000 }, {}, [[20, 0], [45, 25], 'the 20 min before']],
    [
      'a suspected change',
      { startsAtMs },
      { suspectedChangeMs: NOW_MS - 50 * MINUTE_MS },
      [[30, 0], [80, 50], 'the 30 min before the change'],
    ],
    [
      'a suspected change within the window',
      { startsAtMs },
      { suspectedChangeMs: startsAtMs },
      [[30, 0], [65, 35], 'the 30 min before'],
    ],
    [
      'a suspected change of this morning',
      { startsAtMs },
      { suspectedChangeMs: NOW_MS - 600 * MINUTE_MS },
      [[30, 0], [1470, 1440], 'the same hour yesterday'],
    ],
    [
      'a suspected change of the day before yesterday',
      { startsAtMs },
      { suspectedChangeMs: NOW_MS - 3000 * MINUTE_MS },
      [[30, 0], [3030, 3000], 'the 30 min before the change'],
    ],
  ])('%s', (_, more, settings, expected) => {
    expect(windowsOf(more, settings)).toEqual(expected);
  });

  it('are taken as they are when given', () => {
    const window = { startMs: NOW_MS - 3 * MINUTE_MS, endMs: NOW_MS };
    const baseline = { startMs: NOW_MS + MINUTE_MS, endMs: NOW_MS + 3 * MINUTE_MS };
    expect(plan(ALERT, NOW_MS, { window, baseline })).toMatchObject({
      window,
      baseline,
      baselineName: 'the given baseline',
    });
  });

  it('are windows for any alert', () => {
    const time = fc.integer({ min: -1e14, max: NOW_MS + 1e12 });
    fc.assert(
      fc.property(time, time, fc.boolean(), fc.option(time), (startsAtMs, endsAtMs, resolved, change) => {
        const status = resolved ? 'resolved' : 'firing';
        const settings = change === null ? {} : { suspectedChangeMs: change };
        const { window, baseline } = plan({ ...ALERT, startsAtMs, endsAtMs, status }, NOW_MS, settings);
        const lengthMs = window.endMs - window.startMs;
        expect(lengthMs).toBeGreaterThan(0);
        expect(lengthMs).toBeLessThanOrEqual(60 * MINUTE_MS);
        expect(baseline.endMs - baseline.startMs).toBe(lengthMs);
        expect(window.endMs).toBeLessThanOrEqual(NOW_MS);
        expect(baseline.endMs).toBeLessThanOrEqual(window.startMs - 5 * MINUTE_MS);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

const outline = (queries: readonly PlannedQuery[]) =>
  queries.map(
    ({ kind, purpose, query }) => `${kind} ${purpose} ${query.target.service ?? '*'} ${query.limit}`,
  );

describe('wave 1', () => {
  it('asks what the alert names, and for changes everywhere', () => {
    expect(outline(plan(ALERT, NOW_MS).queries)).toEqual([
      'traces window edge 200',
      'traces baseline edge 200',
      'traces window edge 20',
      'metrics window edge 500',
      'deploys history edge 100',
      'deploys history * 20',
      'incidents history edge 100',
      'incidents history * 20',
      'logs window edge 1000',
      'logs window edge 2000',
      'logs baseline edge 2000',
      'logs baseline edge 1000',
      'metrics history edge 500',
    ]);
  });

  it('reads window and baseline from one answer, except far apart', () => {
    const spans = (settings: PlanSettings) =>
      plan(ALERT, NOW_MS, settings).queries.flatMap(({ kind, purpose, query }) =>
        kind === 'metrics' && purpose !== 'history' ? [minutesBeforeNow(query.window)] : [],
      );
    expect(spans({})).toEqual([[65, 0]]);
    expect(spans({ suspectedChangeMs: NOW_MS - 600 * MINUTE_MS })).toEqual([
      [30, 0],
      [1470, 1440],
    ]);
  });

  it('asks about everything in the namespace when no service is named', () => {
    const { queries } = plan({ ...ALERT, target: { namespace: 'prod' } }, NOW_MS);
    expect(new Set(queries.map(({ query }) => JSON.stringify(query.target)))).toEqual(
      new Set(['{"namespace":"prod"}']),
    );
    expect(queries.filter(({ kind }) => kind === 'deploys')).toHaveLength(1);
  });

  it('knows a service by any of its names', () => {
    const services = [{ name: 'checkout', aliases: { loki: 'edge', jaeger: null }, namespace: 'shop' }];
    const { queries } = plan({ ...ALERT, target: { service: 'edge' } }, NOW_MS, { services });
    expect(queries[0]?.query.target).toEqual({ service: 'checkout', namespace: 'shop' });
  });

  it('lifts the caps when told to', () => {
    const { queries } = plan(ALERT, NOW_MS, { limits: 'none' });
    expect(Math.min(...queries.map(({ query }) => query.limit))).toBe(1_000_000);
  });
});

/** A call of `edge` that goes through the given services one after another, each a child of the first. */
function call(id: string, startMs: number, durations: Record<string, number>, failing?: string): TraceSignal {
  const total = Object.values(durations).reduce((sum, ms) => sum + ms, 0);
  const root = span('edge', startMs, total + 5);
  let at = startMs;
  const children = Object.entries(durations).map(([service, ms]): Span => {
    const child = span(service, at, ms, {
      parentSpanId: root.spanId,
      ...(service === failing ? { status: 'error' as const } : {}),
    });
    at += ms;
    return child;
  });
  return trace('traces', id, [root, ...children]);
}

const { window, baseline } = plan(ALERT, NOW_MS);
const calls = (period: TimeWindow, prefix: string, durations: Record<string, number>, failing?: string) =>
  [0, 1, 2, 3, 4, 5].map((n) => call(`${prefix}${n}`, period.startMs + n * 1000, durations, failing));
const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`s${n}`, 10]));

function secondWave(
  traces: readonly TraceSignal[],
  more: Partial<Alert> = {},
  reports: readonly SourceReport[] = [],
) {
  return plan({ ...ALERT, ...more }, NOW_MS).secondWave({ traces }, reports);
}

function servicesOf(queries: readonly PlannedQuery[], kind: SignalKind): string[] {
  const services = queries.flatMap((one) => (one.kind === kind && one.query.target.service) || []);
  return [...new Set(services)];
}

describe('wave 2', () => {
  it.each<[string, TraceSignal[]]>([
    ['fails', calls(window, 'w', many, 's7')],
    ['has slowed down', calls(window, 'w', { ...many, s7: 300 })],
    [
      'is no longer called',
      calls(window, 'w', Object.fromEntries(Object.entries(many).filter(([name]) => name !== 's7'))),
    ],
  ])('reads first, of 40 services behind a gateway, the one that %s', (_, now) => {
    const queries = secondWave([...calls(baseline, 'b', many), ...now]);
    expect(servicesOf(queries, 'logs')[0]).toBe('s7');
    expect(servicesOf(queries, 'logs')).toHaveLength(3);
  });

  it('does not mistake another mix of requests for a fault', () => {
    const other = [0, 1, 2].map((n) => {
      const root = span('edge', window.startMs + n, 30, { operation: 'GET /rare' });
      return trace('traces', `r${n}`, [
        root,
        span('rare', window.startMs + n, 20, { parentSpanId: root.spanId }),
      ]);
    });
    const now = [...calls(window, 'w', { ...many, s7: 100 }), ...other];
    expect(servicesOf(secondWave([...calls(baseline, 'b', many), ...now]), 'logs')[0]).toBe('s7');
  });

  it('covers all services of the namespace with few queries', () => {
    const queries = secondWave([...calls(baseline, 'b', many), ...calls(window, 'w', many, 's7')]);
    const all = queries.filter(({ query }) => query.target.service === undefined);
    expect(outline(all)).toEqual([
      'logs trace-lines * 10000',
      'logs trace-lines * 10000',
      'metrics window * 2000',
      'logs window * 1000',
      'logs baseline * 1000',
    ]);
    expect(queries.length).toBeLessThan(15);
  });

  it('asks service by service where nothing bounds the question', () => {
    const queries = secondWave([...calls(baseline, 'b', many), ...calls(window, 'w', many, 's7')], {
      target: { service: 'edge' },
    });
    expect(servicesOf(queries, 'metrics')[0]).toBe('s7');
    const unbounded = queries.filter(({ query }) => query.target.service === undefined);
    expect(unbounded.every(({ purpose }) => purpose === 'trace-lines')).toBe(true);
  });

  it('asks for the lines of all sampled traces, in queries that fit into a URL', () => {
    const traces = Array.from({ length: 150 }, (_, n) => call(`w${n}`, window.startMs + n * 1000, { a: 1 }));
    const queries = secondWave(traces).filter(({ purpose }) => purpose === 'trace-lines');
    const ids = queries.map(({ query }) => ('traceIds' in query ? (query.traceIds ?? []) : []));
    expect(ids.map(({ length }) => length)).toEqual([64, 64, 22]);
    expect(new Set(ids.flat()).size).toBe(150);
    expect(new Set(queries.map(({ query }) => query.limit))).toEqual(new Set([3334]));
  });

  it('prefers failed traces where there are too many', () => {
    const traces = Array.from({ length: 400 }, (_, n) =>
      call(`w${n}`, window.startMs + n * 1000, { a: 1 }, n >= 390 ? 'a' : undefined),
    );
    const queries = secondWave(traces).filter(({ purpose }) => purpose === 'trace-lines');
    const ids = queries.flatMap(({ query }) => ('traceIds' in query ? (query.traceIds ?? []) : []));
    expect(ids).toHaveLength(192);
    expect(ids.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, n) => `w${390 + n}`));
  });

  it('looks for slow traces only where the sample was cut', () => {
    const slow = (count: number) =>
      secondWave([
        ...calls(baseline, 'b', { a: 95 }),
        ...Array.from({ length: count }, (_, n) => call(`w${n}`, window.startMs + n, { a: 1 })),
      ]).filter(({ kind }) => kind === 'traces');
    expect(slow(199)).toEqual([]);
    expect(slow(200)[0]?.query).toMatchObject({ minDurationMs: 100, limit: 20 });
  });

  it('asks for changes of the suspects only where wave 1 could not see them all', () => {
    const traces = [...calls(baseline, 'b', many), ...calls(window, 'w', many, 's7')];
    const report = { kind: 'deploys', state: 'partial' } as SourceReport;
    expect(servicesOf(secondWave(traces), 'deploys')).toEqual([]);
    expect(servicesOf(secondWave(traces, {}, [report]), 'deploys')).toContain('s7');
    expect(servicesOf(secondWave(traces, {}, [report]), 'deploys')).toHaveLength(8);
  });

  it('without traces follows those who changed', () => {
    const deploys = [deploy('argocd', 'd1', NOW_MS - 5000, { service: 'stock' })];
    expect(servicesOf(plan(ALERT, NOW_MS).secondWave({ deploys }, []), 'logs')).toEqual(['stock']);
  });

  it('is the same for the same signals', () => {
    const traces = [...calls(baseline, 'b', many), ...calls(window, 'w', many)];
    expect(secondWave(traces)).toEqual(secondWave(traces.toReversed().toReversed()));
    expect(secondWave([])).toEqual(secondWave([]));
  });
});
