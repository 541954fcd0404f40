import type { DeploySignal, LogSignal, MetricSignal, Span, TraceSignal } from '@midwatch/core';
import { deploySignal, logSignal, metricSignal, span, traceSignal } from '@midwatch/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alert,
  baseline,
  collectionOf,
  type Fleet,
  fleet,
  hex,
  minuteMs,
  onsetMs,
  ordinary,
  reduced,
  window,
} from './__fixtures__/small-fleet.js';
import { reduce } from './reduce.js';

const kinds: Readonly<Record<string, () => Fleet>> = {
  calm: () => fleet(),
  slow: () => fleet({ ...ordinary, storeMs: 400 }),
  failing: () => fleet({ ...ordinary, failing: 'store' }),
  silent: () => fleet({ ...ordinary, lines: { ...ordinary.lines, shop: [['info', 'basket opened']] } }),
};

const metrics = ['gate', 'shop', 'store'].map((service) =>
  metricSignal(
    'p99',
    Array.from({ length: 45 }, (_, index): [number, number] => {
      const atMs = baseline.startMs + index * minuteMs;
      return [atMs, atMs < onsetMs ? 0.1 : 2];
    }),
    { service, role: 'latency.p99', unit: 's' },
  ),
);
const deploys = [
  deploySignal('store', 'r2', onsetMs - minuteMs),
  deploySignal('shop', 'r7', onsetMs - 90 * minuteMs),
];

function shuffled<T>(items: readonly T[], order: readonly number[]): T[] {
  return items
    .map((item, index) => ({ item, place: order[index % order.length] ?? 0, index }))
    .sort((a, b) => a.place - b.place || b.index - a.index)
    .map(({ item }) => item);
}

describe('the same evidence', () => {
  it('comes out of the same signals in any order', () => {
    const orders = fc.array(fc.nat(1000), { minLength: 7, maxLength: 50 });
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(kinds)), orders, (kind, order) => {
        const { traces, logs } = kinds[kind]?.() ?? fleet();
        const ordered = reduced({ traces, logs, metrics, deploys });
        const mixed = reduced({
          traces: shuffled(traces, order),
          logs: shuffled(logs, order),
          metrics: shuffled(metrics, order),
          deploys: shuffled(deploys, order),
        });
        expect(mixed).toEqual(ordered);
      }),
      { numRuns: 30, seed: 20260504 },
    );
  });

  it('comes out when every signal was read twice', () => {
    for (const make of Object.values(kinds)) {
      const { traces, logs } = make();
      const once = reduced({ traces, logs });
      const twice = reduced({ traces: [...traces, ...traces], logs });
      expect(twice.suspects).toEqual(once.suspects);
      expect(twice.findings).toEqual(once.findings);
    }
  });

  it('names the same service under other names', () => {
    const renamed = (name: string): string => `${name}-x7`;
    const { traces, logs } = fleet({ ...ordinary, storeMs: 400 });
    const other = reduced(
      {
        traces: traces.map((trace) => ({
          ...trace,
          spans: trace.spans.map((one) => ({ ...one, service: renamed(one.service) })),
        })),
        logs: logs.map((log) => ({ ...log, service: renamed(log.service ?? '') })),
      },
      { ...alert, target: { service: renamed('gate') } },
    );
    expect(other.suspects.map(({ service }) => service)).toEqual(
      reduced({ traces, logs }).suspects.map(({ service }) => renamed(service)),
    );
  });

  it('comes out when the clock of one source is a minute off', () => {
    const { traces, logs } = fleet({ ...ordinary, storeMs: 400, failing: 'store' });
    for (const skewMs of [-minuteMs, minuteMs]) {
      const skewed = logs.map((log) => ({ ...log, timestampMs: log.timestampMs + skewMs }));
      expect(reduced({ traces, logs: skewed, metrics }).suspects[0]?.service).toBe('store');
    }
  });
});

const text = fc.oneof(
  fc.string({ maxLength: 60, unit: 'binary' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '',
    '(a+)+$',
    '<*>',
    '\u0000\u202e',
    '$(x)',
    'a'.repeat(5000),
    '# HTTP/1.1" 500 ',
  ),
);
const time = fc.oneof(
  fc.integer({ min: baseline.startMs - 1000, max: window.endMs + 1000 }),
  fc.constantFrom(0, window.startMs, window.endMs, baseline.endMs),
);
const attributes = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 4 });

const anySpan: fc.Arbitrary<Span> = fc
  .record({
    id: fc.nat(6),
    parent: fc.option(fc.nat(8), { nil: undefined }),
    service: text,
    operation: text,
    at: time,
    duration: fc.oneof(fc.nat(1e6), fc.constant(1e15)),
    attributes,
    status: fc.option(fc.constantFrom('unset', 'ok', 'error'), { nil: undefined }),
    kind: fc.option(fc.constantFrom('server', 'client', 'producer', 'consumer', 'internal'), {
      nil: undefined,
    }),
  })
  .map(({ id, parent, service, operation, at, duration, attributes: own, status, kind }) => ({
    ...span(
      `s${id}`,
      service,
      operation,
      at,
      duration / 1000,
      parent === undefined ? {} : { parent: `s${parent}` },
    ),
    attributes: own,
    ...(status === undefined ? {} : { status }),
    ...(kind === undefined ? {} : { kind }),
  }));
