import type { FetchLike } from '@midwatch/core';
import type { TokenOption } from '@midwatch/core/http';
import { type Notification, type Notifier, NotifierError, type NotifyCall } from '@midwatch/core/incident';
import { createSlackApi, type SlackApi, type SlackApiOptions, type SlackPosition } from './slack-api.js';
import { toNotifierError } from './slack-error.js';
import { toSlackMessage } from './to-slack-message.js';

/** A bot that posts into one channel. */
export interface SlackNotifierOptions {
  /** A bot token (`xoxb-`) with `chat:write`; a function is asked on every call. */
  readonly token: TokenOption;
  /** The channel's id, such as `C0123456789`: a name stops being right when somebody renames the channel. */
  readonly channel: string;
  /** @default 'slack' */
  readonly id?: string | undefined;
  /** @default 'https://slack.com/api' */
  readonly baseUrl?: string | undefined;
  /** @default the global fetch */
  readonly fetch?: FetchLike | undefined;
}

/**
 * Posts an incident's brief into a channel and edits it in place afterwards. Tries once.
 *
 * @throws NotifierError `config` when an option cannot be right.
 */
export function createSlackNotifier(options: SlackNotifierOptions): Notifier {
  const { token, channel, id = 'slack', baseUrl = 'https://slack.com/api', fetch } = options;
  if (!/^[CDG][A-Z0-9]{6,20}$/.test(channel)) {
    throw new NotifierError({
      code: 'config',
      notifierId: id,
      message:
        '`channel` must be the id of a channel, such as C0123456789 (at the end of "View channel details")',
    });
  }
  const api = openApi({ notifierId: id, baseUrl, token, fetch });
  return {
    id,
    async notify(notification, call) {
      try {
        const message = toSlackMessage(notification.brief, notification.nowMs);
        const known = await findKnown(api, { id, channel, notification, call });
        const { incidentId } = notification;
        const { channel: at, ts } =
          known === undefined
            ? await api.post(channel, message, incidentId, call)
            : await api.update(known, message, incidentId, call);
        return { reference: { notifierId: id, channel: at, messageId: ts, editable: true } };
      } catch (error) {
        throw toNotifierError(error, id);
      }
    },
  };
}

function openApi(options: SlackApiOptions): SlackApi {
  try {
    return createSlackApi(options);
  } catch (error) {
    throw toNotifierError(error, options.notifierId);
  }
}

/** The message to edit: the one that is referred to, or one that an attempt in doubt has left. */
async function findKnown(
  api: SlackApi,
  {
    id,
    channel,
    notification,
    call,
  }: { id: string; channel: string; notification: Notification; call: NotifyCall },
): Promise<SlackPosition | undefined> {
  const { previous, mayHaveArrived, incidentId } = notification;
  // A reference of another notifier, as after a change of the configuration, means a new message here.
  if (previous?.editable === true && previous.notifierId === id) {
    return { channel: previous.channel, ts: previous.messageId };
  }
  if (mayHaveArrived !== true) return undefined;
  try {
    return await api.find(channel, incidentId, call);
  } catch (error) {
    // A token that may post but not read cannot look: then a second message is better than none.
    if (NotifierError.is(error) && error.code === 'config') return undefined;
    throw error;
  }
}
