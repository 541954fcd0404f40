import type { Redactor, Reviewer, ReviewInput } from '@midwatch/core/incident';
import { askModel } from './ask-model.js';
import { createMessagesServer, type MessagesServerOptions, requireModel } from './messages-server.js';
import { DEFAULT_LARGER_MODEL, estimateTokens } from './model-request.js';
import { type ModelUsage, mostCostUsd } from './model-usage.js';
import { parseReviewMessage, type ReviewAnswer } from './review-answer.js';
import { REVIEW_PROMPT_VERSION } from './review-prompt.js';
import { toReviewRequest } from './review-request.js';
import { toLine } from './to-line.js';

const MAX_REASON = 300;

export interface ClaudeReviewerOptions extends MessagesServerOptions {
  /** Another one than the analyzer's is less likely to make the same mistake. @default DEFAULT_LARGER_MODEL */
  readonly model?: string | undefined;
  /** Takes secrets out of the model's reason, before anybody sees it. */
  readonly redact: Redactor | 'none';
  /** Told of everything that was billed, also when no review came of it; what it throws is ignored. */
  readonly onUsage?: ((usage: ModelUsage, input: ReviewInput) => void) | undefined;
}

export interface ClaudeReviewer extends Reviewer {
  readonly name: 'claude';
  readonly model: string;
  readonly promptVersion: string;
  /** By the prices of `models`; one that is not in it counts as the dearest that is. */
  mostCostUsd(input: ReviewInput): number;
  /** Rejects only with an `AnalyzerError`, at the latest at the deadline: that is no consent. */
  review(
    input: ReviewInput,
    call: Parameters<Reviewer['review']>[1],
  ): Promise<ReviewAnswer & { readonly usage?: ModelUsage }>;
}

/**
 * Lets a second Claude model look for a reason against one proposal, with a prompt of its own, in one request and at most one
 * more. Throws an `AnalyzerError` with code `config` for options that cannot work.
 */
export function createClaudeReviewer(options: ClaudeReviewerOptions): ClaudeReviewer {
  const { redact, onUsage } = options;
  const model = requireModel(options.model ?? DEFAULT_LARGER_MODEL);
  const server = createMessagesServer(options);
  return {
    name: 'claude',
    model,
    promptVersion: REVIEW_PROMPT_VERSION,
    mostCostUsd(input) {
      const request = toReviewRequest(input, { model });
      return mostCostUsd(model, estimateTokens(request), request.max_tokens);
    },
    async review(input, call) {
      const review = await askModel({
        request: toReviewRequest(input, { model }),
        server,
        call,
        parse: parseReviewMessage,
        onUsage: (usage) => onUsage?.(usage, input),
      });
      return { ...review, reason: toReason(review.reason, redact) };
    },
  };
}

/** A veto stands also when its reason cannot be shown. */
function toReason(reason: string, redact: Redactor | 'none'): string {
  if (redact === 'none') return toLine(reason, MAX_REASON);
  try {
    // Before it is cut: half a secret is not told as one.
    return toLine(redact.redact(reason), MAX_REASON);
  } catch {
    return '(withheld: it could not be redacted)';
  }
}
