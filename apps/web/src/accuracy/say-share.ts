import type { Estimate, Share } from '@midwatch/ledger';

/** The number and its sign stay in one line. */
export function sayPercent(share: number): string {
  return `${(share * 100).toFixed(1)}\u00a0%`;
}

/** `75.0 % (6 of 8)` */
export function sayShare({ count, of, share }: Share): string {
  return share === null ? 'none' : `${sayPercent(share)} (${count} of ${of})`;
}

/** With where it lies at 95 %. */
export function sayEstimate(estimate: Estimate): string {
  if (estimate.share === null) return 'none settled';
  return `${sayShare(estimate)}, between ${sayPercent(estimate.lower)} and ${sayPercent(estimate.upper)}`;
}
