import { ConnectorError } from '@midwatch/core';
import type { Mistake } from './planted-mistakes.js';

interface Circumstances {
  readonly mistake: Mistake | undefined;
  readonly token: string;
  /** Why the caller gave up. */
  readonly reason: unknown;
}

/** What a connector with this mistake makes of an error; `undefined` is an empty answer. */
export function misread(error: unknown, { mistake, token, reason }: Circumstances): unknown {
  if (!ConnectorError.is(error)) return error;
  const { code, status, connectorId } = error;
  const as = (other: typeof code, message = 'failed') =>
    new ConnectorError({ code: other, connectorId, message });
  switch (mistake) {
    case 'bare-error':
      return new Error('something went wrong');
    case 'throws-the-abort-reason':
      return code === 'aborted' ? reason : error;
    case 'retry-after-lost':
      return as(code);
    case 'status-401-is-unavailable':
      return code === 'auth' ? as('unavailable') : error;
    case 'status-503-is-bad-query':
      return status === 503 ? as('bad-query') : error;
    case 'body-in-the-error':
      return as(code, 'SECRET-IN-BODY');
    case 'token-in-the-error':
      return new ConnectorError({ code, connectorId, message: 'failed', cause: new Error(token) });
    default:
      return error;
  }
}

/** Whether a connector with this mistake takes the error for "nothing found". */
export function isTakenForEmpty({ code, status }: ConnectorError, mistake: Mistake | undefined): boolean {
  switch (mistake) {
    case 'html-is-empty':
      return code === 'bad-response';
    case 'status-500-is-empty':
      return status === 500;
    case 'status-404-is-empty':
    case 'gap-with-the-body':
      return status === 404;
    case 'redirect-is-empty':
      return code === 'config';
    case 'unreachable-is-empty':
      return code === 'unreachable';
    case 'too-large-is-empty':
      return code === 'too-large';
    default:
      return false;
  }
}
