/** The quantile of plain values, straight lines between them; ±Inf outside 0 to 1, NaN of nothing. */
export function quantileOf(quantile: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted((left, right) => left - right);
  const rank = quantile * (sorted.length - 1);
  const low = Math.floor(rank);
  const high = Math.min(low + 1, sorted.length - 1);
  const weight = rank - low;
  return (sorted[low] ?? Number.NaN) * (1 - weight) + (sorted[high] ?? Number.NaN) * weight;
}

export interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/** The quantile of classic buckets, as Prometheus estimates it: straight lines inside a bucket. */
export function bucketQuantile(quantile: number, buckets: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const sorted = mergeBounds(buckets.toSorted((left, right) => left.bound - right.bound));
  const top = sorted.at(-1);
  if (top === undefined || top.bound !== Number.POSITIVE_INFINITY || sorted.length < 2) return Number.NaN;
  if (top.count === 0 || Number.isNaN(top.count)) return Number.NaN;
  const rank = quantile * top.count;
  const index = sorted.findIndex((bucket) => bucket.count >= rank);
  const found = sorted[index];
  if (found === undefined) return Number.NaN;
  if (index === sorted.length - 1) return sorted[index - 1]?.bound ?? Number.NaN;
  if (index === 0 && found.bound <= 0) return found.bound;
  const below = index === 0 ? { bound: 0, count: 0 } : (sorted[index - 1] ?? { bound: 0, count: 0 });
  return below.bound + (found.bound - below.bound) * ((rank - below.count) / (found.count - below.count));
}

/** Buckets of the same bound are added up, and counts may never fall. */
function mergeBounds(sorted: readonly Bucket[]): Bucket[] {
  const merged: Bucket[] = [];
  for (const bucket of sorted) {
    const last = merged.at(-1);
    if (last?.bound === bucket.bound)
      merged[merged.length - 1] = { bound: last.bound, count: last.count + bucket.count };
    else merged.push(bucket);
  }
  let most = 0;
  return merged.map(({ bound, count }) => {
    most = Math.max(most, count);
    return { bound, count: most };
  });
}
