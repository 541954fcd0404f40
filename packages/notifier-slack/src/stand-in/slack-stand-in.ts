import * as z from 'zod';
import { dialogSchema, type StandInDialog } from './check-dialog.js';
import { checkMessage, type MessageContent, type Refusal } from './check-message.js';
import { createFileUploads, type StandInFile } from './file-uploads.js';
import { createHistory } from './history.js';
import { refusal } from './refusal.js';

/** What the stand-in lets in. */
export interface SlackStandInOptions {
  /** @default 'xoxb-stand-in' */
  readonly token?: string | undefined;
  /** Channels that the bot is in. @default ['C0STANDIN'] */
  readonly channels?: readonly string[] | undefined;
  /** What the token may do. @default ['chat:write', 'channels:history', 'files:write'] */
  readonly scopes?: readonly string[] | undefined;
  /** Wall clock of the messages' `ts`, epoch milliseconds. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** A message as it stands now. */
export interface StandInMessage extends MessageContent {
  readonly channel: string;
  readonly ts: string;
  readonly edits: number;
}

/** A message below another one. */
export interface StandInReply extends StandInMessage {
  readonly threadTs: string;
}

/** How the next request goes wrong. */
export interface StandInFailure {
  /** An HTTP status; absent: 200 with `ok: false`. */
  readonly status?: number;
  readonly error?: string;
  readonly retryAfterSeconds?: number;
  /** The message is taken before the failure: the sender cannot know. */
  readonly isTaken?: boolean;
}

/** A small Slack that refuses what Slack's documentation says it refuses. */
export interface SlackStandIn {
  /** Serves `/api/*`, `/services/*` and `/upload/*`; mount it in any server, or give it as `fetch`. */
  handle(request: Request): Promise<Response>;
  /** What stands in the channels, without the replies; oldest first. */
  readonly messages: readonly StandInMessage[];
  /** What stands in the threads, oldest first. */
  readonly replies: readonly StandInReply[];
  /** What was uploaded and is shown in a thread, oldest first. */
  readonly files: readonly StandInFile[];
  /** `chat.postMessage ok`, `reply chat.postMessage ok`, `chat.update message_not_found`, `upload ok`, ...: every request in order. */
  readonly requests: readonly string[];
  /** Dialogs that were opened, oldest first. */
  readonly dialogs: readonly StandInDialog[];
  failNext(failure: StandInFailure): void;
}

const targetSchema = z.object({
  channel: z.string(),
  ts: z.string().optional(),
  thread_ts: z.string().optional(),
});

/** Holds messages in memory only; for tests and demonstrations. The webhook posts into the first channel. */
export function createSlackStandIn(options: SlackStandInOptions = {}): SlackStandIn {
  const { token = 'xoxb-stand-in', channels = ['C0STANDIN'], now = Date.now } = options;
  const scopes = new Set(options.scopes ?? ['chat:write', 'channels:history', 'files:write']);
  const messages: StandInMessage[] = [];
  const replies: StandInReply[] = [];
  const requests: string[] = [];
  const failures: StandInFailure[] = [];
  const dialogs: StandInDialog[] = [];
  const uploads = createFileUploads(({ channel, threadTs }) => {
    if (!channels.includes(channel)) return 'channel_not_found';
    const isThere = messages.some((message) => message.channel === channel && message.ts === threadTs);
    return isThere ? undefined : 'thread_not_found';
  }, nextTs);
  const { files } = uploads;
  const history = createHistory({ channels, scopes, messages, replies, files });

  let lastTs = 0;
  /** Seconds with six digits; no two are the same. */
  function nextTs(): string {
    lastTs = Math.max(lastTs + 10, now() * 1000);
    return (lastTs / 1e6).toFixed(6);
  }

  function store(channel: string, content: MessageContent): object {
    const ts = nextTs();
    messages.push({ channel, ts, edits: 0, ...content });
    return { ok: true, channel, ts };
  }

  function post(body: unknown): object {
    const target = targetSchema.safeParse(body);
    if (!target.success || !channels.includes(target.data.channel)) return refusal('channel_not_found');
    const content = checkMessage(body);
    if ('error' in content) return refusalOf(content);
    const { channel, thread_ts: threadTs } = target.data;
    if (threadTs === undefined) return store(channel, content);
    if (!messages.some((message) => message.channel === channel && message.ts === threadTs))
      return refusal('thread_not_found');
    const ts = nextTs();
    replies.push({ channel, ts, threadTs, edits: 0, ...content });
    return { ok: true, channel, ts };
  }

  function update(body: unknown): object {
    const { channel, ts } = targetSchema.safeParse(body).data ?? {};
    const isMeant = (message: StandInMessage) => message.channel === channel && message.ts === ts;
    return (
      replaceIn(messages, isMeant, body) ?? replaceIn(replies, isMeant, body) ?? refusal('message_not_found')
    );
  }

  function openDialog(body: unknown): object {
    const dialog = dialogSchema.safeParse(body);
    if (!dialog.success)
      return refusal(
        'invalid_arguments',
        dialog.error.issues.map(({ path }) => path.join('/')),
      );
    // A trigger opens one dialog.
    if (dialogs.some(({ trigger_id: used }) => used === dialog.data.trigger_id))
      return refusal('exchanged_trigger_id');
    dialogs.push(dialog.data);
    return { ok: true, view: { id: `V${dialogs.length}` } };
  }

  async function answerApi(request: Request, method: string): Promise<object> {
    if (request.headers.get('authorization') !== `Bearer ${token}`) return refusal('invalid_auth');
    if (method === 'conversations.history' || method === 'conversations.replies')
      return history(new URL(request.url));
    if (method.startsWith('files.')) return answerFiles(request, method);
    if (!scopes.has('chat:write')) return { ...refusal('missing_scope'), needed: 'chat:write' };
    if (request.headers.get('content-type') !== 'application/json; charset=utf-8')
      return refusal('invalid_post_type');
    const body = await readJson(request);
    if (method === 'chat.postMessage') return post(body);
    if (method === 'views.open') return openDialog(body);
    return method === 'chat.update' ? update(body) : refusal('unknown_method');
  }

  async function answerFiles(request: Request, method: string): Promise<object> {
    if (!scopes.has('files:write')) return { ...refusal('missing_scope'), needed: 'files:write' };
    if (request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') !== true)
      return refusal('invalid_post_type');
    const form = Object.fromEntries(
      new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer())),
    );
    if (method === 'files.getUploadURLExternal') return uploads.place(form, new URL(request.url).origin);
    return method === 'files.completeUploadExternal' ? uploads.share(form) : refusal('unknown_method');
  }

