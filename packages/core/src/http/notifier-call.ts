import { ConnectorError, type ConnectorErrorCode } from '../connector/connector-error.js';
import type { CallContextV1, FetchLike } from '../connector/v1/connector.js';
import { NotifierError, type NotifierErrorCode, type NotifyCall } from '../incident/notifier.js';

/**
 * A notifier's call as the transport takes it, which ends at `maxMs` from now at the latest. A notifier is no source: nothing
 * limits its requests but its deadline.
 */
export function toCallContext(
  call: NotifyCall,
  own: FetchLike | undefined,
  maxMs = Number.POSITIVE_INFINITY,
): CallContextV1 {
  return {
    signal: call.signal,
    deadlineAtMs: Math.min(call.deadlineAtMs, Date.now() + maxMs),
    fetch: own ?? ((input, init) => fetch(input, init)),
  };
}

/** For a receiver whose 2xx says all there is to say, whatever stands in its body: `null` is read instead. */
export function ignoringBody(context: CallContextV1): CallContextV1 {
  return {
    ...context,
    async fetch(input, init) {
      const response = await context.fetch(input, init);
      if (!response.ok) return response;
      response.body?.cancel().catch(() => undefined);
      return Response.json(null);
    },
  };
}

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

/**
 * What the transport threw, as a notifier's error, in words that name neither address nor path: one of them may be the secret.
 * 404 and 410 mean that nobody receives there.
 */
export function toNotifierError(error: unknown, notifierId: string): NotifierError {
  if (NotifierError.is(error)) return error;
  if (!ConnectorError.is(error)) {
    return new NotifierError({ code: 'bad-message', notifierId, message: 'the brief could not be sent' });
  }
  const { status, retryAfterMs } = error;
  const isGone = status === 404 || status === 410;
  // Without a status it is the answer that is too large, and not the brief.
  const isAnswer = error.code === 'too-large' && status === undefined;
  const [code, words] = isGone
    ? (['config', 'nobody receives there'] as const)
    : answers[isAnswer ? 'bad-response' : error.code];
  const message = status === undefined ? words : `${words} (HTTP ${status})`;
  return new NotifierError({ code, notifierId, message, status, retryAfterMs });
}
