import type {
  AnalyzerIdentity,
  AnswerTally,
  Confidence,
  LedgerStore,
  ShadowCount,
  ShadowTally,
  TallyRequest,
} from '@midwatch/core/incident';
import { toMcNemarP } from './mc-nemar.js';
import { type Estimate, type Share, toEstimate, toShare } from './share.js';

/** Every shadow of a window beside the analyzer that was shown, those of most incidents first. */
export interface ShadowComparisons {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  /** At most 20. */
  readonly comparisons: readonly ShadowComparison[];
}

/** One look speaks for each incident: the newest at which the shadow answered beside what was shown. */
export interface ShadowComparison {
  /** Who was asked for what was shown; where that was in doubt, a larger model may have answered in its place. */
  readonly shown: AnalyzerIdentity;
  readonly shadow: AnalyzerIdentity;
  /** Incidents that have both answers. */
  readonly incidents: number;
  /** Both name the same service first; of those in which both name one as the cause. */
  readonly sameService: Share;
  readonly sameVerdict: Share;
  /** Every pair of confidences that was there, HIGH first; `null` of an answer that said that the evidence does not suffice. */
  readonly confidences: readonly ConfidenceCount[];
  /** Judged right, partly or wrong. */
  readonly settled: Share;
  /** Whose true service an outcome tells, of those settled: all that follows speaks for these alone. */
  readonly told: Share;
  readonly outcomes: ShadowOutcomes;
  /** By McNemar's exact test: how likely such a difference is between two that are equally good. */
  readonly p: number;
  /** `too-little`: fewer than `leastTold` are told. Else who is better by less than 5 % of chance. */
  readonly says: 'too-little' | 'no-difference' | 'shown-better' | 'shadow-better';
  readonly leastTold: number;
  readonly shownFigures: ComparedFigures;
  readonly shadowFigures: ComparedFigures;
}

export interface ConfidenceCount {
  readonly shown: Confidence | null;
  readonly shadow: Confidence | null;
  readonly count: number;
}

/** Right is who names the true service first, by the same rule for both: people judged only what they were shown. */
export interface ShadowOutcomes {
  readonly bothRight: number;
  readonly onlyShownRight: number;
  readonly onlyShadowRight: number;
  readonly bothWrong: number;
}

export interface ComparedFigures {
  /** Right, of those told. */
  readonly right: Share;
  /** Right, of those told that it answered at HIGH. */
  readonly precisionAtHigh: Estimate;
  /** Of questions that brought no answer that could stand. */
  readonly failed: number;
  /** Looks at which a budget, a rule or a silence forbade the question; always 0 of what was shown, which has an answer here. */
  readonly notAsked: number;
  readonly answers: number;
  /** US dollars of those answers whose price is known. */
  readonly usd: number;
  /** Of incidents that have both answers; `null` while there is none. */
  readonly perIncidentUsd: number | null;
  readonly unknownPrices: number;
  /** From the question to the answer, by nearest rank; `null` of nothing. */
  readonly time: { readonly p50Ms: number | null; readonly p95Ms: number | null };
}

/** So many whose truth is told, before a difference is called one. */
const LEAST_TOLD = 30;
const SIGNIFICANT = 0.05;

/** Asks the ledger for counts, never for single analyses. Rejects when the store does. */
export async function compareShadow(
  ledger: Pick<LedgerStore, 'tallyShadows'>,
  { fromMs, toMs }: Pick<TallyRequest, 'fromMs' | 'toMs'>,
): Promise<ShadowComparisons> {
  const tallies = await ledger.tallyShadows({ fromMs, toMs });
  return { fromMs, toMs, comparisons: tallies.map((tally) => toComparison(tally)) };
}

function toComparison(tally: ShadowTally): ShadowComparison {
  const { counts, shadow, shown } = tally;
  const incidents = sumOf(counts);
  const settled = counts.filter(({ isSettled }) => isSettled);
  const told = counts.filter(({ right }) => right !== undefined);
  const both = counts.filter(({ service }) => service !== 'not-both');
  const rightAs = (isShown: boolean, isShadow: boolean) =>
    sumOf(told.filter(({ right }) => right?.shown === isShown && right.shadow === isShadow));
  const outcomes = {
    bothRight: rightAs(true, true),
    onlyShownRight: rightAs(true, false),
    onlyShadowRight: rightAs(false, true),
    bothWrong: rightAs(false, false),
  };
  const p = toMcNemarP(outcomes.onlyShownRight, outcomes.onlyShadowRight);
  return {
    ...{ shown, shadow, incidents },
    sameService: toShare(sumOf(both.filter(({ service }) => service === 'same')), sumOf(both)),
    sameVerdict: toShare(sumOf(counts.filter(({ isSameVerdict }) => isSameVerdict)), incidents),
    confidences: toConfidences(counts),
    settled: toShare(sumOf(settled), incidents),
    told: toShare(sumOf(told), sumOf(settled)),
    ...{ outcomes, p, leastTold: LEAST_TOLD },
    says: say(outcomes, sumOf(told), p),
    shownFigures: toCompared(tally, 'shown', { failed: tally.shownFailed, notAsked: 0 }),
    shadowFigures: toCompared(tally, 'shadow', {
      failed: tally.shadowFailed,
      notAsked: tally.shadowNotAsked,
    }),
  };
}

function say(
  { onlyShadowRight, onlyShownRight }: ShadowOutcomes,
  told: number,
  p: number,
): ShadowComparison['says'] {
  if (told < LEAST_TOLD) return 'too-little';
  if (p >= SIGNIFICANT) return 'no-difference';
  return onlyShadowRight > onlyShownRight ? 'shadow-better' : 'shown-better';
}

function toCompared(
  { counts, shadowTook, shownTook }: ShadowTally,
  who: 'shown' | 'shadow',
  questions: Pick<ComparedFigures, 'failed' | 'notAsked'>,
): ComparedFigures {
  const took: AnswerTally = who === 'shown' ? shownTook : shadowTook;
  const told = counts.filter(({ right }) => right !== undefined);
  const right = told.filter((count) => count.right?.[who] === true);
  const isHigh = ({ shadowConfidence, shownConfidence }: ShadowCount) =>
    (who === 'shown' ? shownConfidence : shadowConfidence) === 'HIGH';
  const incidents = sumOf(counts);
  const { p50Ms = null, p95Ms = null } = took.time;
  return {
    right: toShare(sumOf(right), sumOf(told)),
    precisionAtHigh: toEstimate(sumOf(right.filter(isHigh)), sumOf(told.filter(isHigh))),
    ...questions,
    ...{ answers: took.answers, usd: took.usd, unknownPrices: took.unknownPrices },
    perIncidentUsd: incidents === 0 ? null : took.usd / incidents,
    time: { p50Ms, p95Ms },
  };
}

const levels = ['HIGH', 'MEDIUM', 'LOW', null] as const;

function toConfidences(counts: readonly ShadowCount[]): readonly ConfidenceCount[] {
  return levels.flatMap((shown) =>
    levels.flatMap((shadow) => {
      const alike = counts.filter(
        ({ shadowConfidence = null, shownConfidence = null }) =>
          shownConfidence === shown && shadowConfidence === shadow,
      );
      return alike.length === 0 ? [] : [{ shown, shadow, count: sumOf(alike) }];
    }),
  );
}

function sumOf(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
