const marker = Symbol.for('midwatch.StoreError');

export type StoreErrorCode =
  | 'too-large'
  | 'not-json'
  | 'bad-time'
  | 'bad-page'
  | 'bad-amount'
  | 'log-busy'
  | 'not-migrated'
  | 'newer-schema'
  | 'older-schema'
  | 'migration-failed';

/**
 * The store refused, and wrote nothing. `too-large` and `not-json`: a value cannot be kept; `bad-time`: no whole number of milliseconds;
 * `bad-page`: a limit or cursor that no page has; `bad-amount`: no amount of money or number of actions; `log-busy`: others
 * wrote to the action log at each of many attempts; the others: the database cannot be opened. The message never quotes what was to be stored.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True across copies of this package, where `instanceof` is not. */
  static is(error: unknown): error is StoreError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
