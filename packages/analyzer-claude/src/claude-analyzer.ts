import type { FetchLike } from '@midwatch/core';
import type { TokenOption } from '@midwatch/core/http';
import type { AnalyzeInput, Analyzer } from '@midwatch/core/incident';
import { AnalyzerError } from './analyzer-error.js';
import { createCallDeadline } from './call-deadline.js';
import { type ClaudeAnalysis, parseModelMessage } from './model-message.js';
import { DEFAULT_MODEL, estimateTokens, toModelRequest } from './model-request.js';
import { type ModelUsage, mostCostUsd } from './model-usage.js';
import { DEFAULT_PROMPT, type Prompt } from './prompt.js';
import { type MessagesServer, sendMessage } from './send-message.js';

const DEFAULT_BASE_URL = 'https://api.anthropic.com';

export interface ClaudeAnalyzerOptions {
  /** An API key, or a function that is asked for one before every attempt. */
  readonly token: TokenOption;
  /** Of any server that speaks the Messages API; a path is kept. @default 'https://api.anthropic.com' */
  readonly baseUrl?: string | undefined;
  /** One of `models`, or any other that the server knows. @default DEFAULT_MODEL */
  readonly model?: string | undefined;
  /** @default DEFAULT_PROMPT */
  readonly prompt?: Prompt | undefined;
  /** What requests are sent with. @default the global one */
  readonly fetch?: FetchLike | undefined;
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
  const { token, model = DEFAULT_MODEL, onUsage, prompt = DEFAULT_PROMPT } = options;
  const settings = { model, systemPrompt: prompt.text };
  if (model.trim() === '') throw configError('`model` is empty');
  if (typeof token !== 'function') requireToken(token);
  const server: MessagesServer = {
    baseUrl: parseBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL),
    // Called as a global: workerd refuses it as a method.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    askToken: () => askToken(token),
  };

  async function analyze(
    input: AnalyzeInput,
    call: Parameters<Analyzer['analyze']>[1],
  ): Promise<ClaudeAnalysis> {
    const deadline = createCallDeadline(call);
    const tell = (usage: ModelUsage | undefined) => {
      try {
        if (usage !== undefined) onUsage?.(usage, input);
      } catch {
        // A broken counter must not cost an incident its analysis.
      }
    };
    try {
      const message = await sendMessage(toModelRequest(input, settings), server, deadline);
      const analysis = parseModelMessage(message);
      tell(analysis.usage);
      return analysis;
    } catch (error) {
      if (AnalyzerError.is(error)) tell(error.usage);
      throw error;
    } finally {
      deadline.release();
    }
  }

  return {
    name: 'claude',
    model,
    promptVersion: prompt.version,
    mostCostUsd(input) {
      const request = toModelRequest(input, settings);
      return mostCostUsd(model, estimateTokens(request), request.max_tokens);
    },
    analyze,
  };
}

async function askToken(token: TokenOption): Promise<string> {
  if (typeof token !== 'function') return requireToken(token);
  let asked: unknown;
  try {
    asked = await token();
  } catch {
    throw configError('the function given as `token` failed');
  }
  return requireToken(asked);
}

/** Only what may stand in a header: the runtimes quote what may not. */
function requireToken(token: unknown): string {
  if (typeof token === 'string' && /^[!-~]+$/.test(token)) return token;
  throw configError('`token` is empty, not a string, or holds a blank or a character that no key has');
}

function parseBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw configError('`baseUrl` must be an absolute http or https URL');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw configError('`baseUrl` must have no credentials, query or fragment');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function configError(message: string): AnalyzerError {
  return new AnalyzerError({ code: 'config', message });
}
