import type { Gap, SignalQueryByKind, SignalSourceV1, TimeWindow } from '../connector/v1/connector.js';
import type { SignalKind } from '../connector/v1/signal.js';

/** The query within what the source can do at once, and what is left out by that. */
export function fitQuery<K extends SignalKind>(
  query: SignalQueryByKind[K],
  source: SignalSourceV1<K>,
): { readonly query: SignalQueryByKind[K]; readonly gaps: readonly Gap[] } {
  const { maxItems, maxWindowMs } = readLimits(source);
  const limit = Math.max(1, Math.min(query.limit, maxItems));
  const { startMs, endMs } = query.window;
  if (endMs - startMs <= maxWindowMs) return { query: { ...query, limit }, gaps: [] };
  // The newest part, except where the oldest is asked for.
  const window: TimeWindow =
    query.keep === 'oldest'
      ? { startMs, endMs: startMs + maxWindowMs }
      : { startMs: endMs - maxWindowMs, endMs };
  const left: TimeWindow =
    query.keep === 'oldest' ? { startMs: window.endMs, endMs } : { startMs, endMs: window.startMs };
  const detail = 'the source answers for a shorter time at once';
  return {
    query: { ...query, limit, window },
    gaps: [{ reason: 'unsupported-filter', window: left, detail }],
  };
}

function readLimits(source: SignalSourceV1<SignalKind>): { maxItems: number; maxWindowMs: number } {
  try {
    const { maxItems, maxWindowMs } = source.limits;
    return { maxItems: positiveOr(maxItems), maxWindowMs: positiveOr(maxWindowMs) };
  } catch {
    return { maxItems: Number.POSITIVE_INFINITY, maxWindowMs: Number.POSITIVE_INFINITY };
  }
}

function positiveOr(value: number | undefined): number {
  return typeof value === 'number' && value > 0 ? value : Number.POSITIVE_INFINITY;
}
