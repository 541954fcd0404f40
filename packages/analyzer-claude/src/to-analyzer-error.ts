import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { AnalyzerError, type AnalyzerErrorCode } from './analyzer-error.js';

const MAX_RETRY_AFTER_MS = 3_600_000;

/** Error types of the API that its errors may be told by; anything else in a body is not repeated. */
const knownTypes: ReadonlySet<string> = new Set([
  'api_error',
  'authentication_error',
  'billing_error',
  'invalid_request_error',
  'not_found_error',
  'overloaded_error',
  'permission_error',
  'rate_limit_error',
  'request_too_large',
  'timeout_error',
]);

/**
 * What the SDK threw, told without the body, headers and texts that it holds. The specific classes come first: those for
 * connections extend `APIError`, too.
 */
export function toAnalyzerError(error: unknown): AnalyzerError {
  if (AnalyzerError.is(error)) return error;
  if (error instanceof APIConnectionTimeoutError) {
    return new AnalyzerError({ code: 'timeout', message: 'no answer in time' });
  }
  if (error instanceof APIConnectionError) {
    // What the guarded fetch threw comes wrapped.
    if (AnalyzerError.is(error.cause)) return error.cause;
    return new AnalyzerError({ code: 'unreachable', message: `no connection${reasonOf(error.cause)}` });
  }
  if (error instanceof APIError && error.status !== undefined) return toStatusError(error, error.status);
  return new AnalyzerError({ code: 'bad-response', message: 'the answer is no JSON of the Messages API' });
}

function toStatusError(error: APIError, status: number): AnalyzerError {
  const { type, headers, requestID } = error;
  const said = type !== null && knownTypes.has(type) ? ` (${type})` : '';
  const requestId = requestID ?? '';
  return new AnalyzerError({
    code: codeOf(error, status),
    message: `HTTP ${status}${said}`,
    status,
    retryAfterMs: parseRetryAfter(headers, Date.now()),
    requestId: /^[\w-]{1,80}$/.test(requestId) ? requestId : undefined,
  });
}

function codeOf(error: APIError, status: number): AnalyzerErrorCode {
  if (isAboutMoney(error, status)) return 'budget';
  if (status === 401 || status === 403) return 'auth';
  if (status === 404) return 'config';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 413) return 'too-large';
  if (status === 429) return 'rate-limited';
  if (status >= 500) return 'unavailable';
  if (status >= 400) return 'bad-request';
  return 'bad-response';
}

/**
 * A spend limit is a 402, or a 429 with a code of its own, or a plain 400 that only its text tells apart. The text may
 * change: then it is a `bad-request`, which is not asked again either.
 */
function isAboutMoney({ type, errorCode, apiMessage }: APIError, status: number): boolean {
  if (status === 402 || type === 'billing_error') return true;
  if (errorCode?.includes('spend_limit') || errorCode?.includes('billing')) return true;
  return (
    status === 400 &&
    /credit balance|usage limits?|spend(?:ing)? limit/i.test(apiMessage?.slice(0, 500) ?? '')
  );
}

/** Seconds or an HTTP date, or the API's own milliseconds; never negative, never more than an hour. */
function parseRetryAfter(headers: Headers | undefined, nowMs: number): number | undefined {
  const ms = headers?.get('retry-after-ms')?.trim() ?? '';
  const seconds = headers?.get('retry-after')?.trim() ?? '';
  const waitMs = isDecimal(ms)
    ? Number(ms)
    : isDecimal(seconds)
      ? Number(seconds) * 1000
      : // `Date.parse` takes "1.5" for a day in 2001.
        /^[a-z]{3}/i.test(seconds)
        ? Date.parse(seconds) - nowMs
        : Number.NaN;
  return Number.isNaN(waitMs) ? undefined : Math.round(Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS));
}

function isDecimal(text: string): boolean {
  return /^\d{1,12}(\.\d{1,12})?$/.test(text);
}

/** Node names the reason by a short code (`ECONNREFUSED`), which is safe to show. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
}
