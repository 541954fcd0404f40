import type { FetchLike } from '@midwatch/core';
import { AnalyzerError } from './analyzer-error.js';
import type { CallDeadline } from './call-deadline.js';
import { VERSION } from './version.js';

/** An answer of 8,000 tokens is about 40 kB; what is much longer is not from the API. */
const MAX_BODY_BYTES = 1024 * 1024;

/** What the SDK adds beyond these tells about this machine, or comes from `ANTHROPIC_CUSTOM_HEADERS`. */
const sentHeaders = ['accept', 'anthropic-version', 'authorization', 'content-type'];
/** What the SDK and `toAnalyzerError` read. Without the encoding: the body is unpacked by then. */
const readHeaders = ['content-type', 'request-id', 'retry-after', 'retry-after-ms'];
const statusesWithoutBody = [204, 205, 304];

/**
 * The fetch that the SDK sends with. It adds what the SDK has not: no redirects, a fixed set of headers, a cap on the body,
 * and an end at the deadline for a body that drips. The SDK gets a response that is read to its end.
 */
export function createGuardedFetch(send: FetchLike, deadline: CallDeadline) {
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { signal } = deadline;
    signal.throwIfAborted();
    const headers = pickHeaders(new Headers(init.headers), sentHeaders);
    headers.set('user-agent', `midwatch-analyzer-claude/${VERSION}`);
    const url = input instanceof Request ? input.url : String(input);
    const { method = 'GET', body = null } = init;
    const sent = send(url, { method, body, headers, redirect: 'manual', signal });
    const response = await deadline.race(sent).catch((error: unknown) => {
      dropWhenItComes(sent);
      throw error;
    });
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      dropBody(response);
      throw new AnalyzerError({
        code: 'config',
        message: 'redirected; redirects are not followed, give the final address as `baseUrl`',
      });
    }
    const text = await readText(response, deadline);
    return new Response(statusesWithoutBody.includes(response.status) ? null : text, {
      status: response.status,
      headers: pickHeaders(response.headers, readHeaders),
    });
  };
}

async function readText(response: Response, { race, signal, leftMs }: CallDeadline): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await race(reader.read());
      signal.throwIfAborted();
      // A stream that always has a chunk ready would keep the deadline's timer from ever firing.
      if (leftMs() <= 0) throw new AnalyzerError({ code: 'timeout', message: 'no answer in time' });
      if (done) break;
      bytes += value.byteLength;
      if (bytes > MAX_BODY_BYTES) {
        throw new AnalyzerError({ code: 'bad-response', message: 'the answer is longer than 1 MiB' });
      }
      parts.push(decoder.decode(value, { stream: true }));
    }
    parts.push(decoder.decode());
    return parts.join('');
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function pickHeaders(headers: Headers, names: readonly string[]): Headers {
  const picked = new Headers();
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) picked.set(name, value);
  }
  return picked;
}

/** A fetch that ignored its signal may still answer: then nobody reads it. */
function dropWhenItComes(sent: Promise<Response>): void {
  sent.then(dropBody).catch(() => undefined);
}

function dropBody(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}
