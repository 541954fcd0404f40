export { AnalyzerError, type AnalyzerErrorCode, analyzerErrorCodes } from './analyzer-error.js';
export { type ClaudeAnalyzer, type ClaudeAnalyzerOptions, createClaudeAnalyzer } from './claude-analyzer.js';
export {
  type ClaudeAnalyzers,
  type ClaudeAnalyzersOptions,
  createClaudeAnalyzers,
  type ShadowOptions,
} from './claude-analyzers.js';
export { type ClaudeReviewer, type ClaudeReviewerOptions, createClaudeReviewer } from './claude-reviewer.js';
export type { MessagesServerOptions } from './messages-server.js';
export { type ClaudeAnalysis, parseModelMessage } from './model-message.js';
export {
  DEFAULT_LARGER_MODEL,
  DEFAULT_MODEL,
  estimateTokens,
  type ModelRequest,
  type ModelRequestSettings,
  toModelRequest,
} from './model-request.js';
export { findModel, MODELS_AS_OF, type ModelFacts, type ModelPrices, models } from './model-table.js';
export { type ModelUsage, priceOf } from './model-usage.js';
export { createPrompt, type Prompt } from './prompt.js';
export type { ReviewAnswer } from './review-answer.js';
export { REVIEW_PROMPT_VERSION } from './review-prompt.js';
export { toReviewRequest } from './review-request.js';
export { PROMPT_VERSION } from './system-prompt.js';
