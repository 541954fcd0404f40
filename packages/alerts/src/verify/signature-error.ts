const marker = Symbol.for('midwatch.SignatureError');

/**
 * The sender did not prove who it is. `no-signature`: nothing to check; `wrong-signature`: not made with the secret over these
 * very bytes; `stale`: older or newer than tolerated; `foreign-topic`: signed well, for a topic that is not ours;
 * `no-answer`: SNS did not give its certificate or confirm, so that trying again may help. The message never quotes the
 * request.
 */
export class SignatureError extends Error {
  override readonly name = 'SignatureError';
  readonly code: 'no-signature' | 'wrong-signature' | 'stale' | 'foreign-topic' | 'no-answer';

  constructor(code: SignatureError['code'], message: string) {
    super(message);
    this.code = code;
    Object.defineProperty(this, marker, { value: true });
  }

  /** True across copies of this package, where `instanceof` is not. */
  static is(error: unknown): error is SignatureError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}
