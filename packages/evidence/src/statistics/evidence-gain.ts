/**
 * Evidence is counted in nats: the logarithm of how much better "something changed at this moment" explains the
 * observations than "nothing changed". 7 nats is a chance of about one in a thousand.
 */

/** Log likelihood of `hits` in `total` under the best constant share, pulled a little from 0 and 1. */
function bestShareLikelihood(hits: number, total: number): number {
  if (total <= 0) return 0;
  const share = (hits + 0.5) / (total + 1);
  return hits * Math.log(share) + (total - hits) * Math.log(1 - share);
}

/** Nats in favour of two different shares before and after, against one for both. */
export function shareGain(
  hitsBefore: number,
  totalBefore: number,
  hitsAfter: number,
  totalAfter: number,
): number {
  const apart = bestShareLikelihood(hitsBefore, totalBefore) + bestShareLikelihood(hitsAfter, totalAfter);
  return Math.max(0, apart - bestShareLikelihood(hitsBefore + hitsAfter, totalBefore + totalAfter));
}

/**
 * Nats in `count` surprises that sum to `sum`, where a surprise is -ln of the share of healthy observations that are
 * as extreme: on healthy data its mean is 1.
 */
export function surpriseGain(sum: number, count: number): number {
  const mean = sum / count;
  return mean > 1 ? count * (mean - 1 - Math.log(mean)) : 0;
}

/** 0 to 1 from nats: half of the way at about 7, 0.95 at 30. */
export function strengthOf(gain: number): number {
  return gain <= 0 ? 0 : 1 - Math.exp(-gain / 10);
}
