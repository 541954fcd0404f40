import type { FetchLike } from '@midwatch/core';

/** A request as it would have left, without the values of its headers: one of them is a key. */
export interface CaughtRequest {
  readonly method: string;
  readonly url: string;
  readonly headerNames: readonly string[];
  readonly body: string;
}

export interface RequestCatcher {
  /** Sends nothing: keeps what it is given and answers with the status. */
  readonly fetch: FetchLike;
  /** Throws when nothing, or more than one request, was given: then what would be shown is not the whole. */
  caught(): CaughtRequest;
}

/** Stands at the place of `fetch`, so that what is shown is what the real sender made and not a copy of its code. */
export function createRequestCatcher(status: number): RequestCatcher {
  const requests: CaughtRequest[] = [];
  return {
    async fetch(url, init = {}) {
      const { method = 'GET', body } = init;
      if (typeof body !== 'string') throw new TypeError('a body that is no text cannot be shown');
      const headerNames = [...new Headers(init.headers).keys()].sort();
      requests.push({ method, url, headerNames, body });
      return new Response('{}', { status, headers: { 'content-type': 'application/json' } });
    },
    caught() {
      const [request, ...more] = requests;
      if (request === undefined || more.length > 0)
        throw new Error(`${requests.length} requests where one was expected`);
      return request;
    },
  };
}
