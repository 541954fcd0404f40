import * as z from 'zod';

/** A file that is shared below a message. */
export interface StandInFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly altText: string;
  readonly bytes: Uint8Array;
  readonly channel: string;
  readonly threadTs: string;
  readonly ts: string;
}

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors */
const MAX_ALT_TEXT = 1000;
/** https://slack.com/help/articles/201330736 */
const MAX_BYTES = 1_000_000_000;

const placeSchema = z.object({
  filename: z.string().min(1),
  length: z.coerce.number().int().min(1),
  alt_txt: z.string().default(''),
});
const shareSchema = z.object({
  files: z
    .string()
    .transform(parseJson)
    .pipe(z.array(z.strictObject({ id: z.string(), title: z.string().optional() })).length(1)),
  channel_id: z.string(),
  thread_ts: z.string(),
});

interface Upload {
  readonly id: string;
  readonly name: string;
  readonly altText: string;
  readonly length: number;
  bytes?: Uint8Array;
}

export interface ShareTarget {
  readonly channel: string;
  readonly threadTs: string;
}

/** The three steps of an upload: a place, the bytes, and showing them below a message. Answers as Slack does. */
export function createFileUploads(check: (target: ShareTarget) => string | undefined, nextTs: () => string) {
  const uploads: Upload[] = [];
  const files: StandInFile[] = [];
  const refuse = (error: string) => ({ ok: false, error });

  function place(form: object, origin: string): object {
    const asked = placeSchema.safeParse(form);
    if (!asked.success) return refuse('invalid_arguments');
    const { alt_txt: altText, filename: name, length } = asked.data;
    if (altText.length > MAX_ALT_TEXT) return refuse('alt_txt_too_large');
    if (length > MAX_BYTES) return refuse('file_upload_size_restricted');
    const id = `F0STANDIN${uploads.length + 1}`;
    uploads.push({ id, name, altText, length });
    return { ok: true, upload_url: `${origin}/upload/v1/${id}-secret`, file_id: id };
  }

  /** Whoever has the address may do it; of another length than was said nothing is taken. */
  async function receive(request: Request, key: string): Promise<Response> {
    const upload = uploads.find(({ id }) => key === `${id}-secret`);
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (upload === undefined) return new Response('not found', { status: 404 });
    if (bytes.length !== upload.length) return new Response('wrong length', { status: 400 });
    upload.bytes = bytes;
    return new Response(`OK - ${bytes.length}`);
  }

  function share(form: object): object {
    const asked = shareSchema.safeParse(form);
    if (!asked.success) return refuse('invalid_arguments');
    const { channel_id: channel, files: given, thread_ts: threadTs } = asked.data;
    const upload = uploads.find(({ id }) => id === given[0]?.id);
    // It can be shown once.
    if (upload?.bytes === undefined || files.some(({ id }) => id === upload.id))
      return refuse('file_not_found');
    const error = check({ channel, threadTs });
    if (error !== undefined) return refuse(error);
    const { altText, bytes, id, name } = upload;
    const title = given[0]?.title ?? name;
    files.push({ id, name, title, altText, bytes, channel, threadTs, ts: nextTs() });
    return { ok: true, files: [{ id, title }] };
  }

  return { files, place, receive, share };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
