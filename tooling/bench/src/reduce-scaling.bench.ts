// How the time of `reduce` grows: four sizes of the same made-up incident, the exponent of the best power law through
// them and how well it fits. 1 is linear.
import type { LogSignal, Span, TraceSignal } from '@midwatch/core';
import type { Alert, Collection } from '@midwatch/core/incident';
import { reduce } from '@midwatch/evidence';
import { printResult } from './bench-result.ts';
import { sampleLines } from './sample-lines.ts';

const SIZES = [2_000, 4_000, 8_000, 16_000];
const ROUNDS = 5;
const LINES_PER_REQUEST = 5;
const window = { startMs: 1_000_000_000_000, endMs: 1_000_000_000_000 + 1_200_000 };
const baseline = { startMs: window.startMs - 1_500_000, endMs: window.startMs - 300_000 };
const alert: Alert = {
  source: 'bench',
  fingerprint: 'bench',
  status: 'firing',
  name: 'Bench',
  startsAtMs: window.endMs - 300_000,
  target: { service: 'service-0' },
  labels: {},
  annotations: {},
};

const timesMs = SIZES.map((requests) => {
  const collection = makeCollection(requests);
  const runs = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    reduce(collection, alert);
    return performance.now() - startMs;
  });
  return Math.min(...runs);
});
const { exponent, fit } = fitPowerLaw(SIZES, timesMs);
for (const [index, requests] of SIZES.entries()) {
  printResult({ name: `reduce-scaling.${requests}-requests`, value: round(timesMs[index] ?? 0), unit: 'ms' });
}
printResult({
  name: 'reduce-scaling',
  value: round(exponent),
  unit: 'exponent of the size',
  ratio: round(exponent),
});
printResult({ name: 'reduce-scaling.fit', value: round(fit), unit: 'R squared' });

/** Half of the requests in each period; from the middle of the window on one service is slow. */
function makeCollection(requests: number): Collection {
  const traces: TraceSignal[] = [];
  const logs: LogSignal[] = [];
  const bodies = sampleLines(requests * LINES_PER_REQUEST);
  for (let request = 0; request < requests; request++) {
    const period = request < requests / 2 ? baseline : window;
    const place = (request % (requests / 2)) / (requests / 2);
    const atMs = Math.floor(period.startMs + place * (period.endMs - period.startMs));
    const isSlow = period === window && place > 0.5;
    const traceId = request.toString(16).padStart(32, '0');
    const spans = Array.from({ length: LINES_PER_REQUEST }, (_, depth): Span => {
      const workMs = depth === LINES_PER_REQUEST - 1 ? (isSlow ? 300 : 12) : 0;
      const below = isSlow ? 300 : 12;
      return {
        spanId: `${request}-${depth}`.padStart(16, '0'),
        ...(depth === 0 ? {} : { parentSpanId: `${request}-${depth - 1}`.padStart(16, '0') }),
        service: `service-${(request % 7) + depth * 7}`,
        operation: 'work',
        startNs: `${(atMs + depth) * 1000}000`,
        durationNs:
          ((workMs > 0 ? workMs : below + (LINES_PER_REQUEST - depth) * 2) + (request % 5) / 10) * 1e6,
        attributes: {},
      };
    });
    traces.push({ kind: 'traces', ...base(`t-${request}`, atMs), traceId, complete: true, spans });
    for (let line = 0; line < LINES_PER_REQUEST; line++) {
      logs.push({
        kind: 'logs',
        ...base(`l-${request}-${line}`, atMs + line),
        body: bodies.next().value ?? '',
        service: `service-${(request % 7) + line * 7}`,
        attributes: {},
        traceId,
      });
    }
  }
  return {
    window,
    baseline,
    baselineName: 'bench',
    signals: { logs, metrics: [], traces, deploys: [], incidents: [] },
    sources: [],
    durationMs: 0,
    withheld: 0,
  };
}

function base(id: string, timestampMs: number) {
  return { id, timestampMs, timeUnixNano: `${timestampMs}000000`, connectorId: 'bench', queryId: 'q-bench' };
}

/** Least squares through the logarithms. */
function fitPowerLaw(sizes: readonly number[], times: readonly number[]) {
  const xs = sizes.map(Math.log);
  const ys = times.map(Math.log);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const sumOf = (of: (index: number) => number): number => xs.reduce((sum, _, index) => sum + of(index), 0);
  const dx = (index: number): number => (xs[index] ?? 0) - meanX;
  const dy = (index: number): number => (ys[index] ?? 0) - meanY;
  const both = sumOf((index) => dx(index) * dy(index));
  const squaresX = sumOf((index) => dx(index) ** 2);
  return { exponent: both / squaresX, fit: both ** 2 / (squaresX * sumOf((index) => dy(index) ** 2)) };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
