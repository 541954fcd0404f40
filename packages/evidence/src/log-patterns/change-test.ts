/** Two counts, each with the exposure (time, or traffic) in which it could have been more. */
export interface CountComparison {
  readonly reference: number;
  readonly referenceExposure: number;
  readonly recent: number;
  readonly recentExposure: number;
}

export interface ChangeTest {
  /** Chance of a split at least this uneven when both rates are the same; one-sided, towards what was seen. */
  readonly pValue: number;
  /** Recent rate over reference rate; half a count is added to both, so that zero has a ratio. */
  readonly ratio: number;
}

/**
 * Conditional test for two Poisson rates: given the sum, the recent count is binomial with its share of the exposure.
 * Exact for any counts, and right for periods of different length. `dispersion` is variance over mean: lines that come
 * in bursts count for less.
 */
export function testRates(comparison: CountComparison, dispersion = 1): ChangeTest {
  const { referenceExposure, recentExposure } = comparison;
  if (!(referenceExposure > 0) || !(recentExposure > 0)) return { pValue: 1, ratio: 1 };
  const reference = comparison.reference / dispersion;
  const recent = comparison.recent / dispersion;
  const ratio =
    ((comparison.recent + 0.5) * referenceExposure) / ((comparison.reference + 0.5) * recentExposure);
  const share = recentExposure / (referenceExposure + recentExposure);
  if (reference + recent === 0) return { pValue: 1, ratio: 1 };
  const isMore = recent >= (reference + recent) * share;
  const pValue = isMore
    ? recent === 0
      ? 1
      : incompleteBeta(share, recent, reference + 1)
    : incompleteBeta(1 - share, reference, recent + 1);
  return { pValue, ratio };
}

/** Twice the gain in log likelihood when both periods have their own rate. */
export function likelihoodRatio({
  reference,
  referenceExposure,
  recent,
  recentExposure,
}: CountComparison): number {
  const exposure = referenceExposure + recentExposure;
  const count = reference + recent;
  if (count === 0 || referenceExposure <= 0 || recentExposure <= 0) return 0;
  const term = (observed: number, own: number) =>
    observed === 0 ? 0 : observed * Math.log((observed * exposure) / (count * own));
  return 2 * (term(reference, referenceExposure) + term(recent, recentExposure));
}

/** Variance over mean of counts against a steady rate, between 1 and `max`. Needs about a count in each bucket. */
export function dispersionOf(
  counts: ArrayLike<number>,
  exposures: ArrayLike<number>,
  from: number,
  max: number,
): number {
  let count = 0;
  let exposure = 0;
  let buckets = 0;
  for (let index = from; index < counts.length; index++) {
    if (!((exposures[index] ?? 0) > 0)) continue;
    count += counts[index] ?? 0;
    exposure += exposures[index] ?? 0;
    buckets++;
  }
  if (buckets < 3 || count < buckets / 2) return 1;
  let sum = 0;
  for (let index = from; index < counts.length; index++) {
    const own = exposures[index] ?? 0;
    if (!(own > 0)) continue;
    const expected = (count * own) / exposure;
    sum += ((counts[index] ?? 0) - expected) ** 2 / expected;
  }
  return Math.min(max, Math.max(1, sum / (buckets - 1)));
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz); about 1e-12 exact. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

const MAX_ITERATIONS = 300;
const TINY = 1e-300;

function betaFraction(x: number, a: number, b: number): number {
  const guard = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let step = 1; step <= MAX_ITERATIONS; step++) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-12) break;
  }
  return fraction;
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function for positive numbers (Lanczos). */
function logGamma(value: number): number {
  if (value < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * value)) - logGamma(1 - value);
  const x = value - 1;
  let sum = 0.9999999999998099;
  for (const [index, coefficient] of lanczos.entries()) sum += coefficient / (x + index + 1);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}
