import { ConnectorError, type ConnectorErrorCode } from '@midwatch/core';
import { NotifierError, type NotifierErrorCode } from '@midwatch/core/incident';

const answers: Readonly<Record<ConnectorErrorCode, readonly [NotifierErrorCode, string]>> = {
  config: ['config', 'redirected; redirects are not followed, give the final address'],
  auth: ['auth', 'refused by the receiver'],
  'bad-query': ['bad-message', 'refused by the receiver'],
  'too-large': ['bad-message', 'too large for the receiver'],
  'rate-limited': ['rate-limited', 'too many deliveries for the receiver'],
  unreachable: ['unreachable', 'no connection to the receiver'],
  unavailable: ['unavailable', 'the receiver failed'],
  timeout: ['timeout', 'no answer in time from the receiver'],
  aborted: ['aborted', 'the caller gave up'],
  'bad-response': ['bad-response', 'the receiver answered with something else than HTTP means'],
};

/** In words of our own: the transport's would name the path, which may be a secret here. */
export function toNotifierError(error: unknown, notifierId: string): NotifierError {
  if (NotifierError.is(error)) return error;
  if (!ConnectorError.is(error)) {
    return new NotifierError({ code: 'bad-message', notifierId, message: 'the brief could not be sent' });
  }
  const { status, retryAfterMs } = error;
  // Standard Webhooks: 410 means that nobody listens here any more.
  const isGone = status === 404 || status === 410;
  const [code, words] = isGone ? (['config', 'nobody receives there'] as const) : answers[error.code];
  const message = status === undefined ? words : `${words} (HTTP ${status})`;
  return new NotifierError({ code, notifierId, message, status, retryAfterMs });
}
