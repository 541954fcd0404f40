import type { FetchLike } from '@midwatch/core';
import type { Mistake } from './planted-mistakes.js';

/** Sends as a connector does that forgets what it has begun. */
export function carelessFetch(fetch: FetchLike, mistake: Mistake | undefined): FetchLike {
  if (mistake === 'keeps-requests-open') return (url, { signal: _, ...init } = {}) => fetch(url, init);
  if (mistake === 'keeps-bodies-open') {
    return async (url, init) => {
      const response = await fetch(url, init);
      return response.body === null ? response : new Response(withoutCancel(response.body), response);
    };
  }
  return fetch;
}

function withoutCancel(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
  });
}
