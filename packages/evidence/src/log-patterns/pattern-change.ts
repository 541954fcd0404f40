import { type CountComparison, dispersionOf, likelihoodRatio, testRates } from './change-test.js';
import { BUCKETS } from './coverage.js';

export type PatternChange = 'new' | 'gone' | 'up' | 'down' | 'steady';

/** Counts by bucket of the two periods, with the exposure that each bucket had. */
export interface BucketedCounts {
  readonly window: ArrayLike<number>;
  readonly baseline: ArrayLike<number>;
}

export interface ChangeEvidence {
  readonly counts: BucketedCounts;
  /** Milliseconds read, by bucket. */
  readonly time: BucketedCounts;
  /** Other lines of the same service, by bucket, as far as read: a busier service says everything more often. */
  readonly traffic: BucketedCounts;
  /** Seen in a part of the period that was not wholly read: then it is neither new nor gone. */
  readonly seenInWindow: boolean;
  readonly seenInBaseline: boolean;
  /** Lines that report an error may be called new on weaker evidence. */
  readonly isError: boolean;
  /** Patterns that are tested at the same time. */
  readonly testCount: number;
}

export interface ChangeDecision {
  readonly change: PatternChange;
  readonly strength: number;
  /** First bucket of the window that belongs to the changed part; 0 when the whole window does. */
  readonly onsetBucket: number;
  /** Rate after onset over rate before. */
  readonly ratio: number;
  readonly pValue: number;
  /** The rate changed, but no more than that of the service's other lines. */
  readonly isTraffic: boolean;
  /** False when nothing was read of one of the periods. */
  readonly isComparable: boolean;
}

/** Bursts count for less, but never for less than a fifth: a short storm of errors must stay visible. */
const MAX_DISPERSION = 5;
/** Onsets are searched, which is worth about this many tests. */
const ONSET_TESTS = 8;
/** Other lines of the service that are needed to tell traffic from a change. */
const MIN_TRAFFIC = 20;
/** A rate must at least double or halve. */
const MIN_RATIO = 2;
const ALPHA_RATE = 0.01;
const ALPHA_PRESENCE = 0.05;
/** Two errors where the same time before had none are worth a line. */
const ALPHA_NEW_ERROR = 0.26;

/** Looks for the onset after which the rate differs most from all that was before, and tests it. */
export function decideChange(evidence: ChangeEvidence): ChangeDecision {
  const { counts, time } = evidence;
  const steady = {
    change: 'steady',
    strength: 0,
    onsetBucket: 0,
    ratio: 1,
    pValue: 1,
    isTraffic: false,
  } as const;
  const isComparable = sum(time.window, 0) > 0 && sum(time.baseline, 0) > 0;
  if (!isComparable) return { ...steady, isComparable };

  const onsetBucket = findOnset(counts, time);
  const dispersion = Math.max(
    dispersionOf(counts.baseline, time.baseline, 0, MAX_DISPERSION),
    dispersionOf(counts.window, time.window, onsetBucket, MAX_DISPERSION),
  );
  const whole = testRates(compare(counts, time, 0), dispersion);
  const split = testRates(compare(counts, time, onsetBucket), dispersion);
  const usesSplit = onsetBucket > 0 && split.pValue * ONSET_TESTS < whole.pValue;
  const onset = usesSplit ? onsetBucket : 0;
  const byTime = usesSplit ? { ...split, pValue: split.pValue * ONSET_TESTS } : whole;
  const byTraffic = trafficTest(evidence, onset, dispersion, byTime.ratio);

  const comparison = compare(counts, time, onset);
  const presence = presenceOf(comparison, evidence);
  const alpha =
    presence === 'new' && evidence.isError
      ? ALPHA_NEW_ERROR
      : presence === undefined
        ? ALPHA_RATE
        : ALPHA_PRESENCE;
  const ratio = byTraffic === undefined ? byTime.ratio : weaker(byTime.ratio, byTraffic.ratio);
  const pValue = Math.min(1, Math.max(byTime.pValue, byTraffic?.pValue ?? 0));
  const isFar = presence !== undefined || ratio >= MIN_RATIO || ratio <= 1 / MIN_RATIO;
  const base = { onsetBucket: onset, ratio, pValue, isComparable };
  if (pValue > alpha || !isFar) {
    const isTraffic = byTraffic !== undefined && byTime.pValue <= ALPHA_RATE && byTraffic.pValue > ALPHA_RATE;
    return { ...steady, ...base, isTraffic };
  }
  const confidence = Math.min(
    1,
    0.1 + (0.9 * -Math.log10(Math.min(1, Math.max(1e-12, pValue * evidence.testCount)))) / 6,
  );
  const effect = presence === undefined ? Math.min(1, Math.abs(Math.log2(ratio)) / 3) : 1;
  const change = presence ?? (ratio > 1 ? 'up' : 'down');
  return { ...base, change, strength: confidence * effect, isTraffic: false };
}

