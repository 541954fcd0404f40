import { createClaudeAnalyzers } from '@midwatch/analyzer-claude';
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
  return createClaudeAnalyzers({
    token,
    baseUrl,
    model: named ?? (environment['MIDWATCH_MODEL'] || undefined),
    largerModel: named === undefined ? environment['MIDWATCH_LARGER_MODEL'] || undefined : 'none',
  });
}
