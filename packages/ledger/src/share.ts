/** Some of some. */
export interface Share {
  readonly count: number;
  readonly of: number;
  /** From 0 to 1; `null` of nothing. */
  readonly share: number | null;
}

/** A share that is a sample of what would come out in the long run. */
export interface Estimate extends Share {
  /** Where the true share lies at 95 %: Wilson's score interval; from 0 to 1 while nothing is known. */
  readonly lower: number;
  readonly upper: number;
}

/** The normal distribution's 97.5 % quantile. */
const Z = 1.959_963_984_540_054;

/** A share of nothing is `null`, and not 0. */
export function toShare(count: number, of: number): Share {
  return { count, of, share: of === 0 ? null : count / of };
}

/**
 * With Wilson's score interval, which holds for few trials and near 0 and 1, where the usual one says that three of three are
 * certain. https://doi.org/10.1080/01621459.1927.10502953
 */
export function toEstimate(count: number, of: number): Estimate {
  if (of === 0) return { ...toShare(count, of), lower: 0, upper: 1 };
  const observed = count / of;
  const spread = (Z * Z) / of;
  const middle = (observed + spread / 2) / (1 + spread);
  const half = (Z * Math.sqrt((observed * (1 - observed)) / of + spread / (4 * of))) / (1 + spread);
  return {
    ...toShare(count, of),
    // Rounding would leave 1e-17 where the formula gives 0.
    lower: count === 0 ? 0 : Math.max(0, middle - half),
    upper: count === of ? 1 : Math.min(1, middle + half),
  };
}
