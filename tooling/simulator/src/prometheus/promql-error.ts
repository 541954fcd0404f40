/** A query that Prometheus would refuse (`bad_data`) or fail to run (`execution`). */
export class PromqlError extends Error {
  readonly errorType: 'bad_data' | 'execution';

  constructor(errorType: 'bad_data' | 'execution', message: string) {
    super(message);
    this.name = 'PromqlError';
    this.errorType = errorType;
  }
}

/** `offset` counts from the start of the query; Prometheus names line and column, from 1. */
export function parseError(query: string, offset: number, what: string): PromqlError {
  const before = query.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  return new PromqlError('bad_data', `${line}:${column}: parse error: ${what}`);
}
