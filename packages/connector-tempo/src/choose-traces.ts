import type { Gap, SignalQueryByKind } from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import type { FoundTrace, FoundTraces } from './trace-search.js';

/** Of the found traces those that are read, in the order in which they are read, and what that leaves out. */
export function chooseTraces(
  { traces, cutSlices }: FoundTraces,
  query: SignalQueryByKind['traces'],
): { chosen: readonly FoundTrace[]; gaps: readonly Gap[] } {
  const spread = query.keep === 'spread';
  // Evenly over entry operations first, and over the time of each: a busy one must not hide the others.
  const ordered = spread ? [...traces].sort(byOperation) : traces;
  const { signals, gaps } = keepWithinLimit(ordered, query);
  return {
    chosen: spread ? interleaved(signals) : signals,
    gaps: cutSlices === 0 ? gaps : inexact(gaps, query),
  };
}

function byOperation(one: FoundTrace, other: FoundTrace): number {
  if (one.operation !== other.operation) return one.operation < other.operation ? -1 : 1;
  return one.timestampMs - other.timestampMs;
}

/** Every fifth, then those between: when the deadline ends the reading, what was read is still spread. */
const STRIDE = 5;

function interleaved<T>(items: readonly T[]): T[] {
  return Array.from({ length: STRIDE }, (_, from) =>
    items.filter((_item, index) => index % STRIDE === from),
  ).flat();
}

/** A search that was cut does not say how many there are. */
function inexact(gaps: readonly Gap[], { keep }: SignalQueryByKind['traces']): Gap[] {
  const detail = 'Tempo does not say how many traces there are';
  const reason = keep === 'newest' ? 'row-limit' : 'sampled';
  const [gap] = gaps;
  const missing = { count: gap?.missing?.count ?? 1, exact: false };
  return [{ ...(keep === 'newest' ? gap : {}), reason, missing, detail }];
}
