import type { FetchLike } from '@midwatch/core';
import type { TokenOption } from '@midwatch/core/http';
import { type Notification, type Notifier, NotifierError } from '@midwatch/core/incident';
import { createDeliver } from './deliver-thread.js';
import type { SlackControl } from './interactivity/slack-buttons.js';
import { createPutPicture } from './picture/put-picture.js';
import { createSlackFiles, type SlackFiles } from './picture/upload-files.js';
import { createSlackApi, type SlackApi, type SlackApiOptions } from './slack-api.js';
import { toNotifierError } from './slack-error.js';
import { toSlackThread } from './to-slack-message.js';

/** A bot that posts into one channel. */
export interface SlackNotifierOptions {
  /** A bot token (`xoxb-`) with `chat:write`, and `files:write` for the picture; a function is asked on every call. */
  readonly token: TokenOption;
  /** The channel's id, such as `C0123456789`: a name stops being right when somebody renames the channel. */
  readonly channel: string;
  /** @default 'slack' */
  readonly id?: string | undefined;
  /** @default 'https://slack.com/api' */
  readonly baseUrl?: string | undefined;
  /** @default the global fetch */
  readonly fetch?: FetchLike | undefined;
  /** What people can press below the brief, at most 25. @default none */
  readonly controls?: ((notification: Notification) => readonly SlackControl[]) | undefined;
  /** What they can press below what Midwatch offers to do, at most 25. @default none */
  readonly remedyControls?: ((notification: Notification) => readonly SlackControl[]) | undefined;
  /** Told why a brief stands without its picture, such as a missing `files:write`; the delivery counts all the same. @default nobody */
  readonly onPictureError?: ((error: NotifierError) => void) | undefined;
}

/**
 * Posts an incident's brief into a channel, with the details in a reply below it, and edits both in place afterwards; the decisive
 * number's chart comes below them once, when the token may upload. Tries once.
 *
 * @throws NotifierError `config` when an option cannot be right.
 */
export function createSlackNotifier(options: SlackNotifierOptions): Notifier {
  const { token, channel, id = 'slack', baseUrl = 'https://slack.com/api' } = options;
  const { controls, fetch, onPictureError, remedyControls } = options;
  if (!/^[CDG][A-Z0-9]{6,20}$/.test(channel)) {
    throw new NotifierError({
      code: 'config',
      notifierId: id,
      message:
        '`channel` must be the id of a channel, such as C0123456789 (at the end of "View channel details")',
    });
  }
  const { api, files } = openApi({ notifierId: id, baseUrl, token, fetch });
  const deliver = createDeliver(api, { id, channel });
  const putPicture = createPutPicture({ id, api, files, onPictureError });
  return {
    id,
    async notify(notification, call) {
      try {
        const { brief, nowMs } = notification;
        const thread = toSlackThread(brief, nowMs, {
          controls: controls?.(notification),
          remedyControls: remedyControls?.(notification),
        });
        const reference = await deliver(thread, notification, call);
        return { reference: await putPicture(reference, notification, call) };
      } catch (error) {
        throw toNotifierError(error, id);
      }
    },
  };
}

function openApi(options: SlackApiOptions): { readonly api: SlackApi; readonly files: SlackFiles } {
  try {
    return { api: createSlackApi(options), files: createSlackFiles(options) };
  } catch (error) {
    throw toNotifierError(error, options.notifierId);
  }
}
