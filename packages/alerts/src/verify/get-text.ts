import type { FetchLike } from '@midwatch/core';

const DEADLINE_MS = 5_000;
const MAX_BYTES = 64 * 1024;

/** A small text, or `undefined`: no redirects, nothing larger than 64 KiB, and an end after 5 s even when the body drips. */
export async function getText(fetch: FetchLike, url: URL): Promise<string | undefined> {
  const late = AbortSignal.timeout(DEADLINE_MS);
  try {
    const response = await fetch(url.href, { redirect: 'manual', signal: late });
    if (response.status !== 200 || response.body === null) {
      void response.body?.cancel().catch(() => undefined);
      return undefined;
    }
    return await readAtMost(response.body.getReader(), late);
  } catch {
    // Whatever went wrong on the way is of no use to whoever sent the message.
    return undefined;
  }
}

async function readAtMost(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  late: AbortSignal,
): Promise<string | undefined> {
  // In some runtimes an abort does not reach a body that is streaming already.
  const stop = () => void reader.cancel().catch(() => undefined);
  late.addEventListener('abort', stop, { once: true });
  try {
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      bytes += chunk.value.byteLength;
      if (bytes > MAX_BYTES || late.aborted) return undefined;
      text += decoder.decode(chunk.value, { stream: true });
    }
    return late.aborted ? undefined : text + decoder.decode();
  } finally {
    late.removeEventListener('abort', stop);
    stop();
  }
}
