import type { FetchLike } from '@midwatch/core';

/** What GitHub asks to wait for where it does not tell how long. */
const SECONDARY_WAIT_SECONDS = 60;
/** Its error bodies are some hundred bytes. */
const MAX_ERROR_BYTES = 8192;

/**
 * GitHub says 403 of a used-up rate limit as often as 429, and tells the wait in `retry-after`, in `x-ratelimit-reset`
 * (epoch seconds), or only that there is a limit. Here all of them become a 429 with `retry-after`, which is what
 * core's transport knows; a 403 that is about permission stays one.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function withRateLimits(send: FetchLike): FetchLike {
  return async (input, init) => {
    const response = await send(input, init);
    if (response.status !== 403 && response.status !== 429) return response;
    const wait = waitInHeaders(response.headers);
    const isLimit =
      response.status === 429 || wait !== undefined || (await saysLimit(response, init?.signal));
    await response.body?.cancel().catch(() => undefined);
    return isLimit
      ? new Response(null, {
          status: 429,
          headers: { 'retry-after': wait ?? String(SECONDARY_WAIT_SECONDS) },
        })
      : new Response(null, { status: response.status });
  };
}

function waitInHeaders(headers: Headers): string | undefined {
  const told = headers.get('retry-after');
  if (told !== null) return told;
  const reset = headers.get('x-ratelimit-reset') ?? '';
  if (headers.get('x-ratelimit-remaining') !== '0' || !/^\d{1,12}$/.test(reset)) return undefined;
  // By the server's clock where it tells the time: the reset is a moment on that clock.
  const servedMs = Date.parse(headers.get('date') ?? '');
  const nowMs = Number.isNaN(servedMs) ? Date.now() : servedMs;
  return String(Math.max(0, Math.ceil(Number(reset) - nowMs / 1000)));
}

/** A secondary limit may be told by the message alone. */
async function saysLimit(response: Response, signal: AbortSignal | null | undefined): Promise<boolean> {
  const reader = response.body?.getReader();
  if (reader === undefined) return false;
  const stop = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let bytes = 0; bytes < MAX_ERROR_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += Math.max(1, value.byteLength);
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // A body that breaks off says what it has said so far.
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
    reader.releaseLock();
  }
  return /rate limit|abuse detection/i.test(text.slice(0, MAX_ERROR_BYTES));
}
