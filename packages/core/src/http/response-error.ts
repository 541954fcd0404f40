import { ConnectorError, type ConnectorErrorCode } from '../connector/connector-error.js';
import type { RequestScope } from './request-signal.js';

/** The error of a status that is no answer. The body is dropped unread: it may be HTML, huge, or hold secrets. */
export function statusError(response: Response, { connectorId, path }: RequestScope): ConnectorError {
  response.body?.cancel().catch(() => undefined);
  const { status } = response;
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  const redirect = (status >= 300 && status < 400) || response.type === 'opaqueredirect';
  return new ConnectorError({
    code: redirect ? 'config' : codeOfStatus(status),
    connectorId,
    message: redirect
      ? `redirected from ${path}; redirects are not followed, give the final address as \`baseUrl\``
      : `HTTP ${status} for ${path}`,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function codeOfStatus(status: number): ConnectorErrorCode {
  if (status === 401 || status === 403) return 'auth';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate-limited';
  if (status === 413) return 'too-large';
  if (status >= 500) return 'unavailable';
  if (status >= 400) return 'bad-query';
  return 'bad-response';
}

const MAX_RETRY_AFTER_MS = 3_600_000;

/** Seconds or an HTTP date; never negative, never more than an hour. */
function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  // `Date.parse` takes "1.5" for a day in 2001.
  const ms = /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : /^[a-z]{3}/i.test(text)
      ? Date.parse(text) - nowMs
      : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.round(Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS));
}

/**
 * What went wrong between here and the vendor. An abort or a deadline decides before whatever the runtime made of it;
 * the runtime's own message is left behind, since it may hold the URL.
 */
export function transportError(
  error: unknown,
  signal: AbortSignal,
  { connectorId, path }: RequestScope,
): ConnectorError {
  if (signal.aborted && ConnectorError.is(signal.reason)) return signal.reason;
  if (ConnectorError.is(error)) return error;
  return new ConnectorError({
    code: 'unreachable',
    connectorId,
    message: `no connection for ${path}${reasonOf(error)}`,
  });
}

/** Node names the reason by a short code (`ECONNREFUSED`), which is safe to show. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
}
