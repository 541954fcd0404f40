// Reduce plus format over `JSON.parse` of the same payload: 50,000 log lines, 2,000 traces and 500 series, made of real
// incident bundles repeated with shifted times. Both run in one process, in turn, so that the ratio survives a noisy machine.
import { globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import type { LogSignal, MetricSignal, SignalKind, TimeWindow, TraceSignal } from '@midwatch/core';
import { querySignals } from '@midwatch/core';
import type { Alert, Collection } from '@midwatch/core/incident';
import { reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { printResult } from './bench-result.ts';

const LINES = 50_000;
const TRACES = 2000;
const SERIES = 500;
const ROUNDS = 7;

const bundles = findBundles(resolve(import.meta.dirname, '../../../../shared/eval'));
if (bundles.length > 0) await run();
else {
  process.stderr.write(
    'reduce-format: the incident bundles of ../shared/eval are absent; nothing measured\n',
  );
  printResult({ name: 'reduce-format.skipped', value: 0, unit: 'incidents' });
}

function findBundles(folder: string): readonly string[] {
  return globSync('*/*/incident.json', { cwd: folder })
    .sort()
    .map((file) => join(folder, dirname(file)));
}

async function run(): Promise<void> {
  const collection = await readCollection();
  const alert: Alert = {
    source: 'bench',
    fingerprint: 'bench',
    status: 'firing',
    name: 'Bench',
    startsAtMs: collection.window.endMs - 60_000,
    target: {},
    labels: {},
    annotations: {},
  };
  const payload = JSON.stringify(collection.signals);
  const parseMs: number[] = [];
  const reduceMs: number[] = [];
  const formatMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.();
    parseMs.push(timed(() => JSON.parse(payload)).ms);
    globalThis.gc?.();
    const reduced = timed(() => reduce(collection, alert));
    reduceMs.push(reduced.ms);
    const input = {
      alert,
      evidence: reduced.value,
      collection,
      nowMs: collection.window.endMs,
      fence: 'b'.repeat(20),
    };
    formatMs.push(timed(() => format(input)).ms);
  }
  const [parse, reduced, formatted] = [median(parseMs), median(reduceMs), median(formatMs)];
  const { logs } = collection.signals;
  const lineBytes = logs.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0) / logs.length;
  printResult({
    name: 'reduce-format',
    value: round(reduced + formatted),
    unit: 'ms',
    ratio: round((reduced + formatted) / parse),
  });
  printResult({ name: 'reduce-format.json-parse', value: round(parse), unit: 'ms' });
  printResult({ name: 'reduce-format.format', value: round(formatted), unit: 'ms' });
  printResult({ name: 'reduce-format.payload', value: round(payload.length / 2 ** 20), unit: 'MiB' });
  printResult({ name: 'reduce-format.line', value: round(lineBytes), unit: 'bytes per line' });
}

/** All bundles put side by side on one clock, then repeated with shifted times until the counts are reached. */
async function readCollection(): Promise<Collection> {
  const window: TimeWindow = { startMs: 1_000_000_000_000, endMs: 1_000_000_000_000 + 300_000 };
  const baseline: TimeWindow = { startMs: window.startMs - 600_000, endMs: window.startMs - 300_000 };
  const found = { logs: [] as LogSignal[], metrics: [] as MetricSignal[], traces: [] as TraceSignal[] };
  const full = () =>
    found.logs.length >= LINES && found.traces.length >= TRACES && found.metrics.length >= SERIES;
  for (let copy = 0; copy < 20 && !full(); copy++) {
    for (const [index, folder] of bundles.entries()) {
      if (full()) break;
      const bundle = await openBundle(folder);
      for (const [from, to] of [
        [bundle.window, window],
        [bundle.baseline, baseline],
      ] as const) {
        const read = async <K extends SignalKind>(kind: K) =>
          (
            await querySignals(
              bundle.connector,
              kind,
              { window: from, limit: 4000, keep: 'spread' },
              { redact: 'none', deadlineMs: 60_000 },
            )
          ).signals;
        const mark = (copy * bundles.length + index).toString(16).padStart(4, '0');
        const shift = { ms: to.startMs - from.startMs + copy * 17, mark };
        found.logs.push(...(await read('logs')).map((signal) => shiftTime(signal, shift)));
        found.metrics.push(...(await read('metrics')).map((signal) => shiftTime(signal, shift)));
        found.traces.push(...(await read('traces')).map((signal) => shiftTime(signal, shift)));
      }
    }
  }
  const logs = found.logs.slice(0, LINES).sort(byTime);
  const metrics = found.metrics.slice(0, SERIES).sort(byTime);
  const traces = found.traces.slice(0, TRACES).sort(byTime);
  const signals = { logs, metrics, traces, deploys: [], incidents: [] };
  return { window, baseline, baselineName: 'bench', signals, sources: [], durationMs: 0, withheld: 0 };
}

interface Shift {
  readonly ms: number;
  /** Four hex digits that keep the ids of this copy apart from those of the others. */
  readonly mark: string;
}

function shiftTime<T extends LogSignal | MetricSignal | TraceSignal>(signal: T, { ms, mark }: Shift): T {
  const shiftNs = BigInt(ms) * 1_000_000n;
  const moved = {
    ...signal,
    id: `${signal.id}-${mark}`,
    timestampMs: signal.timestampMs + ms,
    timeUnixNano: (BigInt(signal.timeUnixNano) + shiftNs).toString(),
  };
  if (moved.kind === 'metrics')
    return { ...moved, points: moved.points.map(([atMs, value]) => [atMs + ms, value]) };
  const traceId = moved.traceId === undefined ? {} : { traceId: `${mark}${moved.traceId.slice(4)}` };
  if (moved.kind !== 'traces') return { ...moved, ...traceId };
  const spans = moved.spans.map((span) => ({
    ...span,
    startNs: (BigInt(span.startNs) + shiftNs).toString(),
  }));
  return { ...moved, ...traceId, spans };
}

function byTime(one: { readonly timestampMs: number }, other: { readonly timestampMs: number }): number {
  return one.timestampMs - other.timestampMs;
}

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const startMs = performance.now();
  const value = work();
  return { ms: performance.now() - startMs, value };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
