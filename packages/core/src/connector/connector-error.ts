/** Why a connector could not look. Whether to retry follows from the code alone. */
export const connectorErrorCodes = [
  'config',
  'auth',
  'bad-query',
  'rate-limited',
  'unreachable',
  'unavailable',
  'timeout',
  'aborted',
  'bad-response',
  'too-large',
] as const;
export type ConnectorErrorCode = (typeof connectorErrorCodes)[number];

const retryableCodes: ReadonlySet<ConnectorErrorCode> = new Set([
  'rate-limited',
  'unreachable',
  'unavailable',
  'timeout',
]);

const marker = Symbol.for('midwatch.ConnectorError');

export interface ConnectorErrorOptions {
  readonly code: ConnectorErrorCode;
  readonly connectorId: string;
  /** What happened, in the connector's own words: never the body, headers, token or a query string. */
  readonly message: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** Only errors that hold no secret; the transport passes none through. */
  readonly cause?: unknown;
}

/**
 * The one error of a connector: it could not look. Reads `[loki] auth: HTTP 401 for /loki/api/v1/query_range`.
 * A vendor that answered in part is no error but a batch with gaps.
 */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: ConnectorErrorCode;
  readonly connectorId: string;
  readonly status?: number;
  readonly retryAfterMs?: number;

  constructor(options: ConnectorErrorOptions) {
    super(
      `[${options.connectorId}] ${options.code}: ${options.message}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = options.code;
    this.connectorId = options.connectorId;
    if (options.status !== undefined) this.status = options.status;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    Object.defineProperty(this, marker, { value: true });
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return retryableCodes.has(this.code);
  }

  /** True across copies of this package, where `instanceof` is not. */
  static is(error: unknown): error is ConnectorError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
