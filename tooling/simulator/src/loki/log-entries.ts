import { toNanos } from '../engine/nanos.js';
import type { World } from '../engine/world.js';
import type { LogRecord } from '../logs/log-record.js';
import type { LogStore } from '../logs/log-store.js';
import type { Matcher } from '../prometheus/promql-ast.js';
import { MINUTE_MS } from '../traces/request-store.js';

/** One line as Loki stores it. */
export interface LogEntry {
  readonly nanos: bigint;
  readonly line: string;
  /** The stream's labels, in alphabetical order. */
  readonly stream: ReadonlyMap<string, string>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Half-open, in nanoseconds. */
export interface NanoWindow {
  readonly start: bigint;
  readonly end: bigint;
}

export interface LokiStore {
  readonly nowNanos: bigint;
  /** Streams of pods that lived inside the window, whether they said much or little. */
  readonly streams: (window: NanoWindow) => readonly ReadonlyMap<string, string>[];
  /** Lines of matching streams inside the window, minute by minute in the given direction. */
  readonly read: (
    window: NanoWindow,
    matchers: readonly Matcher[],
    newestFirst: boolean,
  ) => Iterable<LogEntry>;
}

export function createLokiStore(world: World, logs: LogStore): LokiStore {
  const { clock, topology } = world.run;
  const { cluster, namespace } = topology;
  const streamByPod = new Map(
    world.pods.map(({ name, node, service }) => [
      name,
      new Map([
        ['app', service],
        ['cluster', cluster],
        ['container', service],
        ['namespace', namespace],
        ['node_name', node],
        ['pod', name],
        ['service_name', service],
      ]),
    ]),
  );

  function streams(window: NanoWindow): readonly ReadonlyMap<string, string>[] {
    const firstTick = (Number(window.start / 1_000_000n) - clock.startMs) / clock.tickMs;
    const lastTick = (Number(window.end / 1_000_000n) - clock.startMs) / clock.tickMs;
    return world.pods
      .filter(
        (pod) => lastTick > 0 && pod.fromTick < Math.min(lastTick, clock.ticks) && pod.toTick > firstTick,
      )
      .map((pod) => streamByPod.get(pod.name) ?? new Map());
  }

  function* read(window: NanoWindow, matchers: readonly Matcher[], newestFirst: boolean): Iterable<LogEntry> {
    const firstMinute = Math.max(minuteOf(window.start), logs.firstMinute);
    const lastMinute = Math.min(minuteOf(window.end - 1n), logs.lastMinute);
    for (let offset = 0; offset <= lastMinute - firstMinute; offset += 1) {
      const records = logs.ofMinute(newestFirst ? lastMinute - offset : firstMinute + offset);
      for (const record of newestFirst ? records.toReversed() : records) {
        const stream = streamByPod.get(record.pod) ?? new Map<string, string>();
        if (!matchers.every((matcher) => matcher.matches(stream.get(matcher.label) ?? ''))) continue;
        const nanos = toNanos(record.atMs);
        if (nanos < window.start || nanos >= window.end) continue;
        yield { nanos, line: record.line, stream, metadata: metadataOf(record) };
      }
    }
  }
  return { nowNanos: toNanos(clock.nowMs), streams, read };
}

function minuteOf(nanos: bigint): number {
  return Math.floor(Number(nanos / 1_000_000n) / MINUTE_MS);
}

function metadataOf({ level, traceId, spanId }: LogRecord): ReadonlyMap<string, string> {
  const metadata = new Map([['detected_level', level as string]]);
  if (spanId !== undefined) metadata.set('span_id', spanId);
  if (traceId !== undefined) metadata.set('trace_id', traceId);
  return metadata;
}
