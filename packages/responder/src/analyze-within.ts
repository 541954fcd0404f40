import type {
  Admit,
  AdmittedAnalysis,
  AnalysisUsage,
  AnalyzeInput,
  Analyzer,
  AnalyzerIdentity,
} from '@midwatch/core/incident';
import type { Allowance } from './allowance.js';
import { untilAborted } from './until-aborted.js';

export interface Question {
  readonly analyzer: Analyzer;
  readonly input: AnalyzeInput;
  readonly admit: Admit;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  /** @default nothing is lowered */
  readonly allowance?: Allowance | undefined;
}

/** What came of a question. `because` completes "MODEL ...", in words of our own. */
export type Answer =
  | { readonly admitted: AdmittedAnalysis; readonly usage?: AnalysisUsage }
  | { readonly because: string; readonly error?: unknown; readonly usage?: AnalysisUsage };

/**
 * Asks one analyzer and admits its answer. It is not waited for beyond the deadline, even when it ignores its signal. Rejects
 * only when the caller gives up.
 */
export async function analyzeWithin(question: Question): Promise<Answer> {
  const { admit, allowance, analyzer, deadlineMs, input, signal } = question;
  signal.throwIfAborted();
  const identity = identityOf(analyzer);
  // The ledger is read beside the question; it is asked again when the answer is there.
  void allowance?.(identity);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  try {
    const { usage, ...analysis } = await untilAborted(
      analyzer.analyze(input, { signal: deadline, deadlineAtMs: Date.now() + deadlineMs }),
      deadline,
    );
    const { ceiling, isUnread } = (await allowance?.(identity)) ?? {};
    const checked = admit(analysis, input.evidence, identity, ceiling);
    const admitted = isUnread === true && checked.confidence === 'HIGH' ? withNote(checked, unread) : checked;
    const billed = usage === undefined ? {} : { usage };
    // A cause, or health, that `admit()` had to take away leaves less than what stood before it.
    if (analysis.verdict !== admitted.verdict && !namesSomebody(admitted))
      return { because: 'answered with what rests on nothing that was found', ...billed };
    return { admitted, ...billed };
  } catch (error) {
    signal.throwIfAborted();
    const usage = usageOf(error);
    const because = deadline.aborted
      ? `did not answer within ${Math.round(deadlineMs / 1000)} s`
      : `failed${codeOf(error)}`;
    return { because, error, ...(usage === undefined ? {} : { usage }) };
  }
}

const unread = 'HIGH is not held against earlier cases: the ledger could not be read';

export function withNote(analysis: AdmittedAnalysis, note: string): AdmittedAnalysis {
  const { admission } = analysis;
  return { ...analysis, admission: { ...admission, notes: [...admission.notes, note] } };
}

export function identityOf({ model, name, promptVersion }: AnalyzerIdentity): AnalyzerIdentity {
  return {
    name,
    ...(model === undefined ? {} : { model }),
    ...(promptVersion === undefined ? {} : { promptVersion }),
  };
}

function namesSomebody({ verdict }: Pick<AdmittedAnalysis, 'verdict'>): boolean {
  return verdict === 'cause-found' || verdict === 'candidates';
}

/** Errors of analyzers carry a code from a closed set; their messages are for logs, not for a brief. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[a-z][a-z-]{1,30}$/.test(code) ? ` (${code})` : '';
}

/** A refusal and half an answer are billed, too. */
export function usageOf(error: unknown): AnalysisUsage | undefined {
  const usage = typeof error === 'object' && error !== null && 'usage' in error ? error.usage : undefined;
  return typeof usage === 'object' && usage !== null && 'model' in usage
    ? (usage as AnalysisUsage)
    : undefined;
}
