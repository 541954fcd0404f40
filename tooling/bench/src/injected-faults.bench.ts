// Faults put into innocent services: what stands in for incidents that no rule was made with. A healthy minute of recorded
// telemetry is the window, another one, or its own first half, the baseline; from a third of the window on one service at a
// time works slower, or returns before it calls anybody. Every service that is busy enough has its turn, but for those that the recorded incidents are about.
import { globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import { readTruth } from '@midwatch/connector-otlp-file/node/scoring';
import type { LogSignal, Span, TimeWindow, TraceSignal } from '@midwatch/core';
import { querySignals } from '@midwatch/core';
import type { Alert, Collection } from '@midwatch/core/incident';
import { reduce } from '@midwatch/evidence';
import { printResult } from './bench-result.ts';

const DELAY_MS = 1500;
/** Fewer faulty calls tell nothing to anybody. */
const FEWEST_CALLS = 5;
const EVERYTHING = 1_000_000;
type Inject = (spans: readonly Span[], spanId: string, dropped: Set<string>) => readonly Span[];
const faults: Readonly<Record<string, Inject>> = { delay: addDelay, 'early-return': returnEarly };

interface Healthy {
  readonly traces: readonly TraceSignal[];
  readonly logs: readonly LogSignal[];
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
for (const [name, inject] of healthy.length === 0 ? [] : Object.entries(faults)) {
  const counts = { faults: 0, first: 0, high: 0, wrongAtHigh: 0 };
  for (const period of healthy) {
    for (const service of servicesOf(period)) {
      const collection = toCollection(period, service, inject);
      if (collection === undefined) continue;
      const { suspects, ceiling } = reduce(collection, alertOf(collection));
      const isFirst = suspects[0]?.service === service;
      counts.faults++;
      if (isFirst) counts.first++;
      if (ceiling.confidence !== 'HIGH') continue;
      counts.high++;
      if (isFirst) continue;
      counts.wrongAtHigh++;
      process.stderr.write(`injected-faults: ${name} in ${service}: HIGH for ${suspects[0]?.service}\n`);
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
    found.set(baseline.startMs, { traces, logs, baseline });
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
      ...others.map(({ traces, logs, baseline }) => ({
        traces: [...traces, ...one.traces],
        logs: [...logs, ...one.logs],
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
  { traces, logs, baseline, window }: Healthy,
  service: string,
  inject: Inject,
): Collection | undefined {
  const onsetMs = window.startMs + (window.endMs - window.startMs) / 3;
  const dropped = new Set<string>();
  let calls = 0;
  const changed = traces.map((trace) => {
    const isFaulty = trace.timestampMs >= onsetMs && trace.timestampMs < window.endMs;
    const entries = isFaulty ? entriesOf(trace, service) : [];
    const spans = entries.reduce<readonly Span[]>(
      (before, { spanId }) => inject(before, spanId, dropped),
      trace.spans,
    );
    if (spans.length < trace.spans.length || (entries.length > 0 && inject === addDelay)) calls++;
    return [...spans];
  });
  if (calls < FEWEST_CALLS) return undefined;
  return {
    window,
    baseline,
    baselineName: 'healthy minutes',
    signals: {
      traces: traces.map((trace, index) => ({ ...trace, spans: changed[index] ?? [] })),
      logs: logs.filter(({ spanId }) => !dropped.has(spanId ?? '')),
      metrics: [],
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

/** The service works longer before it answers; all that waits for it ends later, and what came after begins later. */
function addDelay(spans: readonly Span[], spanId: string): Span[] {
  const entry = spans.find((span) => span.spanId === spanId);
  if (entry === undefined) return [...spans];
  const above = ancestorsOf(spans, entry);
  const endNs = BigInt(entry.startNs) + BigInt(entry.durationNs);
  const delayNs = DELAY_MS * 1e6;
  return spans.map((span) => {
    if (span === entry || above.has(span.spanId)) return { ...span, durationNs: span.durationNs + delayNs };
    if (BigInt(span.startNs) < endNs) return span;
    return { ...span, startNs: (BigInt(span.startNs) + BigInt(delayNs)).toString() };
  });
}

/** The service answers at once: what it would have called, and written there, is gone. */
function returnEarly(spans: readonly Span[], spanId: string, dropped: Set<string>): Span[] {
  const gone = new Set<string>([spanId]);
  for (let before = 0; before !== gone.size; ) {
    before = gone.size;
    for (const span of spans) if (gone.has(span.parentSpanId ?? '')) gone.add(span.spanId);
  }
  gone.delete(spanId);
  for (const id of gone) dropped.add(id);
  return spans.filter((span) => !gone.has(span.spanId));
}

function ancestorsOf(spans: readonly Span[], from: Span): ReadonlySet<string> {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const above = new Set<string>();
  let next = byId.get(from.parentSpanId ?? '');
  while (next !== undefined && !above.has(next.spanId)) {
    above.add(next.spanId);
    next = byId.get(next.parentSpanId ?? '');
  }
  return above;
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
