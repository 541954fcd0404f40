import type { MetricRole, TimeWindow } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';
import type { Clue } from '../clues/clue.js';
import { median } from '../statistics/quantile.js';
import type { RankedSuspect } from './rank-suspects.js';

/** Clues of at least this share of the strongest tell when it began. */
const telling = 0.5;
/** Weaker ones alone tell nothing, nats. */
const leastGain = 4;
/** A shift of what users feel that is this sure dates the incident by itself. */
const sureShift = 0.5;

const felt: ReadonlySet<MetricRole> = new Set(['error.ratio', 'latency.p99', 'latency.p95', 'latency.p50']);

/**
 * When it began: where latency or errors of the alerting or the suspected service left their level; else the middle of the
 * onsets of the strongest clues against the suspect, since single requests may be slow before.
 */
export function findOnset(
  ranked: readonly RankedSuspect[],
  clues: readonly Clue[],
  alert: Alert,
  window: TimeWindow,
): number | undefined {
  const services = [ranked[0]?.service, alert.target.service];
  const shifts = clues.filter(
    ({ draft, gain }) =>
      draft.kind === 'metric-shift' &&
      draft.role !== undefined &&
      felt.has(draft.role) &&
      gain > 0 &&
      draft.strength >= sureShift &&
      services.includes(draft.service),
  );
  return middle(shifts, window) ?? middle(strongest(ranked[0]?.clues ?? []), window);
}

function strongest(clues: readonly Clue[]): readonly Clue[] {
  const dated = clues.filter(({ draft, gain }) => gain >= leastGain && draft.onsetMs !== undefined);
  let most = 0;
  for (const { gain } of dated) most = Math.max(most, gain);
  return dated.filter(({ gain }) => gain >= telling * most);
}

function middle(clues: readonly Clue[], { startMs, endMs }: TimeWindow): number | undefined {
  const onsets = clues.flatMap(({ draft: { onsetMs } }) =>
    onsetMs !== undefined && onsetMs >= startMs && onsetMs < endMs ? [onsetMs] : [],
  );
  return onsets.length === 0 ? undefined : Math.round(median(onsets));
}
