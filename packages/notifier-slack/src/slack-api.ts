import type { CallContextV1, FetchLike } from '@midwatch/core';
import { type AllowedRequest, createHttpClient, type TokenOption } from '@midwatch/core/http';
import type { NotifyCall } from '@midwatch/core/incident';
import * as z from 'zod';
import { refusalError, refusalSchema } from './slack-error.js';
import type { SlackMessage } from './slack-message.js';
import { VERSION } from './version.js';

/** Everything that is ever called. */
const allowedRequests: readonly AllowedRequest[] = [
  { method: 'POST', path: '/chat.postMessage' },
  { method: 'POST', path: '/chat.update' },
  { method: 'GET', path: '/conversations.history' },
  { method: 'GET', path: '/conversations.replies' },
];

/** https://docs.slack.dev/reference/methods/chat.postMessage, chat.update */
const postedSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), channel: z.string().min(1), ts: z.string().min(1) }),
  refusalSchema,
]);

/** https://docs.slack.dev/reference/methods/conversations.history, conversations.replies */
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
        files: z
          .array(z.object({ id: z.string().min(1), name: z.string().nullish() }))
          .nullish()
          .catch(null),
      }),
    ),
    has_more: z.boolean().nullish(),
    response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
  }),
  refusalSchema,
]);

/** Marks a message as one of an incident, so that it is found again when nobody knows whether it was posted. */
const eventTypes = { message: 'midwatch_brief', details: 'midwatch_details' } as const;
export type SlackRole = keyof typeof eventTypes;
/** A page full of briefs stays well below what a body may have. */
const PAGE_MESSAGES = 100;
/** Of 50 requests a minute, and of an attempt's twelve seconds. */
const MAX_PAGES = 10;
/** What our clock may differ from Slack's by. */
const CLOCK_DRIFT_MS = 5 * 60_000;

export interface SlackPosition {
  readonly channel: string;
  readonly ts: string;
}

/** Which message: of which incident, and as what. */
export interface SlackIdentity {
  readonly incidentId: string;
  readonly role: SlackRole;
}

export interface SlackPlace {
  readonly channel: string;
  /** The message to reply to. */
  readonly threadTs?: string | undefined;
  /** Nothing that is looked for here is older, epoch milliseconds. */
  readonly sinceMs?: number | undefined;
}

export interface SlackApi {
  post(
    place: SlackPlace,
    message: SlackMessage,
    identity: SlackIdentity,
    call: NotifyCall,
  ): Promise<SlackPosition>;
  update(
    position: SlackPosition,
    message: SlackMessage,
    identity: SlackIdentity,
    call: NotifyCall,
  ): Promise<SlackPosition>;
  /** The newest one of the incident among the last 1,000 messages of the channel, or the oldest among the first 1,000 of the thread. */
  find(place: SlackPlace, identity: SlackIdentity, call: NotifyCall): Promise<SlackPosition | undefined>;
  /** The id of a file of this name in the thread. */
  findFile(
    place: SlackPlace & { readonly threadTs: string },
    name: string,
    call: NotifyCall,
  ): Promise<string | undefined>;
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

  async function* read({ channel, sinceMs, threadTs }: SlackPlace, call: NotifyCall) {
    const path = threadTs === undefined ? '/conversations.history' : '/conversations.replies';
    const thread = threadTs === undefined ? {} : { ts: threadTs };
    const since = sinceMs === undefined ? {} : { oldest: toSeconds(sinceMs - CLOCK_DRIFT_MS) };
    const query = { channel, ...thread, ...since, limit: PAGE_MESSAGES, include_all_metadata: true };
    let next = {};
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { body, headers } = await client.request(
        { method: 'GET', path, query: { ...query, ...next }, schema: historySchema },
        toCallContext(call, fetch),
      );
      if (!body.ok) throw refusalError(body, { notifierId, path, headers });
      yield* body.messages;
      const cursor = body.response_metadata?.next_cursor;
      // An empty cursor is none.
      if (body.has_more !== true || cursor === undefined || cursor === null || cursor === '') return;
      next = { cursor };
    }
  }

  return {
    post: ({ channel, threadTs }, message, identity, call) => {
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      const content = { ...message, ...quiet, metadata: toMetadata(identity) };
      return send('/chat.postMessage', { channel, ...thread, ...content }, call);
    },
    // Replaces everything: what is left out here may be lost or may stay.
    update: ({ channel, ts }, message, identity, call) =>
      send('/chat.update', { channel, ts, ...message, ...quiet, metadata: toMetadata(identity) }, call),
    async find(place, { incidentId, role }, call) {
      for await (const { metadata, ts } of read(place, call)) {
        const isOwn =
          metadata?.event_type === eventTypes[role] && metadata.event_payload['incident'] === incidentId;
        if (isOwn) return { channel: place.channel, ts };
      }
      return undefined;
    },
    async findFile(place, name, call) {
      for await (const { files } of read(place, call)) {
        const file = files?.find((each) => each.name === name);
        if (file !== undefined) return file.id;
      }
      return undefined;
    },
  };
}

/** No previews of links, and no names turned into mentions. */
const quiet = { unfurl_links: false, unfurl_media: false, link_names: false } as const;

function toMetadata({ incidentId, role }: SlackIdentity): object {
  return { event_type: eventTypes[role], event_payload: { incident: incidentId } };
}

function toSeconds(ms: number): string {
  return (Math.max(ms, 0) / 1000).toFixed(6);
}

/** A notifier is no source: nothing limits its requests but its deadline. */
export function toCallContext(call: NotifyCall, own: FetchLike | undefined): CallContextV1 {
  return { ...call, fetch: own ?? ((input, init) => fetch(input, init)) };
}
