import type { Gap, SignalQuery } from '../connector/v1/connector.js';

export interface Kept<T> {
  readonly signals: readonly T[];
  /** What was left out; empty when everything fits. */
  readonly gaps: readonly Gap[];
}

/** Cuts signals that ascend in time to the query's limit, keeps what `keep` asks for, and says what is missing. */
export function keepWithinLimit<T extends { readonly timestampMs: number }>(
  ascending: readonly T[],
  query: Pick<SignalQuery, 'window' | 'limit' | 'keep'>,
): Kept<T> {
  const { window, keep } = query;
  const limit = Math.max(0, query.limit);
  const missing = { count: ascending.length - limit, exact: true };
  if (missing.count <= 0) return { signals: ascending, gaps: [] };
  if (limit === 0) return { signals: [], gaps: [{ reason: 'row-limit', missing }] };
  if (keep === 'spread') {
    return { signals: sampleEvenly(ascending, limit), gaps: [{ reason: 'sampled', missing }] };
  }
  const signals = keep === 'newest' ? ascending.slice(-limit) : ascending.slice(0, limit);
  const uncovered =
    keep === 'newest'
      ? { startMs: window.startMs, endMs: signals[0]?.timestampMs ?? window.endMs }
      : { startMs: signals.at(-1)?.timestampMs ?? window.startMs, endMs: window.endMs };
  return { signals, gaps: [{ reason: 'row-limit', window: uncovered, missing }] };
}

/** Every n-th item, so that rates stay what they were. */
function sampleEvenly<T>(items: readonly T[], count: number): T[] {
  const sample: T[] = [];
  for (let index = 0; index < count; index++) {
    const item = items[Math.floor(((index + 0.5) * items.length) / count)];
    if (item !== undefined) sample.push(item);
  }
  return sample;
}
