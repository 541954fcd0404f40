const marker = Symbol.for('midwatch.AlertError');

/**
 * The body is no alert at all. `not-json`: it does not parse; `wrong-shape`: it parses, but holds no list of alerts;
 * `bad-mapping`: not the body is wrong, but the mapping that it should be read by. The message says what was seen, where and
 * what to do, and never quotes the body.
 */
export class AlertError extends Error {
  override readonly name = 'AlertError';
  readonly code: 'not-json' | 'wrong-shape' | 'bad-mapping';

  constructor(code: AlertError['code'], message: string) {
    super(message);
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True across copies of this package, where `instanceof` is not. */
  static is(error: unknown): error is AlertError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
