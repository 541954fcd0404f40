import type { TraceSignal } from '../connector/v1/signal.js';
import { hasFailed } from './span-calls.js';

/** Failed ones first, then the rest spread evenly over the time. */
export function chooseTraces(traces: readonly TraceSignal[], max: number): readonly TraceSignal[] {
  if (traces.length <= max) return traces;
  const failed = traces.filter(({ spans }) => spans.some(hasFailed));
  const ordinary = traces.filter(({ spans }) => !spans.some(hasFailed));
  return [...failed.slice(0, max), ...spread(ordinary, Math.max(0, max - failed.length))];
}

/** The duration that 99 of 100 whole traces do not reach; `undefined` for fewer than 5. */
export function slowFromMs(traces: readonly TraceSignal[]): number | undefined {
  if (traces.length < 5) return undefined;
  const durations = traces.map(durationMs).sort((one, other) => one - other);
  return Math.ceil(durations[Math.ceil(durations.length * 0.99) - 1] ?? 0);
}

function durationMs({ spans }: TraceSignal): number {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const { startNs, durationNs } of spans) {
    startMs = Math.min(startMs, Number(startNs) / 1e6);
    endMs = Math.max(endMs, (Number(startNs) + durationNs) / 1e6);
  }
  return endMs - startMs;
}

function spread<T>(items: readonly T[], count: number): T[] {
  const size = Math.min(count, items.length);
  return Array.from({ length: size }, (_, index) => items[Math.floor((index * items.length) / size)] as T);
}

export function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
