const marker = Symbol.for('midwatch.IntakeFullError');

/** More alerts wait to be kept than may: this one is not kept, and is to be sent again. */
export class IntakeFullError extends Error {
  override readonly name = 'IntakeFullError';

  constructor(waiting: number) {
    super(`${waiting} alerts wait to be kept; this one was not taken`);
    Object.defineProperty(this, marker, { value: true });
  }

  /** True across copies of this package, where `instanceof` is not. */
  static is(error: unknown): error is IntakeFullError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
