import type { AnalyzeInput, Analyzer } from '@midwatch/core/incident';
import { askModel } from './ask-model.js';
import { createMessagesServer, type MessagesServerOptions, requireModel } from './messages-server.js';
import { type ClaudeAnalysis, parseModelMessage } from './model-message.js';
import { DEFAULT_MODEL, estimateTokens, toModelRequest } from './model-request.js';
import { type ModelUsage, mostCostUsd } from './model-usage.js';
import { DEFAULT_PROMPT, type Prompt } from './prompt.js';

export interface ClaudeAnalyzerOptions extends MessagesServerOptions {
  /** One of `models`, or any other that the server knows. @default DEFAULT_MODEL */
  readonly model?: string | undefined;
  /** @default DEFAULT_PROMPT */
  readonly prompt?: Prompt | undefined;
  /** Told of everything that was billed, also when no analysis came of it; what it throws is ignored. */
  readonly onUsage?: ((usage: ModelUsage, input: AnalyzeInput) => void) | undefined;
}

export interface ClaudeAnalyzer extends Analyzer {
  readonly name: 'claude';
  readonly model: string;
  readonly promptVersion: string;
  /** By the prices of `models`; one that is not in it counts as the dearest that is. */
  mostCostUsd(input: AnalyzeInput): number;
  /** Rejects only with an `AnalyzerError`, at the latest at the deadline. */
  analyze(input: AnalyzeInput, call: Parameters<Analyzer['analyze']>[1]): Promise<ClaudeAnalysis>;
}

/**
 * Lets a Claude model judge the dossier, in one request and at most one more. Its answer is raw: `admit()` has yet to check
 * ids, numbers and confidence. Throws an `AnalyzerError` with code `config` for options that cannot work.
 */
export function createClaudeAnalyzer(options: ClaudeAnalyzerOptions): ClaudeAnalyzer {
  const { onUsage, prompt = DEFAULT_PROMPT } = options;
  const model = requireModel(options.model ?? DEFAULT_MODEL);
  const settings = { model, systemPrompt: prompt.text };
  const server = createMessagesServer(options);
  return {
    name: 'claude',
    model,
    promptVersion: prompt.version,
    mostCostUsd(input) {
      const request = toModelRequest(input, settings);
      return mostCostUsd(model, estimateTokens(request), request.max_tokens);
    },
    analyze: (input, call) =>
      askModel({
        request: toModelRequest(input, settings),
        server,
        call,
        parse: parseModelMessage,
        onUsage: (usage) => onUsage?.(usage, input),
      }),
  };
}
