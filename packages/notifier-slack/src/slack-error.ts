import { ConnectorError, type ConnectorErrorCode } from '@midwatch/core';
import { NotifierError, type NotifierErrorCode } from '@midwatch/core/incident';
import * as z from 'zod';

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors, chat.update#errors; unlisted ones are the message's fault. */
const codesByError: ReadonlyMap<string, NotifierErrorCode> = new Map([
  ...entries('auth', [
    'not_authed',
    'invalid_auth',
    'account_inactive',
    'token_expired',
    'token_revoked',
    'access_denied',
    'two_factor_setup_required',
  ]),
  ...entries('config', [
    'channel_not_found',
    'not_in_channel',
    'is_archived',
    'channel_is_archived',
    'missing_scope',
    'no_permission',
    'not_allowed_token_type',
    'restricted_action',
    'restricted_action_read_only_channel',
    'ekm_access_denied',
    'org_login_required',
    'team_access_not_granted',
    'enterprise_is_restricted',
    'method_deprecated',
    'posting_to_general_channel_denied',
  ]),
  ...entries('not-editable', [
    'message_not_found',
    'thread_not_found',
    'cant_update_message',
    'edit_window_closed',
    'update_failed',
    'block_mismatch',
  ]),
  ...entries('rate-limited', ['ratelimited', 'rate_limited', 'message_limit_exceeded']),
  ...entries('unavailable', [
    'fatal_error',
    'internal_error',
    'service_unavailable',
    'request_timeout',
    'team_added_to_org',
    'accesslimited',
  ]),
]);

function entries(
  code: NotifierErrorCode,
  errors: readonly string[],
): readonly (readonly [string, NotifierErrorCode])[] {
  return errors.map((error) => [error, code] as const);
}

/** https://docs.slack.dev/apis/web-api/#responses */
export const refusalSchema = z.object({
  ok: z.literal(false),
  error: z.string(),
  needed: z.string().nullish(),
});

export interface SlackRefusal {
  readonly error: string;
  /** The scope that is missing. */
  readonly needed?: string | null | undefined;
}

/** Slack refuses with HTTP 200 and `ok: false`. Only words that look like Slack's own go into the message. */
export function refusalError(
  { error, needed }: SlackRefusal,
  { notifierId, path, headers }: { notifierId: string; path: string; headers: Headers },
): NotifierError {
  const word = /^[a-z_]{1,60}$/.test(error) ? error : 'an unknown error';
  const scope = /^[a-z:.,_]{1,100}$/.test(needed ?? '') ? ` (needs ${needed})` : '';
  const code = codesByError.get(error) ?? 'bad-message';
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new NotifierError({
    code,
    notifierId,
    message: `${word}${scope} for ${path}`,
    retryAfterMs: code === 'rate-limited' && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : undefined,
  });
}

const codesByTransport: Readonly<Record<ConnectorErrorCode, NotifierErrorCode>> = {
  config: 'config',
  auth: 'auth',
  'bad-query': 'bad-message',
  'rate-limited': 'rate-limited',
  unreachable: 'unreachable',
  unavailable: 'unavailable',
  timeout: 'timeout',
  aborted: 'aborted',
  'bad-response': 'bad-response',
  'too-large': 'bad-response',
};

/** What core's transport said, as a notifier's error; its words hold nothing secret already. */
export function toNotifierError(error: unknown, notifierId: string): NotifierError {
  if (NotifierError.is(error)) return error;
  if (!ConnectorError.is(error)) {
    return new NotifierError({ code: 'bad-message', notifierId, message: 'the brief could not be sent' });
  }
  const { code, status, retryAfterMs } = error;
  const notFound = status === 404 || status === 410;
  return new NotifierError({
    code: notFound ? 'config' : status === 413 ? 'bad-message' : codesByTransport[code],
    notifierId,
    message: error.message.slice(error.message.indexOf(': ') + 2),
    status,
    retryAfterMs,
  });
}