/** A line is new or gone only where nothing of it was seen at all on the other side. */
function presenceOf(comparison: CountComparison, evidence: ChangeEvidence): 'new' | 'gone' | undefined {
  if (comparison.recent > 0 && comparison.reference === 0 && !evidence.seenInBaseline) return 'new';
  if (comparison.recent === 0 && comparison.reference > 0) {
    // Gone after an onset inside the window, or never seen in it.
    return sum(evidence.counts.window, 0) > 0 || !evidence.seenInWindow ? 'gone' : undefined;
  }
  return undefined;
}

/** The same comparison with the service's other lines in place of time; undefined where they are too few to tell. */
function trafficTest(evidence: ChangeEvidence, onset: number, dispersion: number, timeRatio: number) {
  const { traffic, counts } = evidence;
  if (sum(traffic.window, 0) + sum(traffic.baseline, 0) < MIN_TRAFFIC) return undefined;
  const comparison = compare(counts, traffic, onset);
  const { referenceExposure, recentExposure } = comparison;
  // What begins when all else stops, or stops when all else begins, does not follow the others.
  if (timeRatio > 1 ? recentExposure === 0 : referenceExposure === 0) return undefined;
  const test = testRates(comparison, dispersion);
  const isOtherWay = referenceExposure > 0 && recentExposure > 0 && timeRatio > 1 !== test.ratio > 1;
  return isOtherWay ? { pValue: 1, ratio: 1 } : test;
}

/** The bucket from which on the rate differs most likely; the changed part always reaches to the window's end. */
function findOnset(counts: BucketedCounts, exposure: BucketedCounts): number {
  // What the baseline does not know begins with its first line.
  if (sum(counts.baseline, 0) === 0) return firstCounted(counts.window);
  let best = 0;
  let bestGain = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (!((exposure.window[bucket] ?? 0) > 0)) continue;
    const comparison = compare(counts, exposure, bucket);
    const gain = leavesBaseline(comparison, counts, exposure) ? likelihoodRatio(comparison) : 0;
    if (gain > bestGain) {
      bestGain = gain;
      best = bucket;
    }
  }
  return best;
}

function firstCounted(counts: ArrayLike<number>): number {
  for (let bucket = 0; bucket < BUCKETS; bucket++) if ((counts[bucket] ?? 0) > 0) return bucket;
  return 0;
}

/** The end of a storm inside the window is a return to the baseline, not a change against it. */
function leavesBaseline(
  comparison: CountComparison,
  counts: BucketedCounts,
  exposure: BucketedCounts,
): boolean {
  const recent = comparison.recent / comparison.recentExposure;
  const before = comparison.reference / comparison.referenceExposure;
  const baseline = sum(counts.baseline, 0) / sum(exposure.baseline, 0);
  return recent > before ? recent > baseline : recent < baseline;
}

function compare(counts: BucketedCounts, exposure: BucketedCounts, onset: number): CountComparison {
  const recent = sum(counts.window, onset);
  const recentExposure = sum(exposure.window, onset);
  return {
    recent,
    recentExposure,
    reference: sum(counts.baseline, 0) + sum(counts.window, 0) - recent,
    referenceExposure: sum(exposure.baseline, 0) + sum(exposure.window, 0) - recentExposure,
  };
}

function weaker(left: number, right: number): number {
  return Math.abs(Math.log(left)) < Math.abs(Math.log(right)) ? left : right;
}

function sum(values: ArrayLike<number>, from: number): number {
  let total = 0;
  for (let index = from; index < values.length; index++) total += values[index] ?? 0;
  return total;
}
