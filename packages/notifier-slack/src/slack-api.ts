import type { CallContextV1, FetchLike } from '@midwatch/core';
import { type AllowedRequest, createHttpClient, type TokenOption } from '@midwatch/core/http';
import type { NotifyCall } from '@midwatch/core/incident';
import * as z from 'zod';
import { refusalError } from './slack-error.js';
import type { SlackMessage } from './slack-message.js';
import { VERSION } from './version.js';

/** Everything that is ever called. */
const allowedRequests: readonly AllowedRequest[] = [
  { method: 'POST', path: '/chat.postMessage' },
  { method: 'POST', path: '/chat.update' },
  { method: 'GET', path: '/conversations.history' },
];

const refusalSchema = z.object({ ok: z.literal(false), error: z.string(), needed: z.string().nullish() });

/** https://docs.slack.dev/reference/methods/chat.postMessage, chat.update */
const postedSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), channel: z.string().min(1), ts: z.string().min(1) }),
  refusalSchema,
]);

/** https://docs.slack.dev/reference/methods/conversations.history */
const historySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    messages: z.array(
      z.object({
        ts: z.string(),
        metadata: z
          .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
          .nullish()
          .catch(null),
      }),
    ),
  }),
  refusalSchema,
]);

/** Marks a message as the one of an incident, so that it is found again when nobody knows whether it was posted. */
const EVENT_TYPE = 'midwatch_brief';
/** An attempt in doubt is the newest thing in its channel but for what people have said since. */
const HISTORY_LIMIT = 100;

export interface SlackPosition {
  readonly channel: string;
  readonly ts: string;
}

export interface SlackApi {
  post(channel: string, message: SlackMessage, incidentId: string, call: NotifyCall): Promise<SlackPosition>;
  update(
    position: SlackPosition,
    message: SlackMessage,
    incidentId: string,
    call: NotifyCall,
  ): Promise<SlackPosition>;
  /** The newest message of the incident among the channel's last 100. */
  find(channel: string, incidentId: string, call: NotifyCall): Promise<SlackPosition | undefined>;
}

export interface SlackApiOptions {
  readonly notifierId: string;
  readonly baseUrl: string;
  readonly token: TokenOption;
  readonly fetch: FetchLike | undefined;
}

export function createSlackApi({ notifierId, baseUrl, token, fetch }: SlackApiOptions): SlackApi {
  const client = createHttpClient({
    connectorId: notifierId,
    baseUrl,
    token,
    userAgent: `midwatch-notifier-slack/${VERSION}`,
    allow: allowedRequests,
  });

  async function send(
    path: '/chat.postMessage' | '/chat.update',
    json: object,
    call: NotifyCall,
  ): Promise<SlackPosition> {
    const { body, headers } = await client.request(
      {
        method: 'POST',
        path,
        // Without a charset Slack answers with a warning.
        headers: { 'content-type': 'application/json; charset=utf-8' },
        json,
        schema: postedSchema,
      },
      toCallContext(call, fetch),
    );
    if (!body.ok) throw refusalError(body, { notifierId, path, headers });
    return { channel: body.channel, ts: body.ts };
  }

  return {
    post: (channel, message, incidentId, call) =>
      send('/chat.postMessage', { channel, ...message, ...quiet, metadata: toMetadata(incidentId) }, call),
    // Replaces everything: what is left out here may be lost or may stay.
    update: ({ channel, ts }, message, incidentId, call) =>
      send('/chat.update', { channel, ts, ...message, ...quiet, metadata: toMetadata(incidentId) }, call),
    async find(channel, incidentId, call) {
      const path = '/conversations.history';
      const { body, headers } = await client.request(
        {
          method: 'GET',
          path,
          query: { channel, limit: HISTORY_LIMIT, include_all_metadata: true },
          schema: historySchema,
        },
        toCallContext(call, fetch),
      );
      if (!body.ok) throw refusalError(body, { notifierId, path, headers });
      const own = body.messages.find(
        ({ metadata }) =>
          metadata?.event_type === EVENT_TYPE && metadata.event_payload['incident'] === incidentId,
      );
      return own === undefined ? undefined : { channel, ts: own.ts };
    },
  };
}

/** No previews of links, and no names turned into mentions. */
const quiet = { unfurl_links: false, unfurl_media: false, link_names: false } as const;

function toMetadata(incidentId: string): object {
  return { event_type: EVENT_TYPE, event_payload: { incident: incidentId } };
}

/** A notifier is no source: nothing limits its requests but its deadline. */
export function toCallContext(call: NotifyCall, own: FetchLike | undefined): CallContextV1 {
  return { ...call, fetch: own ?? ((input, init) => fetch(input, init)) };
}
