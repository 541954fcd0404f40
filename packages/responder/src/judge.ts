import type {
  AdmittedAnalysis,
  AnalysisUsage,
  AnalyzeInput,
  Analyzer,
  Escalation,
} from '@midwatch/core/incident';
import { type Answer, analyzeWithin, identityOf, type Question, withNote } from './analyze-within.js';
import { createStopwatch } from './look.js';
import type { Statement } from './to-analysis-record.js';
import { whyEscalate } from './why-escalate.js';

export interface JudgeInput extends Question {
  /** Asked after `analyzer` where its answer is in doubt. */
  readonly largerAnalyzer?: Analyzer | undefined;
  /** Cuts the question that runs, with the reason as its error's message; what was answered by then stands. @default never */
  readonly stopped?: AbortSignal | undefined;
  /** What stands when nobody answers. */
  readonly otherwise: AdmittedAnalysis;
  /** @default every question is granted */
  readonly purse?: Purse | undefined;
  /** Told of each answer, and of each that there is none, in the order of asking. */
  readonly onStatement?: ((statement: Statement) => void) | undefined;
}

/** Asked before each question; what it refuses is not asked, and the refusal completes "MODEL was not asked: ...". */
export type Purse = (
  analyzer: Pick<Analyzer, 'model' | 'mostCostUsd' | 'name'>,
  input: AnalyzeInput,
) => Promise<Grant>;
export type Grant =
  | { readonly refusal: string }
  | { readonly settle: (usage: AnalysisUsage | undefined) => Promise<void> };

/**
 * The small model first, the larger one where that is in doubt. Whoever fails, is late, refuses or is not paid for leaves
 * standing what stood before, with a note that says so. Rejects only when the caller gives up, or the purse does.
 */
export async function judge(input: JudgeInput): Promise<AdmittedAnalysis> {
  const { analyzer, largerAnalyzer, otherwise } = input;
  const first = await ask(analyzer, input);
  if (!('admitted' in first)) {
    const note = `${first.because}; this is what the evidence alone says`;
    return withNote(withUsage(otherwise, [first.usage]), note);
  }
  const small = withUsage(first.admitted, [first.usage]);
  const reason = largerAnalyzer === undefined ? undefined : whyEscalate(small, input.input.evidence);
  if (largerAnalyzer === undefined || reason === undefined) return small;

  const { analyzer: from, confidence, hypotheses, verdict } = small;
  const service = hypotheses[0]?.service;
  const escalation = {
    reason,
    from: { analyzer: from, verdict, confidence, ...(service === undefined ? {} : { service }) },
  };
  const second = await ask(largerAnalyzer, input);
  if (!('admitted' in second)) {
    const outcome = second.isRefused === true ? 'not-asked' : 'failed';
    const note = `${second.because}; this is the answer of ${nameOf(analyzer)}`;
    return {
      ...withNote(withUsage(small, [first.usage, second.usage]), note),
      escalation: { ...escalation, outcome },
    };
  }
  const large = withUsage(second.admitted, [first.usage, second.usage]);
  return { ...large, escalation: { ...escalation, outcome: outcomeOf(small, large) } };
}

async function ask(
  analyzer: Analyzer,
  { onStatement, purse, stopped, ...question }: JudgeInput,
): Promise<Answer & { readonly isRefused?: true }> {
  const grant = await purse?.(analyzer, question.input);
  if (grant !== undefined && 'refusal' in grant) {
    const refused = {
      because: `${nameOf(analyzer)} was not asked: ${grant.refusal}`,
      isRefused: true,
    } as const;
    onStatement?.({ analyzer: identityOf(analyzer), ...refused });
    return refused;
  }
  const clock = createStopwatch();
  const given = await analyzeUnlessStopped({ ...question, analyzer }, stopped);
  const analyzeMs = clock();
  // What a question that was cut may have cost stays set aside: nobody told.
  if (!('isCut' in given)) await grant?.settle(given.usage);
  const answer = 'admitted' in given ? given : { ...given, because: `${nameOf(analyzer)} ${given.because}` };
  onStatement?.({ analyzer: identityOf(analyzer), analyzeMs, ...answer });
  return answer;
}

async function analyzeUnlessStopped(
  question: Question,
  stopped: AbortSignal | undefined,
): Promise<Answer | { readonly because: string; readonly isCut: true }> {
  if (stopped === undefined) return analyzeWithin(question);
  try {
    return await analyzeWithin({ ...question, signal: AbortSignal.any([question.signal, stopped]) });
  } catch (error) {
    if (question.signal.aborted || !stopped.aborted) throw error;
    const why = stopped.reason instanceof Error ? stopped.reason.message : 'models are stopped';
    return { because: `was cut: ${why}`, isCut: true };
  }
}

function outcomeOf(small: AdmittedAnalysis, large: AdmittedAnalysis): Escalation['outcome'] {
  const isSame =
    small.verdict === large.verdict && small.hypotheses[0]?.service === large.hypotheses[0]?.service;
  return isSame ? 'confirmed' : 'changed';
}

function nameOf({ model, name }: Analyzer): string {
  return model ?? name;
}

function withUsage(
  analysis: AdmittedAnalysis,
  billed: readonly (AnalysisUsage | undefined)[],
): AdmittedAnalysis {
  const usage = billed.filter((each) => each !== undefined);
  return usage.length === 0 ? analysis : { ...analysis, usage };
}
