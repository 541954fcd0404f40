import type { Confidence } from '@midwatch/core/incident';

/**
 * The probability of being right that each confidence stands for, which Brier score, ECE and the reliability diagram measure
 * against. They are what a reader may take the words for, fixed before anything was measured: HIGH is what one acts on at once,
 * MEDIUM right about twice as often as wrong, LOW a hint that is more often wrong than right. They are not fitted to outcomes:
 * a table that follows the measurements would always look calibrated.
 */
export const statedProbabilities: Readonly<Record<Confidence, number>> = {
  HIGH: 0.9,
  MEDIUM: 0.65,
  LOW: 0.35,
};
