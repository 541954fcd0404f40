import type { IncidentSignal, MetricSignal, SignalKind } from '@midwatch/core';
import type { SourceReport } from '@midwatch/core/incident';
import { deploySignal, logSignal, metricSignal, span, traceSignal } from '@midwatch/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alert,
  baseline,
  collectionOf,
  fleet,
  hex,
  minuteMs,
  onsetMs,
  ordinary,
  reduced,
  window,
} from './__fixtures__/small-fleet.js';
import { reduce } from './reduce.js';

const slow = fleet({ ...ordinary, storeMs: 400, failing: 'store' });

function series(service: string, valueAt: (atMs: number) => number): MetricSignal {
  const points = Array.from({ length: 45 }, (_, index): [number, number] => {
    const atMs = baseline.startMs + index * minuteMs;
    return [atMs, valueAt(atMs)];
  });
  return metricSignal('p99', points, { service, role: 'latency.p99', unit: 's' });
}

const metrics = ['gate', 'store'].map((service) => series(service, (atMs) => (atMs < onsetMs ? 0.1 : 2)));
const deploys = [deploySignal('store', 'r2', onsetMs - minuteMs)];
const incidents: readonly IncidentSignal[] = [
  {
    kind: 'incidents',
    id: 'i1',
    timestampMs: onsetMs,
    timeUnixNano: `${onsetMs}000000`,
    connectorId: 'scripted',
    queryId: 'q-scripted',
    service: 'store',
    title: 'Container killed',
    reason: 'OOMKilled',
    object: 'pod/store-1',
    state: 'firing',
  },
];

describe('signals that came twice', () => {
  it('name the same services in the same order, whatever kind they are', () => {
    const twice = <T>(list: readonly T[]): T[] => [...list, ...list];
    const once = reduced({ ...slow, metrics, deploys, incidents });
    const both = reduced({
      traces: twice(slow.traces),
      logs: twice(slow.logs),
      metrics: twice(metrics),
      deploys: twice(deploys),
      incidents: twice(incidents),
    });
    expect(both.suspects.map(({ service }) => service)).toEqual(once.suspects.map(({ service }) => service));
    expect(both.ceiling.confidence).toBe(once.ceiling.confidence);
  });
});

describe('a single observation', () => {
  const at = fc.constantFrom(baseline.startMs, window.startMs, onsetMs, window.endMs - 1);
  it('accuses nobody, of whatever kind and value it is', () => {
    fc.assert(
      fc.property(at, fc.oneof(fc.double(), fc.integer()), (atMs, value) => {
        const alone = [
          {
            traces: [
              traceSignal(hex(1, 32), [span('s1', 'gate', 'GET /', atMs, Math.abs(value % 1e9) || 0)]),
            ],
          },
          { logs: [logSignal(`value ${value}`, atMs, { service: 'gate', level: 'info' })] },
          { metrics: [metricSignal('p99', [[atMs, value]], { service: 'gate', role: 'latency.p99' })] },
        ];
        for (const given of alone) {
          const { suspects, ceiling } = reduced(given);
          expect(ceiling.confidence).toBe('LOW');
          expect(suspects[0]?.score ?? 0).toBeLessThan(0.55);
        }
      }),
      { numRuns: 60, seed: 20260504 },
    );
  });

  it('of a healthy fleet changes no suspect', () => {
    const before = reduced(slow).suspects.map(({ service }) => service);
    const single = metricSignal('p99', [[onsetMs, 9]], { service: 'shop', role: 'latency.p99', unit: 's' });
    expect(reduced({ ...slow, metrics: [single] }).suspects.map(({ service }) => service)).toEqual(before);
  });
});

describe('a clock that is a minute off', () => {
  it.each([-minuteMs, minuteMs])(
    'of metrics, changes and cluster events does not move the blame: %i ms',
    (skewMs) => {
      const shifted = metrics.map((metric) => ({
        ...metric,
        timestampMs: metric.timestampMs + skewMs,
        points: metric.points.map(([atMs, value]): [number, number] => [atMs + skewMs, value]),
      }));
      const move = <T extends { readonly timestampMs: number }>(list: readonly T[]): T[] =>
        list.map((one) => ({ ...one, timestampMs: one.timestampMs + skewMs }));
      const evidence = reduced({
        ...slow,
        metrics: shifted,
        deploys: move(deploys),
        incidents: move(incidents),
      });
      expect(evidence.suspects[0]?.service).toBe('store');
    },
  );
});

describe('values that are no numbers', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'are not measured: %d in a series changes nothing',
    (value) => {
      const clean = reduced({ ...slow, metrics });
      const holes = metrics.map((metric) => ({
        ...metric,
        points: [...metric.points, [onsetMs + 30_000, value] as [number, number]].sort((a, b) => a[0] - b[0]),
      }));
      expect(reduced({ ...slow, metrics: holes }).suspects).toEqual(clean.suspects);
      expect(reduced({ metrics: [series('gate', () => value)] }).findings).toEqual([]);
    },
  );
});

