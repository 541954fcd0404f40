import type { TraceSignal } from '../connector/v1/signal.js';
import { type SpanCall, toSpanCalls } from './span-calls.js';

export interface RankedService {
  readonly service: string;
  /** 0: as in the baseline. */
  readonly suspicion: number;
  /** Calls or is called by the alert's service. */
  readonly isNeighbour: boolean;
}

/** Self time below it says nothing: clocks and schedulers do that. */
const NOISE_MS = 1;
/** An own error weighs more than slowness, since slowness spreads and errors of one's own do not. */
const ERROR_WEIGHT = 3;
/** A call that a caller made this often belongs to what the caller does, and is missed when it does not come. */
const REGULAR_CALLS = 0.5;
/** One call is no habit. */
const MIN_CALLS = 2;

/**
 * Which services to look at more closely, the most suspicious first: own errors more frequent than in the baseline, a larger share
 * of the time gained, calls that a caller used to make and no longer makes, or makes anew. All of it per operation and per
 * call, since the mix of requests changes by itself. Only a rough order for asking, not a verdict: with 40 services behind
 * one gateway it decides whose logs are read within three seconds.
 */
export function rankServices(
  window: readonly TraceSignal[],
  baseline: readonly TraceSignal[],
  alertService: string | undefined,
): RankedService[] {
  const now = totalsOf(window);
  const before = totalsOf(baseline);
  const suspicion = new Map<string, number>();
  const add = (service: string, points: number) =>
    suspicion.set(service, (suspicion.get(service) ?? 0) + points);

  const excess = excessByService(now, before);
  const allExcessMs = excess.reduce((sum, [, ms]) => sum + ms, NOISE_MS);
  for (const [service, ms] of excess) add(service, ms / allExcessMs);
  for (const [service, points] of moreErrors(now, before)) add(service, ERROR_WEIGHT * points);
  for (const [service, points] of changedCalls(now, before)) add(service, points);
  for (const { service } of [...now.operations.values(), ...before.operations.values()]) add(service, 0);

  const neighbours = neighboursOf([...now.edges.values(), ...before.edges.values()], alertService);
  return Array.from(suspicion, ([service, points]) => ({
    service,
    suspicion: points,
    isNeighbour: neighbours.has(service),
  }))
    .filter(({ service }) => service !== alertService)
    .sort((one, other) => other.suspicion - one.suspicion || (one.service < other.service ? -1 : 1));
}

interface OperationTotals {
  readonly service: string;
  calls: number;
  selfMs: number;
  ownErrors: number;
}

interface EdgeTotals {
  /** The caller's operation, as a key of `operations`. */
  readonly from: string;
  readonly caller: string;
  readonly callee: string;
  calls: number;
}

interface Totals {
  readonly operations: ReadonlyMap<string, OperationTotals>;
  readonly edges: ReadonlyMap<string, EdgeTotals>;
}

const keyOf = ({ service, operation }: Pick<SpanCall, 'service' | 'operation'>) =>
  `${service}\u0000${operation}`;

function totalsOf(traces: readonly TraceSignal[]): Totals {
  const operations = new Map<string, OperationTotals>();
  const edges = new Map<string, EdgeTotals>();
  for (const trace of traces) {
    for (const call of toSpanCalls(trace)) {
      const { service, caller } = call;
      const totals = operations.get(keyOf(call)) ?? { service, calls: 0, selfMs: 0, ownErrors: 0 };
      operations.set(keyOf(call), totals);
      totals.calls += 1;
      totals.selfMs += call.selfMs;
      totals.ownErrors += call.hasOwnError ? 1 : 0;
      if (caller === undefined || caller.service === service) continue;
      const key = `${keyOf(caller)}\u0000${service}`;
      const edge = edges.get(key) ?? {
        from: keyOf(caller),
        caller: caller.service,
        callee: service,
        calls: 0,
      };
      edges.set(key, edge);
      edge.calls += 1;
    }
  }
  return { operations, edges };
}

/** Time beyond what the same operations took in the baseline; without a baseline all of it. */
function excessByService(now: Totals, before: Totals): [string, number][] {
  const excessMs = new Map<string, number>();
  for (const [key, { service, calls, selfMs }] of now.operations) {
    const earlier = before.operations.get(key);
    if (earlier === undefined && before.operations.size > 0) continue;
    const usualMs = earlier === undefined ? 0 : (earlier.selfMs / earlier.calls) * calls;
    excessMs.set(service, (excessMs.get(service) ?? 0) + Math.max(0, selfMs - usualMs));
  }
  return Array.from(excessMs);
}

function moreErrors(now: Totals, before: Totals): [string, number][] {
  return Array.from(now.operations, ([key, totals]) => {
    const share = (of: OperationTotals | undefined) => (of === undefined ? 0 : of.ownErrors / of.calls);
    return [totals.service, Math.max(0, share(totals) - share(before.operations.get(key)))];
  });
}

/** For each caller's operation that both periods have: how far the share of its calls that reach a callee has gone from regular to none, or back. */
function changedCalls(now: Totals, before: Totals): [string, number][] {
  const keys = new Set([...now.edges.keys(), ...before.edges.keys()]);
  return Array.from(keys).flatMap((key): [string, number][] => {
    const edge = now.edges.get(key) ?? before.edges.get(key);
    if (edge === undefined) return [];
    const callerNow = now.operations.get(edge.from)?.calls ?? 0;
    const callerBefore = before.operations.get(edge.from)?.calls ?? 0;
    if (callerNow < MIN_CALLS || callerBefore < MIN_CALLS) return [];
    const perCallNow = Math.min(1, (now.edges.get(key)?.calls ?? 0) / callerNow);
    const perCallBefore = Math.min(1, (before.edges.get(key)?.calls ?? 0) / callerBefore);
    const change = Math.abs(perCallNow - perCallBefore);
    if (change < REGULAR_CALLS) return [];
    // The callee may be down, or the caller may have stopped before it came to the call.
    return [
      [edge.callee, change / 2],
      [edge.caller, change / 2],
    ];
  });
}

function neighboursOf(edges: readonly EdgeTotals[], service: string | undefined): ReadonlySet<string> {
  return new Set(
    edges.flatMap(({ caller, callee }) =>
      caller === service ? [callee] : callee === service ? [caller] : [],
    ),
  );
}
