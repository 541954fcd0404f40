import type { TimeWindow } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';
import type { Clue } from '../clues/clue.js';
import type { RankedSuspect } from './rank-suspects.js';

/** Clues of at least this share of the strongest tell when it began. */
const telling = 0.5;
/** Weaker ones alone tell nothing, nats. */
const leastGain = 4;

/**
 * When it began: the earliest onset among the strongest clues against the first suspect; without one, among the shifts of
 * the alerting service itself.
 */
export function findOnset(
  ranked: readonly RankedSuspect[],
  clues: readonly Clue[],
  alert: Alert,
  window: TimeWindow,
): number | undefined {
  const own = earliest(ranked[0]?.clues ?? [], window);
  return (
    own ??
    earliest(
      clues.filter((clue) => clue.draft.service === alert.target.service),
      window,
    )
  );
}

function earliest(clues: readonly Clue[], window: TimeWindow): number | undefined {
  const dated = clues.filter(({ draft, gain }) => gain >= leastGain && isWithin(draft.onsetMs, window));
  let strongest = 0;
  for (const { gain } of dated) strongest = Math.max(strongest, gain);
  let first: number | undefined;
  for (const { draft, gain } of dated) {
    if (gain >= telling * strongest && draft.onsetMs !== undefined)
      first = Math.min(first ?? draft.onsetMs, draft.onsetMs);
  }
  return first;
}

function isWithin(ms: number | undefined, { startMs, endMs }: TimeWindow): boolean {
  return ms !== undefined && ms >= startMs && ms < endMs;
}
