import type { AnalyzerIdentity, Calibration, Confidence, SettledCount } from '@midwatch/core/incident';
import { statedProbabilities } from './stated-probabilities.js';

/** So many settled cases at HIGH are needed before the record says anything. */
export const fewestCases = 30;

/**
 * The prior weighs as much as the fewest cases that count, and says what HIGH stands for: whoever has no record is taken at their
 * word, and at the fewest cases the word and the record weigh alike.
 */
const prior = { cases: fewestCases, share: statedProbabilities.HIGH };

/** A share this near to what a level stands for rounds to it: 85 % may be taken for 90. */
const MARGIN = 0.05;
/** Once lowered, a level comes back at half the margin only: what lies on the border does not go to and fro with every case. */
const MARGIN_TO_RISE = MARGIN / 2;
/** Sums of such shares differ in the last digits. */
const ROUNDING = 1e-9;

/**
 * What each analyzer's HIGH earned, and the highest level that it may be shown at: HIGH while the shrunk precision may be taken
 * for what HIGH stands for, else MEDIUM or LOW by the same rule. It counts cases that people settled, at the level that they would
 * have been shown at without calibration, so that what is lowered can rise again. Those of most cases first.
 */
export function toCalibrations(record: readonly SettledCount[]): readonly Calibration[] {
  const counted = record.filter(
    ({ judgement, level, via }) => level === 'HIGH' && via === 'people' && judgement !== 'unknown',
  );
  const byAnalyzer = Map.groupBy(counted, ({ analyzer }) => keyOf(analyzer));
  return [...byAnalyzer]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, [first, ...more]]) => (first === undefined ? [] : toCalibration([first, ...more])))
    .toSorted((one, other) => other.settled - one.settled);
}

function toCalibration(counts: readonly [SettledCount, ...SettledCount[]]): Calibration {
  const settled = sumOf(counts);
  const right = sumOf(counts.filter(({ judgement }) => judgement === 'right'));
  const shrunk = (right + prior.share * prior.cases) / (settled + prior.cases);
  const confidence = settled < fewestCases ? 'HIGH' : highestEarned(shrunk, newestShown(counts));
  const [{ analyzer }] = counts;
  const reasons = confidence === 'HIGH' ? [] : [toReason(analyzer, { settled, right }, confidence)];
  return { analyzer, settled, right, shrunk, ceiling: { confidence, reasons } };
}

const rank: Readonly<Record<Confidence, number>> = { LOW: 0, MEDIUM: 1, HIGH: 2 };

/** Of the newest in one millisecond the lowest: counts come in any order, and all replicas must agree. */
function newestShown(counts: readonly [SettledCount, ...SettledCount[]]): Confidence {
  const newestAtMs = Math.max(...counts.map(({ lastAtMs }) => lastAtMs));
  return counts
    .filter(({ lastAtMs }) => lastAtMs === newestAtMs)
    .map(({ shownLevel }) => shownLevel)
    .reduce((one, other) => (rank[other] < rank[one] ? other : one));
}

/** @param shown what its newest case was shown at */
function highestEarned(shrunk: number, shown: Confidence): Confidence {
  const isEarned = (level: Confidence) => {
    const margin = rank[level] > rank[shown] ? MARGIN_TO_RISE : MARGIN;
    return shrunk >= statedProbabilities[level] - margin - ROUNDING;
  };
  return isEarned('HIGH') ? 'HIGH' : isEarned('MEDIUM') ? 'MEDIUM' : 'LOW';
}

function toReason(
  { model }: AnalyzerIdentity,
  { right, settled }: { readonly right: number; readonly settled: number },
  confidence: Confidence,
): string {
  const whose = model === undefined ? 'this analyzer' : 'this model';
  return `HIGH of ${whose} was right in ${right} of ${settled} settled cases: shown as ${confidence} at most.`;
}

/** Texts that hold any character. */
function keyOf({ model, name, promptVersion }: AnalyzerIdentity): string {
  return JSON.stringify([name, model ?? null, promptVersion ?? null]);
}

function sumOf(counts: readonly SettledCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
