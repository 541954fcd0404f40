import type { AnalyzerIdentity } from './analysis.js';
import type { Confidence } from './finding.js';
import type { Percentiles, TalliedCost } from './ledger.js';

/**
 * One shadow beside one analyzer whose answers were shown, as counts. One look speaks for each incident: the newest at which the
 * shadow's answer was admitted, in the window by that answer's time.
 */
export interface ShadowTally {
  /** Who was asked for what was shown; where that was in doubt, a larger model may have answered in its place. */
  readonly shown: AnalyzerIdentity;
  readonly shadow: AnalyzerIdentity;
  readonly counts: readonly ShadowCount[];
  /** Of everything that was asked for the answer shown, at those looks. */
  readonly shownTook: AnswerTally;
  readonly shadowTook: AnswerTally;
  /** Questions to the analyzer shown that failed, since the shadow was asked first within the window: at those, none was asked. */
  readonly shownFailed: number;
  /** Questions to the shadow that brought no answer that could stand, over all looks of the window. */
  readonly shadowFailed: number;
  /** Looks at which a budget, a rule or a silence forbade it. */
  readonly shadowNotAsked: number;
}

/** How many incidents are alike in all of these. */
export interface ShadowCount {
  readonly count: number;
  /** Whether both name the same service first; `not-both` when one of them names none as the cause. */
  readonly service: 'same' | 'other' | 'not-both';
  readonly isSameVerdict: boolean;
  /** Before calibration, which only what was shown has cases for. Absent when it said that the evidence does not suffice. */
  readonly shownConfidence?: Confidence;
  readonly shadowConfidence?: Confidence;
  /** Judged right, partly or wrong, by people. */
  readonly isSettled: boolean;
  /**
   * Who named the true service first, by the same rule for both. Absent while no outcome tells that service; one that says `right`
   * without naming one tells the service that stood.
   */
  readonly right?: { readonly shown: boolean; readonly shadow: boolean };
}

export interface AnswerTally extends TalliedCost {
  /** From the question to the answer. */
  readonly time: Percentiles;
}
