/** What a signature is checked against: the bytes as they came, since any other writing of the same JSON is another text. */
export interface SignedRequest {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
}

/** Whether one of the hex digests was made with one of the secrets; takes as long for a wrong digest as for the right one. */
export async function isSignedByAny(
  message: Uint8Array<ArrayBuffer>,
  secrets: readonly string[],
  hexDigests: readonly string[],
): Promise<boolean> {
  const signatures = hexDigests.slice(0, MAX_SIGNATURES).flatMap(bytesOfHex);
  for (const secret of secrets) {
    const bytes = new TextEncoder().encode(secret);
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
    for (const signature of signatures) {
      if (await crypto.subtle.verify('HMAC', key, signature, message)) return true;
    }
  }
  return false;
}

/** While a secret is being changed there are two. */
const MAX_SIGNATURES = 8;

function bytesOfHex(digest: string): readonly Uint8Array<ArrayBuffer>[] {
  if (!/^[0-9a-fA-F]{64}$/.test(digest)) return [];
  return [Uint8Array.from(digest.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))];
}
