import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';
import type { FetchLike } from '@midwatch/core';

export interface TlsOptions {
  /** PEM. Absent: the authorities that Node trusts. */
  readonly ca?: string | undefined;
  /** PEM, with `key`: who asks, where the server wants a certificate of its client. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the server's certificate must have, where it is not that of its address. */
  readonly serverName?: string | undefined;
}

/**
 * A fetch for servers with a private authority, or that know their clients by certificate. Node's own takes neither without a
 * package more. Follows no redirect, unpacks nothing, and sends what connectors send: text or no body.
 */
export function createTlsFetch({ ca, cert, key, serverName }: TlsOptions): FetchLike {
  const agent = new Agent({
    keepAlive: true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  });
  return async (input, init = {}) => {
    const { method = 'GET', headers, body, signal } = init;
    signal?.throwIfAborted();
    return new Promise<Response>((resolve, reject) => {
      const sent = request(
        input,
        { agent, method, headers: Object.fromEntries(new Headers(headers)), ...(signal ? { signal } : {}) },
        (answer) => resolve(toResponse(answer)),
      );
      // As fetch does: the reason, with its code, is the cause.
      sent.on('error', (cause) => reject(new TypeError('fetch failed', { cause })));
      sent.end(typeof body === 'string' ? body : undefined);
    });
  };
}

function toResponse(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = answer.statusCode ?? 0;
  const hasBody = ![204, 205, 304].includes(status);
  if (!hasBody) answer.resume();
  return new Response(hasBody ? (Readable.toWeb(answer) as ReadableStream<Uint8Array>) : null, {
    status,
    headers,
  });
}
