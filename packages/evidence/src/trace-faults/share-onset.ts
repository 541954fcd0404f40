import { shareGain } from '../statistics/evidence-gain.js';

/** How often something was seen per request, before and after the moment that tells the two apart best. */
export interface ShareOnset {
  readonly gain: number;
  /** Index into the window's observations of the first one after the onset. */
  readonly split: number;
  readonly hitsBefore: number;
  readonly totalBefore: number;
  readonly hitsAfter: number;
  readonly totalAfter: number;
}

/** One observation in the window that had it: its index and by what share (0 to 1). */
export interface Occurrence {
  readonly index: number;
  readonly share: number;
}

/**
 * The lasting onset of a change of share: the split of the window that holds to its end. Only the places beside an
 * occurrence can be best, so this is linear in the occurrences.
 */
export function findShareOnset(
  baselineHits: number,
  baselineTotal: number,
  occurrences: readonly Occurrence[],
  windowTotal: number,
): ShareOnset {
  let all = 0;
  for (const occurrence of occurrences) all += occurrence.share;
  let best: ShareOnset | undefined;
  const consider = (split: number, hitsBeforeInWindow: number): void => {
    if (split >= windowTotal) return;
    const hitsBefore = baselineHits + hitsBeforeInWindow;
    const totalBefore = baselineTotal + split;
    const hitsAfter = all - hitsBeforeInWindow;
    const totalAfter = windowTotal - split;
    const gain = shareGain(hitsBefore, totalBefore, hitsAfter, totalAfter);
    if (best === undefined || gain > best.gain) {
      best = { gain, split, hitsBefore, totalBefore, hitsAfter, totalAfter };
    }
  };
  consider(0, 0);
  let hits = 0;
  for (const { index, share } of occurrences) {
    consider(index, hits);
    hits += share;
    consider(index + 1, hits);
  }
  return (
    best ?? {
      gain: 0,
      split: windowTotal,
      hitsBefore: baselineHits,
      totalBefore: baselineTotal,
      hitsAfter: 0,
      totalAfter: 0,
    }
  );
}
