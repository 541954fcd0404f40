import { ConnectorError, type FetchLike } from '@midwatch/core';

/** What a signature is over. */
export interface SignableRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  /** Absent where the request has none. */
  readonly body?: string;
}

/** The headers that prove who asks; asked for every request, since a signature holds its time. */
export type RequestSigner = (request: SignableRequest) => Promise<Readonly<Record<string, string>>>;

/** Sends each request with its signature. What a signer throws may hold a secret and is left behind. */
export function createSigningFetch(
  sign: RequestSigner,
  connectorId: string,
  send: FetchLike | undefined,
): FetchLike {
  return async (input, init) => {
    const request = { method: init?.method ?? 'GET', url: String(input) };
    const body = init?.body;
    const headers = new Headers(init?.headers);
    try {
      const signed = await sign(typeof body === 'string' ? { ...request, body } : request);
      for (const [name, value] of Object.entries(signed)) headers.set(name, value);
    } catch {
      throw new ConnectorError({
        code: 'config',
        connectorId,
        message: 'the function given as `sign` failed',
      });
    }
    init?.signal?.throwIfAborted();
    return (send ?? fetch)(request.url, { ...init, headers });
  };
}
