import { ConnectorError, type ConnectorErrorCode } from '../connector/connector-error.js';
import type { CallContextV1 } from '../connector/v1/connector.js';

interface Scope {
  readonly connectorId: string;
  readonly path: string;
  readonly call: CallContextV1;
}

/** The error of a status that is no answer. The body is dropped unread: it may be HTML, huge, or hold secrets. */
export async function statusError(response: Response, scope: Scope): Promise<ConnectorError> {
  await response.body?.cancel().catch(() => undefined);
  const { status } = response;
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  const redirect = (status >= 300 && status < 400) || response.type === 'opaqueredirect';
  return new ConnectorError({
    code: redirect ? 'config' : codeOfStatus(status),
    connectorId: scope.connectorId,
    message: redirect
      ? `redirected from ${scope.path}; redirects are not followed, give the final address as \`baseUrl\``
      : `HTTP ${status} for ${scope.path}`,
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
  return 'bad-query';
}

/** Seconds or an HTTP date; never negative, never more than an hour. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : undefined;
}

/** Whatever was thrown on the way becomes a `ConnectorError`; the runtime's message is left behind, it may hold the URL. */
export function toConnectorError(error: unknown, scope: Scope): ConnectorError {
  if (ConnectorError.is(error)) return error;
  const { connectorId, path, call } = scope;
  if (call.signal.aborted) {
    return new ConnectorError({ code: 'aborted', connectorId, message: `the caller gave up on ${path}` });
  }
  if (isTimeout(error) || Date.now() >= call.deadlineAtMs) {
    return new ConnectorError({ code: 'timeout', connectorId, message: `no answer in time from ${path}` });
  }
  return new ConnectorError({
    code: 'unreachable',
    connectorId,
    message: `no connection for ${path}${reasonOf(error)}`,
  });
}

function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
}

/** Node names the reason by a short code (`ECONNREFUSED`), which is safe to show. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
}