  async function answerUpload(request: Request, key: string): Promise<Response> {
    const answer = await uploads.receive(request, key);
    requests.push(`upload ${answer.ok ? 'ok' : answer.status}`);
    return answer;
  }

  async function answerWebhook(request: Request): Promise<Response> {
    const content = checkMessage(await readJson(request));
    requests.push(`webhook ${'error' in content ? content.error : 'ok'}`);
    if ('error' in content) return new Response(content.error, { status: 400 });
    store(channels[0] ?? '', content);
    return new Response('ok', { headers: { 'content-type': 'text/html' } });
  }

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const failure = failures.shift();
    const isUpload = pathname.startsWith('/upload/v1/');
    const last = pathname.replace(/^.*\//, '');
    if (failure !== undefined && failure.isTaken !== true) {
      requests.push(`${isUpload ? 'upload' : last} failed`);
      return failed(failure);
    }
    if (isUpload || pathname.startsWith('/services/')) {
      const answer = await (isUpload ? answerUpload(request, last) : answerWebhook(request));
      return failure === undefined ? answer : failed(failure);
    }
    const before = replies.length;
    const answer = await answerApi(request, last);
    const where = replies.length > before ? 'reply ' : '';
    requests.push(`${where}${last} ${'error' in answer ? String(answer.error) : 'ok'}`);
    return failure === undefined ? Response.json(answer) : failed(failure);
  }

  return {
    handle,
    messages,
    replies,
    files,
    requests,
    dialogs,
    failNext: (failure) => failures.push(failure),
  };
}

/** The answer to an edit; nothing when the message is not in the list. */
function replaceIn<T extends StandInMessage>(
  list: T[],
  isMeant: (message: T) => boolean,
  body: unknown,
): object | undefined {
  const index = list.findIndex(isMeant);
  const before = list[index];
  if (before === undefined) return undefined;
  const content = checkMessage(body);
  if ('error' in content) return refusalOf(content);
  if (reusesBlockId(before, content))
    return refusal('invalid_blocks', ['use a new `block_id` on each update']);
  list[index] = { ...before, ...content, edits: before.edits + 1 };
  return { ok: true, channel: before.channel, ts: before.ts, text: content.text };
}

/** Slack asks for new ids on each update, since clients keep what people did to a block by its id. */
function reusesBlockId(before: MessageContent, after: MessageContent): boolean {
  if (JSON.stringify(before.blocks) === JSON.stringify(after.blocks)) return false;
  const known = new Set(before.blocks.map(({ block_id: id }) => id));
  return after.blocks.some(({ block_id: id }) => id !== undefined && known.has(id));
}

function refusalOf({ error, messages }: Refusal): { ok: false; error: string } {
  return refusal(error, messages);
}

function failed({ status, error = 'fatal_error', retryAfterSeconds }: StandInFailure): Response {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return status === undefined
    ? Response.json({ ok: false, error }, { headers })
    : new Response(error, { status, headers });
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
