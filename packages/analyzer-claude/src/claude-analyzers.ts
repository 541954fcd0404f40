import { AnalyzerError } from './analyzer-error.js';
import { type ClaudeAnalyzer, type ClaudeAnalyzerOptions, createClaudeAnalyzer } from './claude-analyzer.js';
import { DEFAULT_LARGER_MODEL } from './model-request.js';
import type { Prompt } from './prompt.js';

export interface ClaudeAnalyzersOptions extends ClaudeAnalyzerOptions {
  /** Asked where `model` is in doubt. `none`, and the same model again, ask nobody. @default DEFAULT_LARGER_MODEL */
  readonly largerModel?: string | undefined;
  /** Asked the same beside `model`, to compare them. @default nobody */
  readonly shadow?: ShadowOptions | undefined;
}

/** In what the shadow differs: in its model, its prompt, or both. */
export interface ShadowOptions {
  /** @default the same as `model` */
  readonly model?: string | undefined;
  /** @default the same as `prompt` */
  readonly prompt?: Prompt | undefined;
}

/** As `createResponder()` and `createInvestigate()` of `@midwatch/responder` take them. */
export interface ClaudeAnalyzers {
  readonly analyzer: ClaudeAnalyzer;
  readonly largerAnalyzer?: ClaudeAnalyzer;
  readonly shadowAnalyzer?: ClaudeAnalyzer;
}

/**
 * A small model, the larger one behind it and a shadow beside it, at one server with one key. Throws as `createClaudeAnalyzer()`
 * does, and when a shadow differs in nothing.
 */
export function createClaudeAnalyzers({
  largerModel = DEFAULT_LARGER_MODEL,
  shadow,
  ...options
}: ClaudeAnalyzersOptions): ClaudeAnalyzers {
  const analyzer = createClaudeAnalyzer(options);
  const shadowAnalyzer = shadow && createShadow(analyzer, options, shadow);
  return {
    analyzer,
    ...(largerModel === 'none' || largerModel === analyzer.model
      ? {}
      : { largerAnalyzer: createClaudeAnalyzer({ ...options, model: largerModel }) }),
    ...(shadowAnalyzer === undefined ? {} : { shadowAnalyzer }),
  };
}

function createShadow(
  shown: ClaudeAnalyzer,
  options: ClaudeAnalyzerOptions,
  { model = options.model, prompt = options.prompt }: ShadowOptions,
): ClaudeAnalyzer {
  const analyzer = createClaudeAnalyzer({ ...options, model, prompt });
  if (analyzer.model !== shown.model || analyzer.promptVersion !== shown.promptVersion) return analyzer;
  const message =
    'the shadow has the model and the prompt of what is shown: give it another `model` or `prompt`';
  throw new AnalyzerError({ code: 'config', message });
}