describe('a line of a megabyte', () => {
  it('is read to its beginning, told in short, and hides no other line', () => {
    const long = (index: number): string => `dump ${index} ${'x1 [({"\'<'.repeat(110_000)}`;
    const logs = Array.from({ length: 12 }, (_, index) =>
      logSignal(long(index), onsetMs + index * 1000, { id: `big-${index}`, service: 'shop', level: 'error' }),
    );
    const evidence = reduced({ traces: slow.traces, logs: [...slow.logs, ...logs] });
    expect(evidence.suspects.some(({ service }) => service === 'store')).toBe(true);
    const finding = evidence.findings.find((one) => one.kind === 'log-pattern' && one.service === 'shop');
    expect(finding).toMatchObject({ change: 'new', signalCount: 12 });
    expect(JSON.stringify(evidence).length).toBeLessThan(200_000);
  });
});

describe('what could not be read', () => {
  const report = (
    kind: SignalKind,
    purpose: 'window' | 'baseline',
    state: 'ok' | 'failed',
  ): SourceReport => ({
    connectorId: 'source',
    kind,
    purpose,
    wave: 1,
    state,
    window: purpose === 'window' ? window : baseline,
    target: 'everything',
    signalCount: 1,
    gaps: [],
    provenance: [
      {
        queryId: 'q-scripted',
        language: 'any',
        text: '',
        window: purpose === 'window' ? window : baseline,
      },
    ],
    startedMs: 0,
    durationMs: 1,
  });

  it.each(['traces', 'metrics'] as const)('makes no finding: %s of one period alone', (kind) => {
    const healthy = fleet();
    const calm = ['gate', 'shop'].map((service) => series(service, () => 0.1));
    for (const period of [window, baseline]) {
      const isKept = (atMs: number): boolean => atMs < period.startMs || atMs >= period.endMs;
      const given =
        kind === 'traces'
          ? { traces: healthy.traces.filter(({ timestampMs }) => isKept(timestampMs)) }
          : {
              metrics: calm.map((metric) => ({
                ...metric,
                points: metric.points.filter(([atMs]) => isKept(atMs)),
              })),
            };
      const sources = [
        report(kind, 'window', period === window ? 'failed' : 'ok'),
        report(kind, 'baseline', period === baseline ? 'failed' : 'ok'),
      ];
      const evidence = reduce(collectionOf({ ...given, sources }), alert);
      expect(evidence.findings).toEqual([]);
      expect(evidence.suspects).toEqual([]);
      expect(evidence.ceiling.confidence).toBe('LOW');
    }
  });

  it('of single minutes is no fall: a series with holes is judged by the points it has', () => {
    const holes = series('gate', () => 0.1);
    const points = holes.points.filter((_, index) => index % 7 !== 3 && (index < 30 || index > 36));
    expect(reduced({ metrics: [{ ...holes, points }] }).findings).toEqual([]);
  });
});

describe('much of everything', () => {
  it('ten thousand services are read, and one slow one among them found', () => {
    const traces = Array.from({ length: 10_000 }, (_, number) => {
      const service = `svc-${number % 5000}-${number < 5000 ? 'a' : 'b'}`;
      const inWindow = number % 2 === 1;
      const atMs = (inWindow ? window : baseline).startMs + (number % 600) * 2000;
      return traceSignal(hex(number + 1, 32), [
        span(hex(number * 4 + 1, 16), 'gate', 'in', atMs, 9),
        span(hex(number * 4 + 2, 16), 'gate', 'call', atMs + 1, 7, { parent: hex(number * 4 + 1, 16) }),
        span(hex(number * 4 + 3, 16), service, 'work', atMs + 2, 5, { parent: hex(number * 4 + 2, 16) }),
      ]);
    });
    const slow = fleet({ ...ordinary, storeMs: 400 });
    const evidence = reduced({
      traces: [
        ...traces,
        ...slow.traces.map((trace) => ({
          ...trace,
          traceId: `f${trace.traceId.slice(1)}`,
          id: `f${trace.id}`,
        })),
      ],
    });
    expect(evidence.suspects[0]?.service).toBe('store');
    expect(evidence.findings.length).toBeLessThan(120);
    expect(evidence.callGraph.length).toBeLessThanOrEqual(500);
  });

  it('one request of twenty thousand spans in a chain is walked, not recursed', () => {
    const depth = 20_000;
    const spans = Array.from({ length: depth }, (_, index) =>
      span(
        `s${index}`,
        `svc-${index % 3}`,
        'step',
        window.startMs + index / 100,
        (depth - index) / 50,
        index === 0 ? {} : { parent: `s${index - 1}` },
      ),
    );
    expect(reduced({ traces: [traceSignal(hex(1, 32), spans)] }).read.traces).toBe(1);
  });
});
