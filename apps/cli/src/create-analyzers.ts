import { createClaudeAnalyzers, type ShadowOptions } from '@midwatch/analyzer-claude';
import type { Analyzer } from '@midwatch/core/incident';
import type { Terminal } from './terminal.js';

export interface ModelAnalyzers {
  readonly analyzer: Analyzer;
  /** Asked where the other is in doubt. */
  readonly largerAnalyzer?: Analyzer;
}

/** Claude as the environment says; `undefined` without a key. A model that is named is asked alone: the answer is to be its own. */
export function createAnalyzers(terminal: Terminal, named?: string): ModelAnalyzers | undefined {
  return createAll(terminal, named);
}

/** The shadow alone. @throws Error when it differs in nothing from what is shown. */
export function createShadowAnalyzer(terminal: Terminal, shadow: ShadowOptions): Analyzer | undefined {
  return createAll(terminal, undefined, shadow)?.shadowAnalyzer;
}

function createAll({ environment }: Terminal, named?: string, shadow?: ShadowOptions) {
  const token = environment['ANTHROPIC_API_KEY'];
  if (!token) return undefined;
  const baseUrl = environment['ANTHROPIC_BASE_URL'] || undefined;
  return createClaudeAnalyzers({
    token,
    baseUrl,
    model: named ?? (environment['MIDWATCH_MODEL'] || undefined),
    shadow,
    largerModel: named === undefined ? environment['MIDWATCH_LARGER_MODEL'] || undefined : 'none',
  });
}
