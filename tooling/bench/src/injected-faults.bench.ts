// Faults put into innocent services: what stands in for incidents that no rule was made with. A healthy minute of recorded
// telemetry is the window, another one, or its own first half, the baseline; from a third of the window on one service at a
// time works slower, fails, or has another of the faults of `faults-to-inject.ts`. Every service that is busy enough has its turn, but for those that the recorded incidents are about.
import { globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import { readTruth } from '@midwatch/connector-otlp-file/node/scoring';
import type { LogSignal, MetricSignal, Span, TimeWindow, TraceSignal } from '@midwatch/core';
import { querySignals } from '@midwatch/core';
import type { Alert, Collection } from '@midwatch/core/incident';
import { reduce } from '@midwatch/evidence';
import { printResult } from './bench-result.ts';
import { type Fault, faults } from './faults-to-inject.ts';

/** Fewer faulty calls tell nothing to anybody. */
const FEWEST_CALLS = 5;
const EVERYTHING = 1_000_000;
interface Healthy {
  readonly traces: readonly TraceSignal[];
  readonly logs: readonly LogSignal[];
  readonly metrics: readonly MetricSignal[];
  readonly baseline: TimeWindow;
  readonly window: TimeWindow;
}

const folder = resolve(import.meta.dirname, '../../../../shared/eval');
const files = globSync('*/*/incident.json', { cwd: folder }).sort();
const healthy = await readPairs();
const guilty = new Set<string>();
for (const file of files) guilty.add((await readTruth(join(folder, dirname(file)))).service);
if (healthy.length === 0) {
  process.stderr.write(
    'injected-faults: the incident bundles of ../shared/eval are absent; nothing measured\n',
  );
  printResult({ name: 'injected-faults.skipped', value: 0, unit: 'faults' });
}
for (const [name, fault] of healthy.length === 0 ? [] : Object.entries(faults)) {
  const counts = { faults: 0, first: 0, high: 0, wrongAtHigh: 0 };
  for (const period of healthy) {
    for (const service of servicesOf(period)) {
      const collection = toCollection(period, service, fault);
      if (collection === undefined) continue;
      const { suspects, ceiling } = reduce(collection, alertOf(collection));
      const isFirst = suspects[0]?.service === service;
      counts.faults++;
      if (isFirst) counts.first++;
      else
        process.stderr.write(
          `injected-faults: ${name} in ${service}: named ${suspects[0]?.service} ${ceiling.confidence}\n`,
        );
      if (ceiling.confidence !== 'HIGH') continue;
      counts.high++;
      if (!isFirst) counts.wrongAtHigh++;
    }
  }
  const unit = `of ${counts.faults} faults`;
  printResult({
    name: `injected-faults.${name}`,
    value: counts.first,
    unit,
    ratio: counts.first / counts.faults,
  });
  printResult({ name: `injected-faults.${name}.high`, value: counts.high, unit });
  printResult({ name: `injected-faults.${name}.wrong-at-high`, value: counts.wrongAtHigh, unit });
}

/** The baselines of all bundles, each once: its second half after its first, and whole after each of the others. */
async function readPairs(): Promise<readonly Healthy[]> {
  const found = new Map<number, Omit<Healthy, 'window'>>();
  for (const file of files) {
    const { baseline, connector } = await openBundle(join(folder, dirname(file)));
    if (found.has(baseline.startMs)) continue;
    const query = { window: baseline, limit: EVERYTHING, keep: 'newest' } as const;
    const options = { redact: 'none', deadlineMs: 120_000 } as const;
    const { signals: traces } = await querySignals(connector, 'traces', query, options);
    const { signals: logs } = await querySignals(connector, 'logs', query, options);
    const { signals: metrics } = await querySignals(connector, 'metrics', query, options);
    found.set(baseline.startMs, { traces, logs, metrics, baseline });
  }
  const periods = [...found.values()];
  return periods.flatMap((one) => {
    const { startMs, endMs } = one.baseline;
    const middleMs = (startMs + endMs) / 2;
    const halves = {
      ...one,
      baseline: { startMs, endMs: middleMs },
      window: { startMs: middleMs, endMs },
    };
    const others = periods.filter((other) => other !== one);
    return [
      halves,
      ...others.map(({ traces, logs, metrics, baseline }) => ({
        traces: [...traces, ...one.traces],
        logs: [...logs, ...one.logs],
        metrics: [...metrics, ...one.metrics],
        baseline,
        window: one.baseline,
      })),
    ];
  });
}

function servicesOf({ traces }: Healthy): readonly string[] {
  const services = new Set(traces.flatMap(({ spans }) => spans.map(({ service }) => service)));
  return [...services].filter((service) => !guilty.has(service)).sort();
}

function toCollection(
  { traces, logs, metrics, baseline, window }: Healthy,
  service: string,
  { toFaulty, toFaultyValue }: Fault,
): Collection | undefined {
  const onsetMs = window.startMs + (window.endMs - window.startMs) / 3;
  const isFaulty = (ms: number) => ms >= onsetMs && ms < window.endMs;
  const dropped = new Set<string>();
  const written: LogSignal[] = [];
  let calls = 0;
  const changed = traces.map((trace) => {
    const entries = isFaulty(trace.timestampMs) ? entriesOf(trace, service) : [];
    if (entries.length === 0) return trace;
    const { spans, lines } = toFaulty(trace, entries);
    const left = new Set(spans.map(({ spanId }) => spanId));
    for (const { spanId } of trace.spans) if (!left.has(spanId)) dropped.add(spanId);
    written.push(...lines);
    if (spans.length < trace.spans.length || spans.some((span, at) => span !== trace.spans[at])) calls++;
    return { ...trace, spans: [...spans] };
  });
  if (calls < FEWEST_CALLS) return undefined;
  return {
    window,
    baseline,
    baselineName: 'healthy minutes',
    signals: {
      traces: changed,
      logs: [...logs.filter(({ spanId }) => !dropped.has(spanId ?? '')), ...written],
      metrics: metrics.map((metric) => {
        const isOwn = metric.service === service && toFaultyValue !== undefined;
        const shown = (ms: number, value: number) =>
          isOwn && isFaulty(ms) ? toFaultyValue(value, metric) : value;
        const endMs = window.endMs - 1;
        const last = metric.points.findLast(([ms]) => ms <= endMs);
        // Values come by the minute, and the window is hardly longer: it ends with one.
        const points =
          last === undefined
            ? metric.points
            : [...metric.points.filter(([ms]) => ms < endMs), [endMs, last[1]] as const];
        return { ...metric, points: points.map(([ms, value]) => [ms, shown(ms, value)]) };
      }),
      deploys: [],
      incidents: [],
    },
    sources: [],
    durationMs: 0,
    withheld: 0,
  };
}

/** The spans by which a service is entered. */
function entriesOf({ spans }: TraceSignal, service: string): readonly Span[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return spans.filter(
    (span) => span.service === service && byId.get(span.parentSpanId ?? '')?.service !== service,
  );
}

function alertOf({ window }: Collection): Alert {
  return {
    source: 'bench',
    fingerprint: 'bench',
    status: 'firing',
    name: 'Bench',
    startsAtMs: window.endMs,
    target: {},
    labels: {},
    annotations: {},
  };
}
