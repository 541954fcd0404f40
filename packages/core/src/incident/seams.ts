import type { Alert } from './alert.js';
import type { AdmittedAnalysis, Analysis, AnalysisUsage, AnalyzerIdentity } from './analysis.js';
import type { Brief } from './brief.js';
import type { Collection, CollectionSummary } from './collection.js';
import type { Dossier } from './dossier.js';
import type { ConfidenceCeiling, Evidence } from './finding.js';
import type { Outcome } from './ledger.js';
import type { SeenBefore } from './memory.js';

/** Takes secrets and personal data out of one text. May throw: then core withholds the text. */
export interface Redactor {
  redact(text: string): string;
}

/** Signals to evidence: pure, linear, without a model. */
export type Reduce = (collection: Collection, alert: Alert) => Evidence;

export interface FormatInput {
  readonly alert: Alert;
  readonly evidence: Evidence;
  readonly collection: Collection;
  readonly nowMs: number;
  /** Past incidents like this one: hypotheses to check, which cannot be cited. @default none */
  readonly seenBefore?: readonly SeenBefore[];
  /** The random delimiter; the caller draws it, so that this stays pure. At least 16 characters of [a-z0-9]. */
  readonly fence: string;
}

/** Evidence to the dossier that an analyzer reads. */
export type Format = (input: FormatInput) => Dossier;

export interface AnalyzeInput {
  readonly alert: Alert;
  readonly evidence: Evidence;
  readonly dossier: Dossier;
}

/** Judges what code has gathered. Its answer is raw: `admit()` checks it. */
export interface Analyzer {
  readonly name: string;
  readonly model?: string;
  readonly promptVersion?: string;
  /** The most that one question may cost, in US dollars; absent for one that costs nothing. */
  mostCostUsd?(input: AnalyzeInput): number;
  analyze(
    input: AnalyzeInput,
    call: { readonly signal: AbortSignal; readonly deadlineAtMs: number },
  ): Promise<Analysis & { readonly usage?: AnalysisUsage }>;
}

/** Citations, numbers and confidence of any analyzer's answer, checked by code; `calibration` is one more ceiling. */
export type Admit = (
  analysis: Analysis,
  evidence: Evidence,
  analyzer: AnalyzerIdentity,
  calibration?: ConfidenceCeiling,
) => AdmittedAnalysis;

export interface BriefInput {
  readonly alert: Alert;
  readonly evidence: Evidence;
  readonly collection: CollectionSummary;
  readonly analysis: AdmittedAnalysis;
  readonly nowMs: number;
  /** @default none */
  readonly seenBefore?: readonly SeenBefore[];
  /** Set while a slower analyzer still works. */
  readonly pending?: string;
  /** What people have said of it so far. */
  readonly people?: {
    readonly owner?: { readonly by: string; readonly atMs: number };
    /** Set only while it lies ahead. */
    readonly silencedUntilMs?: number;
    readonly outcome?: Outcome;
  };
}

export type ToBrief = (input: BriefInput) => Brief;
