import type { ModelUsage } from './model-usage.js';

/** Why there is no answer. Whether to ask again follows from the code alone. */
export const analyzerErrorCodes = [
  'config',
  'auth',
  'budget',
  'bad-request',
  'too-large',
  'rate-limited',
  'unavailable',
  'unreachable',
  'timeout',
  'aborted',
  'bad-response',
  'bad-answer',
  'refused',
  'truncated',
] as const;
export type AnalyzerErrorCode = (typeof analyzerErrorCodes)[number];

const retryableCodes: ReadonlySet<AnalyzerErrorCode> = new Set([
  'rate-limited',
  'unavailable',
  'unreachable',
  'timeout',
]);

const marker = Symbol.for('midwatch.AnalyzerError');

export interface AnalyzerErrorOptions {
  readonly code: AnalyzerErrorCode;
  /** What happened, in this package's own words: never a body, a key or a part of the dossier. */
  readonly message: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly requestId?: string | undefined;
  readonly usage?: ModelUsage | undefined;
}

/**
 * The one error of the analyzer: no analysis came of the call. Reads `[claude] rate-limited: HTTP 429`. It has no `cause`,
 * because those of the SDK hold the body and the headers.
 */
export class AnalyzerError extends Error {
  override readonly name = 'AnalyzerError';
  readonly code: AnalyzerErrorCode;
  readonly status?: number;
  /** How long the API asked to wait. */
  readonly retryAfterMs?: number;
  /** By which the API's operator finds the request. */
  readonly requestId?: string;
  /** Set when the call was billed all the same: refused, cut off, or no analysis. */
  readonly usage?: ModelUsage;

  constructor(options: AnalyzerErrorOptions) {
    super(`[claude] ${options.code}: ${options.message}`);
    this.code = options.code;
    if (options.status !== undefined) this.status = options.status;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.requestId !== undefined) this.requestId = options.requestId;
    if (options.usage !== undefined) this.usage = options.usage;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return retryableCodes.has(this.code);
  }

  /** True across copies of this package, where `instanceof` is not. */
  static is(error: unknown): error is AnalyzerError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
