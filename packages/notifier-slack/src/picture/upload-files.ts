import { createHttpClient, ignoringBody } from '@midwatch/core/http';
import { NotifierError, type NotifyCall } from '@midwatch/core/incident';
import * as z from 'zod';
import { type SlackApiOptions, toCallContext } from '../slack-api.js';
import { refusalError, refusalSchema } from '../slack-error.js';
import { VERSION } from '../version.js';

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
const placeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), upload_url: z.string().max(4000), file_id: z.string().min(1).max(100) }),
  refusalSchema,
]);
/** https://docs.slack.dev/reference/methods/files.completeUploadExternal */
const completedSchema = z.discriminatedUnion('ok', [z.object({ ok: z.literal(true) }), refusalSchema]);

export interface SlackFile {
  readonly name: string;
  /** What people see above it. */
  readonly title: string;
  /** What a screen reader says, at most 1,000 characters. */
  readonly altText: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface SlackFiles {
  /** Brings the bytes to Slack, where nobody sees them yet. Gives the file's id. */
  upload(file: SlackFile, call: NotifyCall): Promise<string>;
  /** Shows an uploaded file below a message. Slack says `ok` before it has done so. */
  share(
    file: { readonly id: string; readonly title: string },
    place: { readonly channel: string; readonly threadTs: string },
    call: NotifyCall,
  ): Promise<void>;
}

export function createSlackFiles({ baseUrl, fetch, notifierId, token }: SlackApiOptions): SlackFiles {
  const userAgent = `midwatch-notifier-slack/${VERSION}`;
  const client = createHttpClient({
    ...{ connectorId: notifierId, baseUrl, token, userAgent },
    allow: [
      { method: 'POST', path: '/files.getUploadURLExternal' },
      { method: 'POST', path: '/files.completeUploadExternal' },
    ],
  });

  /** Without the token: the address is the permission. */
  async function send(url: URL, bytes: Uint8Array<ArrayBuffer>, call: NotifyCall): Promise<void> {
    const context = ignoringBody(toCallContext(call, fetch));
    const path = '/{upload}';
    const storage = createHttpClient({
      ...{ connectorId: notifierId, baseUrl: url.origin, userAgent },
      allow: [{ method: 'POST', path }],
    });
    await storage.request(
      {
        ...{ method: 'POST', path, pathParameters: { upload: 'upload' }, schema: z.null() },
        headers: { 'content-type': 'application/octet-stream' },
      },
      // The path is Slack's, and as secret as a token; the transport's words name another one.
      { ...context, fetch: (_, init) => context.fetch(url.href, { ...init, body: bytes }) },
    );
  }

  return {
    async upload({ altText, bytes, name }, call) {
      const path = '/files.getUploadURLExternal';
      const form = { filename: name, length: bytes.length, alt_txt: altText };
      const request = { method: 'POST', path, form, schema: placeSchema } as const;
      const { body, headers } = await client.request(request, toCallContext(call, fetch));
      if (!body.ok) throw refusalError(body, { notifierId, path, headers });
      const url = parseUploadUrl(body.upload_url, baseUrl);
      if (url === undefined) {
        const message = 'the address for an upload leads to another host than those of Slack';
        throw new NotifierError({ code: 'config', notifierId, message });
      }
      await send(url, bytes, call);
      return body.file_id;
    },
    async share({ id, title }, { channel, threadTs }, call) {
      const path = '/files.completeUploadExternal';
      const form = { files: JSON.stringify([{ id, title }]), channel_id: channel, thread_ts: threadTs };
      const request = { method: 'POST', path, form, schema: completedSchema } as const;
      const { body, headers } = await client.request(request, toCallContext(call, fetch));
      if (!body.ok) throw refusalError(body, { notifierId, path, headers });
    },
  };
}

/** Only to Slack over https (`files.slack.com`), to a host below the configured one, or to the very place that is configured. */
export function parseUploadUrl(text: string, baseUrl: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const [url, base] = [new URL(text), new URL(baseUrl)];
  if (url.username !== '' || url.password !== '') return undefined;
  if (url.origin === base.origin) return url;
  if (url.protocol !== 'https:' || url.port !== '') return undefined;
  const hosts = ['slack.com', base.hostname];
  return hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`)) ? url : undefined;
}
