import type { World } from '../engine/world.js';
import { MINUTE_MS, type RequestStore } from '../traces/request-store.js';
import type { SpanRecord, TraceRecord } from '../traces/trace-record.js';

/** Which traces are wanted: one of their spans must satisfy all of it. */
export interface TraceQuery {
  readonly service: string;
  readonly operation?: string;
  /** Half-open, epoch milliseconds, by the span's start. */
  readonly startMs: number;
  readonly endMs: number;
  readonly minDurationMs: number;
  readonly maxDurationMs: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly limit: number;
}

export interface OperationName {
  readonly name: string;
  readonly spanKind: string;
}

export interface TraceSearch {
  readonly services: readonly string[];
  readonly operationsOf: (service: string) => readonly OperationName[];
  /** The newest matching traces, oldest first. */
  readonly find: (query: TraceQuery) => readonly TraceRecord[];
  readonly byId: (traceId: string) => TraceRecord | undefined;
  /** Calls between services in [startMs, endMs). */
  readonly dependencies: (startMs: number, endMs: number) => readonly Dependency[];
}

export interface Dependency {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
}

const LONGEST_TRACE_MINUTES = 1;

export function createTraceSearch(world: World, requests: RequestStore): TraceSearch {
  const { topology } = world.run;

  function* newestFirst(startMs: number, endMs: number): Iterable<TraceRecord> {
    const first = Math.max(Math.floor(startMs / MINUTE_MS) - LONGEST_TRACE_MINUTES, requests.firstMinute);
    const last = Math.min(Math.floor(endMs / MINUTE_MS), requests.lastMinute);
    for (let minute = last; minute >= first; minute -= 1) {
      for (const request of requests.ofMinute(minute).toReversed()) yield request.trace;
    }
  }

  function find(query: TraceQuery): readonly TraceRecord[] {
    const found: TraceRecord[] = [];
    for (const trace of newestFirst(query.startMs, query.endMs)) {
      if (found.length === query.limit) break;
      if (trace.spans.some((span) => satisfies(span, query))) found.push(trace);
    }
    return found.reverse();
  }

  function byId(traceId: string): TraceRecord | undefined {
    const wanted = traceId.toLowerCase().padStart(32, '0');
    for (const trace of newestFirst(world.run.clock.startMs, world.run.clock.nowMs)) {
      if (trace.traceId === wanted) return trace;
    }
    return undefined;
  }

  function dependencies(startMs: number, endMs: number): readonly Dependency[] {
    const counts = new Map<string, Dependency>();
    for (const trace of newestFirst(startMs, endMs)) {
      if (trace.startMs < startMs || trace.startMs >= endMs) continue;
      const serviceOf = new Map(trace.spans.map((span) => [span.spanId, span.service]));
      for (const span of trace.spans) {
        const parent = serviceOf.get(span.parentSpanId ?? '');
        if (parent === undefined || parent === span.service) continue;
        const key = `${parent}\u0000${span.service}`;
        counts.set(key, { parent, child: span.service, callCount: (counts.get(key)?.callCount ?? 0) + 1 });
      }
    }
    return [...counts.values()].sort((left, right) =>
      `${left.parent} ${left.child}` < `${right.parent} ${right.child}` ? -1 : 1,
    );
  }

  return {
    services: topology.services.map((service) => service.name).sort(),
    operationsOf: (service) => operationNames(world, service),
    find,
    byId,
    dependencies,
  };
}

function operationNames(world: World, service: string): readonly OperationName[] {
  const { operations } = world.run.topology;
  const names = new Map<string, OperationName>();
  for (const operation of operations) {
    if (operation.service !== service) continue;
    const name = operation.kind === 'http' ? `${operation.method} ${operation.route}` : operation.route;
    const spanKind = operation.kind === 'consumer' ? 'consumer' : 'server';
    names.set(`${spanKind} ${name}`, { name, spanKind });
    for (const call of operation.calls) {
      const callee = operations.find((one) => one.id === call.to);
      if (callee === undefined) continue;
      const called = callee.kind === 'database' ? callee.route : callee.method;
      names.set(`client ${called}`, { name: called, spanKind: 'client' });
    }
  }
  return [...names.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function satisfies(span: SpanRecord, query: TraceQuery): boolean {
  if (span.service !== query.service) return false;
  if (query.operation !== undefined && span.name !== query.operation) return false;
  if (span.startMs < query.startMs || span.startMs >= query.endMs) return false;
  if (span.durationMs < query.minDurationMs || span.durationMs > query.maxDurationMs) return false;
  for (const [name, value] of query.attributes) {
    if (attributeOf(span, name) !== value) return false;
  }
  return true;
}

function attributeOf(span: SpanRecord, name: string): string | undefined {
  if (name === 'error') return span.failure === undefined ? undefined : 'true';
  if (name === 'span.kind') return span.kind;
  const found = span.attributes.find(([key]) => key === name);
  return found === undefined ? undefined : String(found[1]);
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** Milliseconds of a Go duration such as `1.5s`; undefined when it is none. */
export function goDurationMs(text: string): number | undefined {
  const parts = [...text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS.get(unit ?? '') ?? 0), 0);
}
