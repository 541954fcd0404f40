import type { SignalKind } from '../connector/v1/signal.js';
import type { GateAnswer, Proposal } from './action.js';
import type { AdviceAction, Verdict } from './analysis.js';
import type { SourceState } from './collection.js';
import type { Confidence } from './finding.js';

/**
 * What people read. Every text in it is plain: each channel escapes it for itself. Every address in it is http or https and
 * leads to a configured host: what else telemetry brought is not in it.
 */
export interface Brief {
  /** One line: what is broken, where, since when, the last value and how it goes on. */
  readonly headline: string;
  /** One line: who owns it, who is on it, what was not checked. */
  readonly standing?: string;
  /** Team or person that owns the service, as the configuration or the alert says. */
  readonly owner?: string;
  readonly status: 'firing' | 'resolved';
  readonly service: string;
  readonly namespace?: string;
  readonly severity?: string;
  readonly sinceMs: number;
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  readonly confidenceReason: string;
  /** What happened, in one to three sentences. */
  readonly cause: string;
  readonly suspects: readonly BriefSuspect[];
  /** The decisive numbers: before and now, each with its query. */
  readonly numbers: readonly BriefNumber[];
  readonly runbook?: BriefRunbook;
  readonly change?: BriefChange;
  /** Safest first. */
  readonly actions: readonly BriefAction[];
  /** What Midwatch offers to do itself, or did. Absent where that is off, which is the default. */
  readonly remedy?: BriefRemedy;
  readonly evidence: readonly BriefEvidence[];
  readonly timeline: readonly { readonly atMs: number; readonly text: string }[];
  /** What would show that the cause is another. */
  readonly disprovedBy: readonly string[];
  /** A past incident like this one, with its cause then: to be checked again. */
  readonly seenBefore?: string;
  readonly notChecked: readonly BriefNotChecked[];
  readonly footer: BriefFooter;
}

export interface BriefSuspect {
  readonly service: string;
  readonly reason: string;
  readonly victims: readonly string[];
  readonly evidence: readonly string[];
}

export interface BriefNumber {
  readonly label: string;
  readonly unit: string;
  readonly beforeChange?: number;
  readonly before: number;
  readonly now: number;
  readonly peak: number;
  /** A row of at most 60 values for a sparkline. */
  readonly points: readonly (readonly [number, number])[];
  readonly findingId: string;
  readonly query?: BriefQuery;
  /** Whose it is, when it is not the alerting service's. */
  readonly service?: string;
  readonly course?: BriefCourse;
  readonly chart?: BriefChart;
}

/** How a number goes on after onset, from its points; `unknown`: too few of them, or none that is recent. */
export const briefCourses = ['worse', 'steady', 'recovering', 'over', 'unknown'] as const;
export type BriefCourse = (typeof briefCourses)[number];

/** What each course is called, after the last value. Nothing is called `unknown`: what is said then hangs on the time. */
export const briefCourseWords: Readonly<Record<Exclude<BriefCourse, 'unknown'>, string>> = {
  worse: 'getting worse',
  steady: 'holding there',
  recovering: 'recovering',
  over: 'back to its usual level',
};

/** A number's shape as text, for any font. */
export interface BriefChart {
  /** At most 30 characters: bars, the oldest first, with the marks that the legend explains. */
  readonly row: string;
  /** From when to when, and what the marks stand for. */
  readonly legend: string;
}

export interface BriefRunbook {
  readonly title: string;
  /** Its file within the folder of runbooks. */
  readonly path?: string;
  readonly url?: string;
}

export interface BriefChange {
  readonly findingId: string;
  readonly service: string;
  readonly version?: string;
  readonly previousVersion?: string;
  readonly atMs: number;
  readonly actor?: string;
  readonly changeRequest?: string;
  readonly changeRequestUrl?: string;
  readonly summary?: string;
  readonly changes: readonly {
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly query?: BriefQuery;
  /** The page of the change itself. */
  readonly url?: string;
}

export interface BriefAction {
  readonly action: AdviceAction;
  readonly title: string;
  readonly reason: string;
  /** Built by code from observed objects, shell-quoted, to an exact revision. */
  readonly command?: string;
  readonly evidence: readonly string[];
}

/** Where an offered action stands; the last eight are final for its plan. */
export const briefRemedyStates = [
  'offered',
  'running',
  'watched',
  'not-offered',
  'rejected',
  'expired',
  'refused',
  'unknown',
  'helped',
  'no-effect',
  'worse',
] as const;
export type BriefRemedyState = (typeof briefRemedyStates)[number];

/** What each state is called wherever people read of it: before the title of the action. */
export const briefRemedyWords: Readonly<Record<BriefRemedyState, string>> = {
  offered: 'Midwatch offers',
  running: 'Under way',
  watched: 'Done, and being watched',
  'not-offered': 'Not offered',
  rejected: 'Rejected',
  expired: 'Expired',
  refused: 'Not done',
  unknown: 'Perhaps done',
  helped: 'Done, and it helped',
  'no-effect': 'Done, without effect',
  worse: 'Done, and worse since',
};

/** One action: offered, decided on, under way, or done. */
export interface BriefRemedy
  extends Pick<
    Proposal,
    | 'planId'
    | 'title'
    | 'steps'
    | 'diff'
    | 'isReversible'
    | 'people'
    | 'peopleReasons'
    | 'expiresAtMs'
    | 'undoes'
  > {
  readonly state: BriefRemedyState;
  /** One line: what it waits for, what was done, whether it helped. */
  readonly text: string;
  readonly approvedBy: readonly string[];
  /** Gates that were not passed, but for those that only wait for people. */
  readonly missing: readonly GateAnswer[];
  /** What a person can do about it now. */
  readonly choices: readonly ('approve' | 'reject' | 'undo')[];
}

export interface BriefEvidence {
  readonly id: string;
  readonly text: string;
  readonly queries: readonly BriefQuery[];
}

/** A query that a person can run again. */
export interface BriefQuery {
  readonly connectorId: string;
  readonly language: string;
  readonly text: string;
  /** The same for reading, where what is sent repeats itself. */
  readonly short?: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly url?: string;
}

export interface BriefNotChecked {
  readonly source: string;
  readonly kind: SignalKind;
  readonly state: Exclude<SourceState, 'ok' | 'empty'>;
  readonly reason: string;
  readonly query?: BriefQuery;
}

export interface BriefFooter {
  readonly analyzer: string;
  readonly model?: string;
  /** Set while a slower analyzer still works: "model still reading". */
  readonly pending?: string;
  readonly collectedMs: number;
  readonly sources: { readonly asked: number; readonly answered: number };
  readonly read: Readonly<Record<SignalKind, number>>;
  readonly costUsd?: number;
  readonly withheld: number;
  /** What code had to do to the answer: dropped ids, lowered confidence, a model that did not answer. */
  readonly notes: readonly string[];
}
