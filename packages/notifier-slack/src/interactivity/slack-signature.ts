/** What Slack signs: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export interface SignedSlackRequest {
  /** As it came: another writing of the same form is another text. */
  readonly body: Uint8Array;
  readonly headers: Headers;
}

export type SlackSignature = 'signed' | 'no-signature' | 'stale' | 'wrong-signature';

const MAX_AGE_SECONDS = 300;

/** Whether Slack sent it with this secret, within five minutes of `nowMs` on either side. */
export async function checkSlackSignature(
  { body, headers }: SignedSlackRequest,
  signingSecret: string,
  nowMs: number,
): Promise<SlackSignature> {
  const timestamp = headers.get('x-slack-request-timestamp') ?? '';
  const [, digest] = /^v0=([0-9a-f]{64})$/.exec(headers.get('x-slack-signature') ?? '') ?? [];
  if (!/^\d{1,12}$/.test(timestamp) || digest === undefined) return 'no-signature';
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > MAX_AGE_SECONDS) return 'stale';
  const encode = (text: string) => new TextEncoder().encode(text);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encode(signingSecret), algorithm, false, ['verify']);
  const signature = Uint8Array.from(digest.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  // Compares in constant time.
  const isRight = await crypto.subtle.verify(
    'HMAC',
    key,
    signature,
    joined(encode(`v0:${timestamp}:`), body),
  );
  return isRight ? 'signed' : 'wrong-signature';
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
