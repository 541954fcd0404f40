import type { Calibration, LedgerStore, TallyDimension, TallyRequest } from '@midwatch/core/incident';
import { readCalibrations } from './read-calibrations.js';
import { type Figures, toFigures } from './to-figures.js';

export type AccuracyQuery = TallyRequest;

/** The figures of a window, and of its parts. */
export interface Accuracy {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  readonly by?: TallyDimension;
  readonly all: Figures;
  /** Empty without `by`. */
  readonly groups: readonly AccuracyGroup[];
  /** What each analyzer may claim at `toMs`, by the 180 days before it; at most 20, those of most cases. */
  readonly calibrations: readonly Calibration[];
}

export interface AccuracyGroup {
  /** A name, empty where there is none, or the first day of a period; absent for `isOther`. */
  readonly key?: string;
  /** All that is beyond the 20 names of most incidents, or the last 120 days or weeks. */
  readonly isOther: boolean;
  readonly figures: Figures;
}

const MAX_CALIBRATIONS = 20;

/** Asks the ledger for counts, never for single analyses. Rejects when the store does. */
export async function readAccuracy(
  ledger: Pick<LedgerStore, 'settledRecord' | 'tally'>,
  { by, fromMs, toMs }: AccuracyQuery,
): Promise<Accuracy> {
  const [[all], groups, calibrations] = await Promise.all([
    ledger.tally({ fromMs, toMs }),
    by === undefined ? [] : ledger.tally({ fromMs, toMs, by }),
    readCalibrations(ledger, toMs),
  ]);
  if (all === undefined) throw new TypeError('the store gave no tally');
  return {
    ...{ fromMs, toMs },
    ...(by === undefined ? {} : { by }),
    all: toFigures(all),
    groups: groups.map((tally) => ({
      ...(tally.key === undefined ? {} : { key: tally.key }),
      isOther: tally.isOther,
      figures: toFigures(tally),
    })),
    calibrations: calibrations.slice(0, MAX_CALIBRATIONS),
  };
}
