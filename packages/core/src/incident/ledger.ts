import type { SignalKind } from '../connector/v1/signal.js';
import type { AnalysisUsage, AnalyzerIdentity, Escalation, Verdict } from './analysis.js';
import type { SourceState } from './collection.js';
import type { Confidence } from './finding.js';
import type { ShadowTally } from './shadow-tally.js';
import type { Page, PageRequest } from './store.js';

/** What people say of an analysis once the true cause is known; `unknown` when it never will be. */
export const judgements = ['right', 'partly', 'wrong', 'unknown'] as const;
export type Judgement = (typeof judgements)[number];

/** Where a person can say it. */
export const personVia = ['slack', 'page', 'api', 'cli', 'import'] as const;
export type PersonVia = (typeof personVia)[number];

/**
 * Where it was said. `action`: Midwatch settled it itself, because what it did helped or did not; that comes from inside alone,
 * is published like any other, and proves nothing to what decides how much Midwatch may claim or do.
 */
export const saidVia = [...personVia, 'action'] as const;
export type SaidVia = (typeof saidVia)[number];

/** From useless to all that was needed. */
export const scores = [1, 2, 3, 4, 5] as const;
export type Score = (typeof scores)[number];

/** A settlement of an incident. A later one supersedes it and does not erase it. */
export interface NewOutcome {
  readonly judgement: Judgement;
  /** Whose fault it truly was. */
  readonly service?: string;
  /** What it truly was: redacted, at most 2,000 characters. */
  readonly cause?: string;
  /** A person; of an action `midwatch`. */
  readonly by: string;
  readonly via: SaidVia;
}

export interface Outcome extends NewOutcome {
  readonly atMs: number;
  /** Empty once the incident is deleted. */
  readonly by: string;
}

/** How useful the analysis was. All are kept; of one person the newest counts. */
export interface NewRating {
  readonly score: Score;
  readonly by: string;
}

export interface Rating extends NewRating {
  readonly atMs: number;
  /** Empty once the incident is deleted. */
  readonly by: string;
}

/** Who is on an incident. */
export interface Owner {
  readonly by: string;
  readonly atMs: number;
}

/** No new message goes out until `untilMs`. It stays when it is over: compare it with the time. */
export interface Silence {
  readonly untilMs: number;
  readonly by: string;
  readonly atMs: number;
}

/** `failed` gave no answer that could stand; `not-asked`: a budget, a rule or a silence forbade it. */
export type AnalysisState = 'admitted' | 'failed' | 'not-asked';

/**
 * What one analyzer was asked about one look, and what came of it: the evidence analyzer's answer, each model's, also of one
 * that failed or that another replaced. Figures and names outlive the incident; `bundleKey` and `signatures` go with it.
 */
export interface NewAnalysis {
  /** The number of the look, from 1 on. */
  readonly look: number;
  readonly state: AnalysisState;
  /** Why it failed or was not asked, in words of our own. */
  readonly reason?: string;
  /** Whether people were shown it: not what failed, nor what a larger model replaced, nor a shadow's. */
  readonly wasShown: boolean;
  /** Asked beside the one that is shown, to compare them. */
  readonly isShadow: boolean;
  readonly analyzer: AnalyzerIdentity;
  /** These three only when it is admitted. */
  readonly verdict?: Verdict;
  readonly confidence?: Confidence;
  /** What the analyzer claimed, before a ceiling lowered it. */
  readonly statedConfidence?: Confidence;
  /** What would have been admitted without calibration; set only when calibration lowered it. */
  readonly uncalibratedConfidence?: Confidence;
  /** Whom it blames and then whom the evidence suspects, at most three, the likeliest first. */
  readonly services: readonly string[];
  /** What was found, in forms that recur in another incident: at most 40, each at most 200 characters. */
  readonly signatures: readonly string[];
  /** Sources that did not answer in full, at most 40. `source` is empty where none is configured. */
  readonly gaps: readonly AnalysisGap[];
  /** `deploys:argocd,logs:loki,metrics:prometheus`: who was asked for what, sorted; empty when nobody was. */
  readonly sourceSet: string;
  readonly timings: AnalysisTimings;
  /** As billed, also for what did not stand. */
  readonly usage?: AnalysisUsage;
  /** Of the look's redacted signals, which are kept for a shorter time. */
  readonly bundleKey?: string;
  /** Of the larger model's answer, and of its failure. */
  readonly escalation?: Escalation;
}

export interface AnalysisGap {
  readonly source: string;
  readonly kind: SignalKind;
  readonly state: Exclude<SourceState, 'ok' | 'empty'>;
}

