import { median } from '../statistics/quantile.js';
import type { ReadTrace } from './call.js';

/** How long requests of one kind take when all is well. */
export interface HealthyRequests {
  /** Milliseconds a request like this trace takes in the baseline; the fleet's typical request when none is like it. */
  typicalMs(trace: ReadTrace): number;
}

/** Behind one gateway operation lie many kinds of request: the first callee tells them apart. */
export function requestKind(trace: ReadTrace): string {
  const root = trace.calls[0];
  const first = root?.callees[0];
  return `${root?.service}\0${root?.operation}\0${first?.service ?? ''}\0${first?.operation ?? ''}`;
}

const fewest = 2;

export function toHealthyRequests(traces: readonly ReadTrace[]): HealthyRequests {
  const durations = new Map<string, number[]>();
  const all: number[] = [];
  for (const trace of traces) {
    if (trace.period !== 'baseline') continue;
    const kind = requestKind(trace);
    const known = durations.get(kind);
    if (known === undefined) durations.set(kind, [trace.durationMs]);
    else known.push(trace.durationMs);
    all.push(trace.durationMs);
  }
  const typicalOfAll = median(all);
  const typical = new Map<string, number>();
  for (const [kind, known] of durations) if (known.length >= fewest) typical.set(kind, median(known));
  return {
    typicalMs(trace) {
      const known = typical.get(requestKind(trace)) ?? typicalOfAll;
      return known > 0 ? known : Number.NaN;
    },
  };
}