const anyTrace: fc.Arbitrary<TraceSignal> = fc
  .record({ id: fc.nat(20), spans: fc.array(anySpan, { minLength: 1, maxLength: 12 }) })
  .map(({ id, spans }) => traceSignal(hex(id, 32), spans));
const anyLog: fc.Arbitrary<LogSignal> = fc
  .record({
    body: text,
    at: time,
    service: fc.option(text, { nil: undefined }),
    trace: fc.option(fc.nat(20), { nil: undefined }),
    level: fc.option(fc.constantFrom('info', 'error', 'warn'), { nil: undefined }),
    id: fc.nat(),
  })
  .map(({ body, at, service, trace, level, id }) =>
    logSignal(body, at, {
      id: `l${id}`,
      ...(service === undefined ? {} : { service }),
      ...(level === undefined ? {} : { level }),
      ...(trace === undefined ? {} : { traceId: hex(trace, 32) }),
    }),
  );
const anyMetric: fc.Arbitrary<MetricSignal> = fc
  .record({
    name: text,
    service: fc.option(text, { nil: undefined }),
    points: fc.array(
      fc.tuple(time, fc.oneof(fc.double(), fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY, 1e308))),
      { maxLength: 30 },
    ),
    role: fc.option(
      fc.constantFrom('latency.p99', 'error.ratio', 'cpu.usage', 'connections.waiting', 'request.rate'),
      { nil: undefined },
    ),
    unit: text,
    attributes,
  })
  .map(({ name, service, points, role, unit, attributes: own }) =>
    metricSignal(
      name === '' ? 'm' : name,
      points.toSorted((a, b) => a[0] - b[0]),
      {
        unit,
        attributes: own,
        ...(service === undefined ? {} : { service }),
        ...(role === undefined ? {} : { role }),
      },
    ),
  );
const anyDeploy: fc.Arbitrary<DeploySignal> = fc
  .record({
    service: text,
    revision: text,
    at: time,
    path: text,
    before: fc.option(text),
    after: fc.option(text),
  })
  .map(({ service, revision, at, path, before, after }) =>
    deploySignal(service, revision, at, { changes: [{ path, before, after }] }),
  );

describe('whatever comes in', () => {
  it('nothing throws, ids are unique, numbers are finite and lists are short', () => {
    fc.assert(
      fc.property(
        fc.array(anyTrace, { maxLength: 25 }),
        fc.array(anyLog, { maxLength: 40 }),
        fc.array(anyMetric, { maxLength: 8 }),
        fc.array(anyDeploy, { maxLength: 4 }),
        (traces, logs, series, changes) => {
          const evidence = reduced({ traces, logs, metrics: series, deploys: changes });
          const ids = evidence.findings.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const finding of evidence.findings) {
            expect(finding.strength).toBeGreaterThanOrEqual(0);
            expect(finding.strength).toBeLessThanOrEqual(1);
            expect(finding.signalIds.length).toBeLessThanOrEqual(20);
            expect(finding.statement).not.toMatch(/\p{Cc}|NaN|undefined/u);
          }
          for (const suspect of evidence.suspects) {
            expect(suspect.findingIds.every((id) => ids.includes(id))).toBe(true);
            expect(Number.isFinite(suspect.score)).toBe(true);
          }
        },
      ),
      { numRuns: 150, seed: 20260504 },
    );
  });

  it('nothing at all is no evidence', () => {
    const evidence = reduced({});
    expect(evidence.findings).toEqual([]);
    expect(evidence.suspects).toEqual([]);
    expect(evidence.ceiling.confidence).toBe('LOW');
  });

  it('a gap makes no finding: neither period is compared with what was not read', () => {
    const { traces, logs } = fleet();
    for (const period of [window, baseline]) {
      const isKept = ({ timestampMs }: { readonly timestampMs: number }): boolean =>
        timestampMs < period.startMs || timestampMs >= period.endMs;
      const report = (purpose: 'window' | 'baseline', state: 'ok' | 'failed') =>
        ({
          connectorId: 'loki',
          kind: 'logs',
          purpose,
          wave: 1,
          state,
          window: purpose === 'window' ? window : baseline,
          target: 'everything',
          signalCount: 1,
          gaps: [],
          provenance: [{ queryId: 'q-scripted', language: 'logql', text: '', window: period }],
          startedMs: 0,
          durationMs: 1,
        }) as const;
      const sources = [
        report('window', period === window ? 'failed' : 'ok'),
        report('baseline', period === baseline ? 'failed' : 'ok'),
      ];
      const evidence = reduce(
        collectionOf({ traces: traces.filter(isKept), logs: logs.filter(isKept), sources }),
        alert,
      );
      expect(evidence.findings).toEqual([]);
      expect(evidence.suspects).toEqual([]);
    }
  });
});
