import { type ClaudeAnalyzer, type ClaudeAnalyzerOptions, createClaudeAnalyzer } from './claude-analyzer.js';
import { DEFAULT_LARGER_MODEL } from './model-request.js';

export interface ClaudeAnalyzersOptions extends ClaudeAnalyzerOptions {
  /** Asked where `model` is in doubt. `none`, and the same model again, ask nobody. @default DEFAULT_LARGER_MODEL */
  readonly largerModel?: string | undefined;
}

/** As `createResponder()` and `createInvestigate()` of `@midwatch/responder` take them. */
export interface ClaudeAnalyzers {
  readonly analyzer: ClaudeAnalyzer;
  readonly largerAnalyzer?: ClaudeAnalyzer;
}

/** A small model and the larger one behind it, at one server with one key. Throws as `createClaudeAnalyzer()` does. */
export function createClaudeAnalyzers({
  largerModel = DEFAULT_LARGER_MODEL,
  ...options
}: ClaudeAnalyzersOptions): ClaudeAnalyzers {
  const analyzer = createClaudeAnalyzer(options);
  if (largerModel === 'none' || largerModel === analyzer.model) return { analyzer };
  return { analyzer, largerAnalyzer: createClaudeAnalyzer({ ...options, model: largerModel }) };
}
