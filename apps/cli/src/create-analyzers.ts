import { createClaudeAnalyzer, DEFAULT_LARGER_MODEL } from '@midwatch/analyzer-claude';
import type { Analyzer } from '@midwatch/core/incident';
import type { Terminal } from './terminal.js';

export interface ModelAnalyzers {
  readonly analyzer: Analyzer;
  /** Asked where the other is in doubt. */
  readonly largerAnalyzer?: Analyzer;
}

/** Claude as the environment says; `undefined` without a key. A model that is named is asked alone: the answer is to be its own. */
export function createAnalyzers({ environment }: Terminal, named?: string): ModelAnalyzers | undefined {
  const token = environment['ANTHROPIC_API_KEY'];
  if (!token) return undefined;
  const baseUrl = environment['ANTHROPIC_BASE_URL'] || undefined;
  if (named !== undefined) return { analyzer: createClaudeAnalyzer({ token, baseUrl, model: named }) };
  const analyzer = createClaudeAnalyzer({
    token,
    baseUrl,
    model: environment['MIDWATCH_MODEL'] || undefined,
  });
  const model = environment['MIDWATCH_LARGER_MODEL'] || DEFAULT_LARGER_MODEL;
  if (model === 'none' || model === analyzer.model) return { analyzer };
  return { analyzer, largerAnalyzer: createClaudeAnalyzer({ token, baseUrl, model }) };
}
