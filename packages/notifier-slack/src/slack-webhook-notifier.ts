import type { FetchLike } from '@midwatch/core';
import { createHttpClient } from '@midwatch/core/http';
import { type Notifier, NotifierError } from '@midwatch/core/incident';
import * as z from 'zod';
import { toCallContext } from './slack-api.js';
import { toNotifierError } from './slack-error.js';
import { toSlackMessage } from './to-slack-message.js';
import { VERSION } from './version.js';

/** An incoming webhook. */
export interface SlackWebhookNotifierOptions {
  /** `https://hooks.slack.com/services/T…/B…/…`: whoever has it can post, so it never stands in an error. */
  readonly webhookUrl: string;
  /** @default 'slack-webhook' */
  readonly id?: string | undefined;
  /** @default the global fetch */
  readonly fetch?: FetchLike | undefined;
}

const path = '/services/{team}/{app}/{key}';

/**
 * Posts each brief as a message of its own through an incoming webhook, which can neither edit nor look: its references say
 * `editable: false`, and an attempt in doubt may stand twice. Tries once.
 *
 * @throws NotifierError `config` when the address is not one of an incoming webhook.
 */
export function createSlackWebhookNotifier(options: SlackWebhookNotifierOptions): Notifier {
  const { id = 'slack-webhook', fetch } = options;
  const { origin, pathParameters } = parseWebhookUrl(options.webhookUrl, id);
  const client = createHttpClient({
    connectorId: id,
    baseUrl: origin,
    userAgent: `midwatch-notifier-slack/${VERSION}`,
    allow: [{ method: 'POST', path }],
  });
  return {
    id,
    async notify({ brief, nowMs, deliveryId }, call) {
      try {
        const context = toCallContext(call, fetch);
        await client.request(
          {
            method: 'POST',
            path,
            pathParameters,
            json: { ...toSlackMessage(brief, nowMs), unfurl_links: false, unfurl_media: false },
            schema: z.literal('ok'),
          },
          { ...context, fetch: async (input, init) => toJsonText(await context.fetch(input, init)) },
        );
        return { reference: { notifierId: id, channel: '', messageId: deliveryId, editable: false } };
      } catch (error) {
        throw toNotifierError(error, id);
      }
    },
  };
}

function parseWebhookUrl(
  webhookUrl: string,
  notifierId: string,
): { origin: string; pathParameters: { team: string; app: string; key: string } } {
  const url = URL.canParse(webhookUrl) ? new URL(webhookUrl) : undefined;
  const [, team, app, key] = /^\/services\/(\w+)\/(\w+)\/(\w+)$/.exec(url?.pathname ?? '') ?? [];
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+)$/.test(url.hostname));
  if (url === undefined || !isSafe || team === undefined || app === undefined || key === undefined) {
    throw new NotifierError({
      code: 'config',
      notifierId,
      message: '`webhookUrl` must look like https://hooks.slack.com/services/T000/B000/XXXX',
    });
  }
  return { origin: url.origin, pathParameters: { team, app, key } };
}

/** Slack answers with the bare word `ok`: quoted as it streams, it is JSON, and a proxy's login page still is none. */
function toJsonText(response: Response): Response {
  if (!response.ok || response.body === null) return response;
  const quote = new TextEncoder().encode('"');
  const quoted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => controller.enqueue(quote),
      flush: (controller) => controller.enqueue(quote),
    }),
  );
  const contentType = response.headers.get('content-type') ?? 'text/plain';
  return new Response(quoted, { status: response.status, headers: { 'content-type': contentType } });
}
