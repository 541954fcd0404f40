import type { TraceSignal } from '../connector/v1/signal.js';
import { toSpanCalls } from './span-calls.js';

export interface RankedService {
  readonly service: string;
  /** 0: as in the baseline. */
  readonly suspicion: number;
  /** Calls or is called by the alert's service. */
  readonly isNeighbour: boolean;
}

interface CallTotals {
  calls: number;
  selfMs: number;
  ownErrors: number;
}

/** Self time below it says nothing: clocks and schedulers do that. */
const NOISE_MS = 1;
/** An own error weighs more than slowness, since slowness spreads and errors of one's own do not. */
const ERROR_WEIGHT = 3;

/**
 * Which services to look at more closely, the most suspicious first: own errors more frequent than in the baseline, a larger
 * share of the time gained, calls that are missing, a service that was not there. Only a rough order for asking, not a
 * verdict: with 40 services behind one gateway it decides whose logs are read within three seconds.
 */
export function rankServices(
  window: readonly TraceSignal[],
  baseline: readonly TraceSignal[],
  alertService: string | undefined,
): RankedService[] {
  const now = totalsOf(window, alertService);
  const before = totalsOf(baseline, alertService);
  const excessMs = new Map(
    Array.from(now.byService, ([service, totals]) => [
      service,
      Math.max(0, totals.selfMs / window.length - perTrace(before.byService.get(service), baseline.length)),
    ]),
  );
  const allExcessMs = Array.from(excessMs.values()).reduce((sum, ms) => sum + ms, NOISE_MS);
  const services = new Set([...now.byService.keys(), ...before.byService.keys()]);

  return Array.from(services, (service): RankedService => {
    const current = now.byService.get(service);
    const earlier = before.byService.get(service);
    const moreErrors = Math.max(0, errorShare(current) - errorShare(earlier));
    const timeGained = (excessMs.get(service) ?? 0) / allExcessMs;
    const changed =
      baseline.length === 0 || window.length === 0
        ? 0
        : callsChanged(current, earlier, window.length, baseline.length);
    return {
      service,
      suspicion: ERROR_WEIGHT * moreErrors + timeGained + changed,
      isNeighbour: now.neighbours.has(service) || before.neighbours.has(service),
    };
  })
    .filter(({ service }) => service !== alertService)
    .sort((one, other) => other.suspicion - one.suspicion || compare(one.service, other.service));
}

function totalsOf(traces: readonly TraceSignal[], alertService: string | undefined) {
  const byService = new Map<string, CallTotals>();
  const neighbours = new Set<string>();
  for (const call of traces.flatMap(toSpanCalls)) {
    const totals = byService.get(call.service) ?? { calls: 0, selfMs: 0, ownErrors: 0 };
    totals.calls += 1;
    totals.selfMs += call.selfMs;
    totals.ownErrors += call.hasOwnError ? 1 : 0;
    byService.set(call.service, totals);
    if (call.caller === alertService && alertService !== undefined) neighbours.add(call.service);
    if (call.service === alertService && call.caller !== undefined) neighbours.add(call.caller);
  }
  return { byService, neighbours };
}

function errorShare(totals: CallTotals | undefined): number {
  return totals === undefined ? 0 : totals.ownErrors / totals.calls;
}

function perTrace(totals: CallTotals | undefined, traces: number): number {
  return totals === undefined || traces === 0 ? 0 : totals.selfMs / traces;
}

/** 1 for a service that is gone or new, less for one that is called less often per trace. */
function callsChanged(
  now: CallTotals | undefined,
  before: CallTotals | undefined,
  nowTraces: number,
  beforeTraces: number,
): number {
  if (now === undefined || before === undefined) return 1;
  const ratio = now.calls / nowTraces / (before.calls / beforeTraces);
  return ratio < 0.5 ? 1 - ratio : 0;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
