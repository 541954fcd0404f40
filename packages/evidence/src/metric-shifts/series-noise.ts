import { ascending, median, quantile } from '../statistics/quantile.js';

/** Fewer steps say nothing of a kind of metric. */
const MIN_STEPS = 8;
/** A baseline of fewer points does not know its own noise. */
const MIN_POINTS = 4;
/** Median absolute deviation to standard deviation, for normal noise. */
const MAD_DEVIATIONS = 1.4826;
/** A fault may make this many steps of its own; they must not pass for noise. */
const FAULTY_STEPS = 4;

/** Shares of normal noise that lie within so many standard deviations. */
const WIDE = { share: 0.9, deviations: 1.645 };
const tails = [
  { share: 0.95, deviations: 1.96 },
  { share: 0.98, deviations: 2.326 },
  { share: 0.99, deviations: 2.576 },
];

/**
 * How much series of one kind jump from point to point, over the whole fleet: percentiles of healthy services jump all
 * the time. Steps are used since a level shift is one step only.
 */
export function createFleetNoise(
  levelsByKind: ReadonlyMap<string, readonly (readonly number[])[]>,
): (kind: string) => number {
  const noise = new Map<string, number>();
  for (const [kind, runs] of levelsByKind) {
    const steps: number[] = [];
    for (const levels of runs) {
      for (let index = 1; index < levels.length; index++) {
        steps.push(Math.abs((levels[index] ?? 0) - (levels[index - 1] ?? 0)));
      }
    }
    if (steps.length < MIN_STEPS) continue;
    // A step is the difference of two noisy values.
    noise.set(kind, deviationOf(ascending(steps)) / Math.SQRT2);
  }
  return (kind) => noise.get(kind) ?? 0;
}

/** The standard deviation of normal noise that would reach as far; judged by the tails too, where there are enough. */
function deviationOf(distances: Float64Array): number {
  let deviation = quantile(distances, WIDE.share) / WIDE.deviations;
  for (const { share, deviations } of tails) {
    if (distances.length * (1 - share) < FAULTY_STEPS) break;
    deviation = Math.max(deviation, quantile(distances, share) / deviations);
  }
  return deviation;
}

/** The spread of a baseline's levels: robust, but not blind to the tails. 0 when it has too few points. */
export function spreadOf(levels: readonly number[]): number {
  if (levels.length < MIN_POINTS) return 0;
  const middle = median(levels);
  const distances = ascending(levels.map((level) => Math.abs(level - middle)));
  return Math.max(
    quantile(distances, 0.5) * MAD_DEVIATIONS,
    quantile(distances, WIDE.share) / WIDE.deviations,
  );
}
