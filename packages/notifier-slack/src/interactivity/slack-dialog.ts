import type { CallContextV1, FetchLike } from '@midwatch/core';
import { createHttpClient, ignoringBody, type TokenOption } from '@midwatch/core/http';
import * as z from 'zod';
import { refusalError } from '../slack-error.js';
import { VERSION } from '../version.js';

export interface SlackDialogOptions {
  /** The bot's (`xoxb-`). */
  readonly token: TokenOption;
  /** @default 'https://slack.com/api' */
  readonly baseUrl?: string | undefined;
  /** @default the global fetch */
  readonly fetch?: FetchLike | undefined;
}

/** Talks back to one person who pressed something. */
export interface SlackDialog {
  /** Slack takes it for three seconds after the click. */
  open(triggerId: string, view: object): Promise<void>;
  /** Only this person sees it. `text` is ours: nothing from telemetry. */
  answer(responseUrl: string, text: string): Promise<void>;
}

const path = '/views.open';
/** Slack gives a click three seconds in all. */
const DEADLINE_MS = 2_000;

const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: z.string(), needed: z.string().nullish() }),
]);

/** Each call tries once, for two seconds, and rejects with what went wrong. */
export function createSlackDialog(options: SlackDialogOptions): SlackDialog {
  const { baseUrl = 'https://slack.com/api', fetch: own, token } = options;
  const notifierId = 'slack';
  const userAgent = `midwatch-notifier-slack/${VERSION}`;
  const client = createHttpClient({
    connectorId: notifierId,
    baseUrl,
    token,
    userAgent,
    allow: [{ method: 'POST', path }],
  });
  const newCall = (): CallContextV1 => ({
    signal: AbortSignal.timeout(DEADLINE_MS),
    deadlineAtMs: Date.now() + DEADLINE_MS,
    fetch: own ?? ((input, init) => fetch(input, init)),
  });
  return {
    async open(triggerId, view) {
      const { body, headers } = await client.request(
        {
          method: 'POST',
          path,
          headers: { 'content-type': 'application/json; charset=utf-8' },
          json: { trigger_id: triggerId, view },
          schema: answerSchema,
        },
        newCall(),
      );
      if (!body.ok) throw refusalError(body, { notifierId, path, headers });
    },
    async answer(responseUrl, text) {
      const url = new URL(responseUrl);
      // Another host, and no token for it: the address itself is the key.
      const responder = createHttpClient({
        connectorId: notifierId,
        baseUrl: responseUrl,
        userAgent,
        allow: [{ method: 'POST', path: url.pathname.endsWith('/') ? '/' : '' }],
      });
      await responder.request(
        {
          method: 'POST',
          path: url.pathname.endsWith('/') ? '/' : '',
          json: { response_type: 'ephemeral', replace_original: false, text },
          schema: z.null(),
        },
        ignoringBody(newCall()),
      );
    },
  };
}
