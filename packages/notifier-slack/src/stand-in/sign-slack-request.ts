/** A request as Slack signs it, for tests of whoever receives it. */
export async function signSlackRequest(
  body: string,
  signingSecret: string,
  nowMs: number,
): Promise<{ readonly body: string; readonly headers: Readonly<Record<string, string>> }> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const encode = (text: string) => new TextEncoder().encode(text);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encode(signingSecret), algorithm, false, ['sign']);
  const digest = await crypto.subtle.sign('HMAC', key, encode(`v0:${timestamp}:${body}`));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${hex}`,
    },
  };
}
