import { type AdmittedAnalysis, type EscalationReason, totalCostUsd } from '@midwatch/core/incident';
import { sayUsd } from '../evaluation/score-analyzers.js';

/** What of an answer is compared; `null` where it has none. */
export interface AnswerGist {
  readonly analyzer: string;
  readonly promptVersion: string | null;
  readonly verdict: string;
  readonly confidence: string;
  readonly firstSuspect: string | null;
  /** Id of the change that it blames. */
  readonly change: string | null;
  /** Each as `rollback cart (D1)`. */
  readonly advice: readonly string[];
  /** Why a larger model was asked after a smaller one. */
  readonly escalated: EscalationReason | null;
  /** Of everything that was billed for it; `null` while the price of a model is not known. */
  readonly costUsd: number | null;
  /** What was not as usual, such as a model that did not answer. */
  readonly notes: readonly string[];
}

/** The fields of a gist that differ. */
export type Difference = Exclude<keyof AnswerGist, 'notes'>;

export function toGist(analysis: AdmittedAnalysis): AnswerGist {
  const { admission, advice, analyzer, confidence, escalation, hypotheses, usage = [], verdict } = analysis;
  const [first] = hypotheses;
  return {
    analyzer: analyzer.model ?? analyzer.name,
    promptVersion: analyzer.promptVersion ?? null,
    verdict,
    // What the analyzer's record lowered then says nothing of this answer.
    confidence: admission.uncalibratedConfidence ?? confidence,
    firstSuspect: first?.service ?? null,
    change: first?.change ?? null,
    advice: advice.map(
      ({ action, change, service }) => `${action} ${service}${change === undefined ? '' : ` (${change})`}`,
    ),
    escalated: escalation?.reason ?? null,
    costUsd: totalCostUsd(usage) ?? null,
    notes: admission.notes,
  };
}

const compared = [
  'analyzer',
  'promptVersion',
  'verdict',
  'confidence',
  'firstSuspect',
  'change',
  'advice',
  'escalated',
  'costUsd',
] as const satisfies readonly Difference[];

export function findDifferences(one: AnswerGist, other: AnswerGist): readonly Difference[] {
  return compared.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
}

const names: Readonly<Record<Difference, string>> = {
  analyzer: 'analyzer',
  promptVersion: 'prompt version',
  verdict: 'verdict',
  confidence: 'confidence',
  firstSuspect: 'first suspect',
  change: 'change',
  advice: 'advice',
  escalated: 'escalated',
  costUsd: 'cost',
};

export interface ComparedRow {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string;
  readonly differs: boolean;
}

/** One row for each field, for a person. */
export function toRows(before: AnswerGist | undefined, after: AnswerGist): readonly ComparedRow[] {
  const differences = before === undefined ? [] : findDifferences(before, after);
  return compared.map((field) => ({
    name: names[field],
    before: before === undefined ? undefined : sayField(before, field),
    after: sayField(after, field),
    differs: differences.includes(field),
  }));
}

function sayField(gist: AnswerGist, field: Difference): string {
  if (field === 'costUsd') return sayUsd(gist.costUsd);
  if (field === 'advice') return gist.advice.join('; ') || 'none';
  return gist[field] ?? 'none';
}
