/** Bad input of the person at the keyboard: one line that says what, where and what to do; no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** 2 for a command line that makes no sense, 1 for a file that cannot be used; 3 and 4 are those of `doctor`. */
  readonly exitCode: 1 | 2 | 3 | 4;

  constructor(message: string, exitCode: 1 | 2 | 3 | 4 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
