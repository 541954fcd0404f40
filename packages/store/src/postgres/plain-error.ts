/**
 * The driver's errors carry rows and parts of statements (`detail`, `where`), which no log needs; message and code say what
 * happened, and to which host and user. Neither holds the password.
 */
export function toPlainError(error: unknown): Error {
  const message = error instanceof Error ? error.message : 'failed';
  const plain = new Error(`PostgreSQL: ${message || codeOf(error) || 'no connection'}`);
  const code = codeOf(error);
  return code === undefined ? plain : Object.assign(plain, { code });
}

export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
