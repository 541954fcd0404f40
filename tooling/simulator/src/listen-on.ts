import type { IncomingMessage, ServerResponse } from 'node:http';

type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface Listening {
  readonly url: string;
  /** Ends open answers, too. */
  readonly close: () => Promise<void>;
}

/** Serves a `fetch` over HTTP on 127.0.0.1, with Node's own server. */
export async function listenOn(fetch: Fetch, port: number): Promise<Listening> {
  const { createServer } = await import('node:http');
  const server = createServer((incoming, outgoing) => {
    serve(fetch, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain' });
      outgoing.end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** Queries come as forms; none is near this. */
const MAX_BODY_LENGTH = 1_000_000;

async function serve(fetch: Fetch, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const decoder = new TextDecoder();
  let body = '';
  for await (const chunk of incoming) {
    body += decoder.decode(chunk as Uint8Array, { stream: true });
    if (body.length > MAX_BODY_LENGTH) throw new RangeError('the request body is too long');
  }
  const method = incoming.method ?? 'GET';
  const init: RequestInit = { method, headers, signal: gone.signal };
  if (method !== 'GET' && method !== 'HEAD') init.body = body;
  const response = await fetch(`http://simulator${incoming.url ?? '/'}`, init);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body !== null) {
    for await (const chunk of response.body) {
      if (gone.signal.aborted) return;
      outgoing.write(chunk);
    }
  }
  outgoing.end();
}
