import type { Admit, AdmittedAnalysis, AnalysisUsage, AnalyzeInput, Analyzer } from '@midwatch/core/incident';
import { untilAborted } from './until-aborted.js';

export interface Question {
  readonly analyzer: Analyzer;
  readonly input: AnalyzeInput;
  readonly admit: Admit;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  /** What stands when the analyzer fails or is late; without it the failure is thrown. */
  readonly otherwise?: AdmittedAnalysis;
}

/**
 * Asks one analyzer and admits its answer. It is not waited for beyond the deadline, even when it ignores its signal; then,
 * when it fails, answers with something else than an analysis, or names a cause of which `admit()` leaves nothing, `otherwise`
 * stands with a note that says so.
 */
export async function analyzeWithin(question: Question): Promise<AdmittedAnalysis> {
  const { analyzer, input, admit, signal, deadlineMs, otherwise } = question;
  signal.throwIfAborted();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  try {
    const analysis = await untilAborted(
      analyzer.analyze(input, { signal: deadline, deadlineAtMs: Date.now() + deadlineMs }),
      deadline,
    );
    const { name, model, promptVersion } = analyzer;
    const admitted = admit(analysis, input.evidence, {
      name,
      ...(model === undefined ? {} : { model }),
      ...(promptVersion === undefined ? {} : { promptVersion }),
    });
    if (otherwise !== undefined && namesSomebody(analysis) && !namesSomebody(admitted))
      return fallBack(
        otherwise,
        `the answer of ${model ?? name} rests on nothing that was found`,
        analysis.usage,
      );
    return analysis.usage === undefined ? admitted : { ...admitted, usage: analysis.usage };
  } catch (error) {
    signal.throwIfAborted();
    if (otherwise === undefined) throw error;
    const why = deadline.aborted
      ? `did not answer within ${Math.round(deadlineMs / 1000)} s`
      : `failed${codeOf(error)}`;
    return fallBack(otherwise, `${analyzer.model ?? analyzer.name} ${why}`, usageOf(error));
  }
}

/** A cause that `admit()` had to take away leaves less than what stood before it. */
function namesSomebody({ verdict }: Pick<AdmittedAnalysis, 'verdict'>): boolean {
  return verdict === 'cause-found' || verdict === 'candidates';
}

function fallBack(
  otherwise: AdmittedAnalysis,
  why: string,
  usage: AnalysisUsage | undefined,
): AdmittedAnalysis {
  const notes = [...otherwise.admission.notes, `${why}; this is what the evidence alone says`];
  return {
    ...otherwise,
    ...(usage === undefined ? {} : { usage }),
    admission: { ...otherwise.admission, notes },
  };
}

/** Errors of analyzers carry a code from a closed set; their messages are for logs, not for a brief. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[a-z][a-z-]{1,30}$/.test(code) ? ` (${code})` : '';
}

/** A refusal and half an answer are billed, too. */
function usageOf(error: unknown): AnalysisUsage | undefined {
  const usage = typeof error === 'object' && error !== null && 'usage' in error ? error.usage : undefined;
  return typeof usage === 'object' && usage !== null && 'model' in usage
    ? (usage as AnalysisUsage)
    : undefined;
}
