/** How the buckets of one point are laid out. */
export type BucketLayout =
  | { readonly type: 'explicit'; readonly bounds: readonly number[] }
  | { readonly type: 'exponential'; readonly scale: number };

/** One point of a histogram of either kind. */
export interface DistributionPoint {
  readonly timeMs: number;
  /** 0 when unknown. */
  readonly startMs: number;
  readonly count: number;
  /** Absent where values may be negative. */
  readonly sum: number | undefined;
  readonly layout: BucketLayout;
  /** Observations by bucket index. An exponential histogram's values at or below zero stand at -Infinity. */
  readonly buckets: ReadonlyMap<number, number>;
}

/** What was observed between two points. */
export interface DistributionInterval
  extends Pick<DistributionPoint, 'timeMs' | 'count' | 'sum' | 'layout' | 'buckets'> {
  readonly seconds: number;
}

/**
 * The observations between the points. Cumulative points are subtracted from each other; after a restart (a new start time,
 * or a count that fell) a point stands for itself. The first cumulative point only says what came before.
 */
export function toIntervals(
  points: readonly DistributionPoint[],
  cumulative: boolean,
): DistributionInterval[] {
  const ordered = points.toSorted((left, right) => left.timeMs - right.timeMs);
  const intervals: DistributionInterval[] = [];
  for (const [index, point] of ordered.entries()) {
    const previous = ordered[index - 1];
    if (previous?.timeMs === point.timeMs) continue;
    const restarted = previous !== undefined && isRestart(previous, point);
    if (!cumulative || restarted) {
      const fromMs = point.startMs > 0 ? point.startMs : previous?.timeMs;
      if (fromMs !== undefined && fromMs < point.timeMs) {
        intervals.push({ ...point, seconds: (point.timeMs - fromMs) / 1000 });
      }
    } else if (previous !== undefined) {
      const difference = subtract(point, previous);
      if (difference !== undefined) intervals.push(difference);
    }
  }
  return intervals;
}

/**
 * A count that fell, or a start that is new and not before the last point. The same start as before is none, wherever it
 * lies: collectors of Prometheus' metrics take the time of the first point for it.
 */
function isRestart(previous: DistributionPoint, point: DistributionPoint): boolean {
  const isNewStart = point.startMs > previous.startMs && point.startMs >= previous.timeMs;
  return isNewStart || point.count < previous.count;
}

/** Undefined when the explicit bounds changed: then the two points cannot be compared. */
function subtract(point: DistributionPoint, previous: DistributionPoint): DistributionInterval | undefined {
  const seconds = (point.timeMs - previous.timeMs) / 1000;
  const common = commonLayout(point.layout, previous.layout);
  if (common === undefined) return undefined;
  const buckets = new Map(rescaled(point, common));
  for (const [index, count] of rescaled(previous, common)) {
    buckets.set(index, Math.max(0, (buckets.get(index) ?? 0) - count));
  }
  return {
    timeMs: point.timeMs,
    seconds,
    count: point.count - previous.count,
    sum: point.sum === undefined || previous.sum === undefined ? undefined : point.sum - previous.sum,
    layout: common,
    buckets,
  };
}

/** An exponential histogram halves its resolution by merging neighbours, so the lower scale is what two have in common. */
function commonLayout(left: BucketLayout, right: BucketLayout): BucketLayout | undefined {
  if (left.type === 'exponential') {
    if (right.type !== 'exponential') return undefined;
    return left.scale <= right.scale ? left : right;
  }
  if (right.type !== 'explicit' || left.bounds.length !== right.bounds.length) return undefined;
  return left.bounds.every((bound, index) => bound === right.bounds[index]) ? left : undefined;
}

function rescaled(point: DistributionPoint, layout: BucketLayout): ReadonlyMap<number, number> {
  if (layout.type === 'explicit' || point.layout.type === 'explicit') return point.buckets;
  const divisor = 2 ** (point.layout.scale - layout.scale);
  if (divisor === 1) return point.buckets;
  const merged = new Map<number, number>();
  for (const [index, count] of point.buckets) {
    const target = Math.floor(index / divisor);
    merged.set(target, (merged.get(target) ?? 0) + count);
  }
  return merged;
}

/**
 * The value below which the share `quantile` of the observations lies, interpolated inside its bucket: evenly between
 * explicit bounds, geometrically between exponential ones. Undefined without observations; the last bucket has no upper
 * bound, so its lower one is given.
 */
export function toQuantile(interval: DistributionInterval, quantile: number): number | undefined {
  const buckets = [...interval.buckets].sort(([left], [right]) => left - right);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total <= 0) return undefined;
  let below = 0;
  for (const [index, count] of buckets) {
    if (count <= 0 || below + count < quantile * total) {
      below += count;
      continue;
    }
    return valueInBucket(interval.layout, index, (quantile * total - below) / count);
  }
  return undefined;
}

function valueInBucket(layout: BucketLayout, index: number, share: number): number | undefined {
  if (layout.type === 'exponential') {
    return index === -Infinity ? 0 : 2 ** ((index + share) * 2 ** -layout.scale);
  }
  const { bounds } = layout;
  const upper = bounds[index];
  if (upper === undefined) return bounds.at(-1);
  const lower = bounds[index - 1] ?? Math.min(0, upper);
  return lower + (upper - lower) * share;
}