/** Whole milliseconds. */
export interface AnalysisTimings {
  readonly collectMs?: number;
  readonly reduceMs?: number;
  readonly formatMs?: number;
  readonly analyzeMs?: number;
  /** From when the look was asked for to this answer's brief. */
  readonly briefMs: number;
}

export interface RecordedAnalysis extends NewAnalysis {
  readonly incidentId: string;
  /** From 1 on, within its incident. */
  readonly number: number;
  readonly atMs: number;
  /** The incident's, as the alert named it. */
  readonly service?: string;
}

/** With the incident's newest outcome. */
export interface SettledAnalysis extends RecordedAnalysis {
  readonly outcome?: Outcome;
}

/** In the order in which it was recorded; of each the newest 200. */
export interface IncidentHistory {
  readonly analyses: readonly RecordedAnalysis[];
  readonly outcomes: readonly Outcome[];
  readonly ratings: readonly Rating[];
}

/** What figures are told apart by: names, or days and weeks (from Monday on) of UTC. */
export const tallyDimensions = ['service', 'source-set', 'model', 'prompt-version', 'day', 'week'] as const;
export type TallyDimension = (typeof tallyDimensions)[number];

export interface TallyRequest {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  /** @default all in one */
  readonly by?: TallyDimension;
}

/**
 * Counts over one record for each incident: its standing analysis, in the window by its time. That is the newest that people were
 * shown; where the outcome that counts was told after one of them, the newest of those before it. Everything that is said of
 * accuracy is made of these.
 */
export interface Tally {
  /** A name, empty where there is none; of days and weeks the first day, `2026-11-02`. Absent: all, or `isOther`. */
  readonly key?: string;
  /** What is beyond the 20 names of most incidents, or before the last 120 days or weeks. */
  readonly isOther: boolean;
  /** Incidents opened in the window that have no standing analysis; those that are deleted are not known any more. */
  readonly unattempted: number;
  readonly standing: readonly StandingCount[];
  /** By the newest score of each person; of a deleted incident, by every score. */
  readonly usefulness: { readonly count: number; readonly sum: number };
  /** From when its look was asked for to the standing analysis's brief. */
  readonly timeToBrief: Percentiles;
  /** From the opening to the end, of incidents that are over and are still kept. */
  readonly timeToResolve: Percentiles;
  readonly cost: TalliedCost;
}

/** How many records are alike in all of these. */
export interface StandingCount {
  readonly count: number;
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  /** Of the newest outcome; absent while there is none, or none since the analysis. */
  readonly judgement?: Judgement;
  /** Where the true service stands among those that were named; absent where no outcome names one. */
  readonly place?: 'first' | 'among-three' | 'not-named';
}

/** By nearest rank: a time that was really measured. Both absent when there is none. */
export interface Percentiles {
  readonly count: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
}

/** Of all that was billed in the window, also of what failed, was replaced or not shown. */
export interface TalliedCost {
  readonly answers: number;
  /** Of answers whose price is known. */
  readonly usd: number;
  readonly unknownPrices: number;
}

export interface SettledRecordRequest {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

/**
 * How many settled incidents are alike in all of these, by their standing analysis, as in a `Tally`; what abstained claims
 * nothing and is not among them. Where a person settled the incident, the newest outcome of a person counts, whatever an action
 * said before or after. There are as many of them as there were models, prompts, levels and judgements.
 */
export interface SettledCount {
  readonly analyzer: AnalyzerIdentity;
  /** What would have been shown without calibration. */
  readonly level: Confidence;
  readonly shownLevel: Confidence;
  readonly judgement: Judgement;
  readonly via: 'people' | 'action';
  readonly count: number;
  /** Of the oldest and the newest of these analyses. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** Append-only. It is written by `Effects`, in the transaction of what it belongs to. */
export interface LedgerStore {
  /** Empty for an incident that is not known; without texts for one that is deleted. */
  history(incidentId: string): Promise<IncidentHistory>;
  /** Ascending in time, `toMs` not included. */
  listAnalyses(
    query: PageRequest & { readonly fromMs: number; readonly toMs: number },
  ): Promise<Page<SettledAnalysis>>;
  /** One for each group, those of most incidents first, days and weeks ascending, others last. Without `by` exactly one. */
  tally(request: TallyRequest): Promise<readonly Tally[]>;
  /** Shadows beside what was shown; the 20 pairs of most incidents, those first. */
  tallyShadows(window: Pick<TallyRequest, 'fromMs' | 'toMs'>): Promise<readonly ShadowTally[]>;
  /** What analyzers may be measured by, in the window by the time of the analyses; in no order. */
  settledRecord(request: SettledRecordRequest): Promise<readonly SettledCount[]>;
}
