import * as z from 'zod';
import { confidences } from './finding.js';

/** What an analyzer concludes; only the first two name somebody. `no-fault`: looked everywhere and found nothing out of the ordinary; `insufficient-evidence`: could not tell. */
export const verdicts = ['cause-found', 'candidates', 'insufficient-evidence', 'no-fault'] as const;
export type Verdict = (typeof verdicts)[number];

/** What people can be told to do, safest first. Only the first three can ever be executed, and only behind gates. */
export const adviceActions = [
  'rollback',
  'restart',
  'scale-up',
  'config-change',
  'traffic-shift',
  'investigate',
] as const;
export type AdviceAction = (typeof adviceActions)[number];

const hypothesisSchema = z.object({
  statement: z.string(),
  service: z.string(),
  /** Id of a change finding. */
  change: z.string().optional(),
  /** Ids of findings; at least one, or `admit()` drops the hypothesis. */
  evidence: z.array(z.string()),
  /** What a person would see if it were wrong. */
  disprovedBy: z.string(),
});
export type Hypothesis = Readonly<z.infer<typeof hypothesisSchema>>;

const timelineEntrySchema = z.object({ atMs: z.number(), text: z.string(), evidence: z.array(z.string()) });
export type TimelineEntry = Readonly<z.infer<typeof timelineEntrySchema>>;

const adviceSchema = z.object({
  action: z.enum(adviceActions),
  service: z.string(),
  /** For a rollback: id of the change finding to undo. The command is built by code from it, never taken from text. */
  change: z.string().optional(),
  reason: z.string(),
  evidence: z.array(z.string()),
});
export type Advice = Readonly<z.infer<typeof adviceSchema>>;

/** What any analyzer answers, before and after `admit()`. Hypotheses and advice are in order: likeliest, safest first. */
export const analysisSchema = z.object({
  verdict: z.enum(verdicts),
  confidence: z.enum(confidences),
  confidenceReason: z.string(),
  summary: z.string(),
  hypotheses: z.array(hypothesisSchema),
  timeline: z.array(timelineEntrySchema),
  advice: z.array(adviceSchema),
});
export type Analysis = Readonly<z.infer<typeof analysisSchema>>;

/** What one answer of a model took, as billed. */
export interface AnalysisUsage {
  /** The model that answered; a gateway may answer with another than was asked. */
  readonly model: string;
  /** Without the cached ones: the whole prompt is this, `cacheWriteTokens` and `cacheReadTokens`. */
  readonly inputTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheReadTokens: number;
  /** With `thinkingTokens`. */
  readonly outputTokens: number;
  readonly thinkingTokens: number;
  /** US dollars; absent for a model whose price is not known. */
  readonly costUsd?: number;
}

/** Dollars of all answers together; `undefined` while the price of one is not known. */
export function totalCostUsd(usage: readonly AnalysisUsage[]): number | undefined {
  let total = 0;
  for (const { costUsd } of usage) {
    if (costUsd === undefined) return undefined;
    total += costUsd;
  }
  return total;
}

/** Which analyzer an answer is of. */
export interface AnalyzerIdentity {
  readonly name: string;
  readonly model?: string;
  readonly promptVersion?: string;
}

/**
 * Why a larger model was asked after a smaller one: it was unsure although the evidence allows more, it named another service
 * than the evidence does (or nobody), or the two likeliest suspects are nearly equal and joined by no path of calls.
 */
export const escalationReasons = ['low-confidence', 'disagrees-with-evidence', 'unrelated-suspects'] as const;
export type EscalationReason = (typeof escalationReasons)[number];

/** That a larger model was asked, and what came of it. */
export interface Escalation {
  readonly reason: EscalationReason;
  /** The smaller model's answer, as admitted. */
  readonly from: {
    readonly analyzer: AnalyzerIdentity;
    readonly verdict: Verdict;
    readonly confidence: 'LOW' | 'MEDIUM' | 'HIGH';
    /** The service that it blamed first. */
    readonly service?: string;
  };
  /** `not-asked`: the budget forbade it; it and `failed` leave the smaller model's answer standing. */
  readonly outcome: 'confirmed' | 'changed' | 'failed' | 'not-asked';
}

/** Who spoke, and what code did to the answer before it was shown. */
export interface AdmittedAnalysis extends Analysis {
  /** Of every answer that was billed for it, also of those that did not stand, in the order of asking. */
  readonly usage?: readonly AnalysisUsage[];
  readonly analyzer: AnalyzerIdentity;
  /** Set when a larger model was to be asked. */
  readonly escalation?: Escalation;
  readonly admission: {
    readonly droppedIds: number;
    readonly droppedClaims: number;
    /** Numbers or versions in a claim that do not stand in what it cites. */
    readonly uncoveredNumbers: number;
    /** Set when the ceiling lowered what the analyzer said. */
    readonly confidenceLoweredFrom?: 'MEDIUM' | 'HIGH';
    /** What the evidence allowed; set when what the analyzer's record allows is less. */
    readonly uncalibratedConfidence?: 'MEDIUM' | 'HIGH';
    readonly notes: readonly string[];
  };
}
