import * as z from 'zod';
import type { StandInFile } from './file-uploads.js';
import { refusal } from './refusal.js';
import type { StandInMessage, StandInReply } from './slack-stand-in.js';

export interface History {
  readonly channels: readonly string[];
  readonly scopes: ReadonlySet<string>;
  readonly messages: readonly StandInMessage[];
  readonly replies: readonly StandInReply[];
  readonly files: readonly StandInFile[];
}

type Shown = Pick<StandInMessage, 'ts' | 'text' | 'metadata'> & { readonly files?: readonly object[] };

/** https://docs.slack.dev/reference/methods/conversations.history#arguments */
const querySchema = z.object({
  channel: z.string().default(''),
  ts: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(999).default(100),
  cursor: z.string().optional(),
  oldest: z.coerce.number().default(0),
  include_all_metadata: z.stringbool().default(false),
});

/** Answers `conversations.history` and `conversations.replies`, a page at a time. */
export function createHistory({ channels, files, messages, replies, scopes }: History): (url: URL) => object {
  /** A channel tells its newest first, a thread its oldest, which is the message itself. */
  function select(channel: string, thread: string | undefined): readonly Shown[] {
    const here = messages.filter((message) => message.channel === channel);
    if (thread === undefined) return here.toReversed();
    return [
      ...here.filter(({ ts }) => ts === thread),
      ...replies.filter(({ threadTs }) => threadTs === thread),
      ...files.filter(({ threadTs }) => threadTs === thread).map(toFileMessage),
    ];
  }

  return (url) => {
    if (!scopes.has('channels:history')) return { ...refusal('missing_scope'), needed: 'channels:history' };
    const query = querySchema.safeParse(Object.fromEntries(url.searchParams));
    if (!query.success) return refusal('invalid_arguments');
    const { channel, cursor, include_all_metadata: withMetadata, limit, oldest, ts } = query.data;
    if (!channels.includes(channel)) return refusal('channel_not_found');
    const isThread = url.pathname.endsWith('.replies');
    const all = select(channel, isThread ? ts : undefined);
    if (isThread && all.length === 0) return refusal('thread_not_found');
    const found = all.filter((message) => Number(message.ts) > oldest);
    // A cursor names the next message, so that what is posted meanwhile moves nothing.
    const start = cursor === undefined ? 0 : found.findIndex((message) => toCursor(message.ts) === cursor);
    if (start === -1) return refusal('invalid_cursor');
    const next = found[start + limit];
    return {
      ok: true,
      messages: found.slice(start, start + limit).map((message) => show(message, withMetadata)),
      has_more: next !== undefined,
      ...(next === undefined ? {} : { response_metadata: { next_cursor: toCursor(next.ts) } }),
    };
  };
}

function toCursor(ts: string): string {
  return btoa(`next_ts:${ts.replace('.', '')}`);
}

function show({ files, metadata, text, ts }: Shown, withMetadata: boolean): object {
  return {
    ...{ type: 'message', ts, text },
    ...(withMetadata ? { metadata } : {}),
    ...(files === undefined ? {} : { files }),
  };
}

/** How a shared file reads in a thread: a message without text that only has the file. */
function toFileMessage({ id, name, title, ts }: StandInFile): Shown {
  return { ts, text: '', metadata: undefined, files: [{ id, name, title }] };
}
