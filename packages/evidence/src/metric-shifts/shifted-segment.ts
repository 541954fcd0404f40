/** A run of points that lie off the baseline on one side. */
export interface ShiftedSegment {
  /** Index of the first point, and the one after the last. */
  readonly start: number;
  readonly end: number;
  readonly sign: 1 | -1;
  /** Sum of what the points are beyond the allowance, in standard deviations. */
  readonly score: number;
}

/** Deviations below it, in standard deviations, speak against a shift. */
const ALLOWANCE = 1;
/** One point tells at most this much: a spike is not a level. */
const MAX_DEVIATION = 8;

/** The run with the highest score on either side: one pass each (Kadane). Undefined when no point is off. */
export function findShiftedSegment(deviations: readonly number[]): ShiftedSegment | undefined {
  const up = bestRun(deviations, 1);
  const down = bestRun(deviations, -1);
  if (up === undefined || down === undefined) return up ?? down;
  return down.score > up.score ? down : up;
}

function bestRun(deviations: readonly number[], sign: 1 | -1): ShiftedSegment | undefined {
  let best: ShiftedSegment | undefined;
  let start = 0;
  let score = 0;
  for (const [index, deviation] of deviations.entries()) {
    if (score <= 0) {
      score = 0;
      start = index;
    }
    score += Math.max(-MAX_DEVIATION, Math.min(MAX_DEVIATION, sign * deviation)) - ALLOWANCE;
    if (score > (best?.score ?? 0)) best = { start, end: index + 1, sign, score };
  }
  return best;
}
