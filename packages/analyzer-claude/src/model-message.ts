import type { Analysis } from '@midwatch/core/incident';
import { answerSchema } from './answer-schema.js';
import type { ModelUsage } from './model-usage.js';
import { parseAnswer } from './parse-answer.js';
import { toAnalysis } from './to-analysis.js';

/** An analysis and what it took. */
export interface ClaudeAnalysis extends Analysis {
  /** Absent when the server did not say. */
  readonly usage?: ModelUsage;
}

/**
 * A message of the API, or of a batch's result, as an analysis; nothing in it is admitted yet. Throws an `AnalyzerError`:
 * `bad-response` when it is no message, `refused`, `truncated`, or `bad-answer` when what the model wrote is no analysis;
 * the last three hold the usage, since they are billed.
 */
export function parseModelMessage(message: unknown): ClaudeAnalysis {
  const { answer, ...billed } = parseAnswer(message, answerSchema);
  return { ...toAnalysis(answer), ...billed };
}
