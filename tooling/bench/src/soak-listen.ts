import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Front {
  readonly url: string;
  close(): Promise<void>;
}

export type FrontAnswer = (request: FrontRequest, outgoing: ServerResponse) => Promise<void>;

export interface FrontRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server of this machine. What it answers may be broken: that is what it is for. */
export async function listenFront(answer: FrontAnswer): Promise<Front> {
  const server = createServer((incoming, outgoing) => {
    read(incoming)
      .then((request) => answer(request, outgoing))
      .catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the front has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<FrontRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { headers, method = 'GET', url: path = '/' } = incoming;
  return { method, path, headers, body: Buffer.concat(chunks).toString() };
}

/** Writes piece after piece, as fast as it is read, until the other side is gone. */
export async function writeUntilGone(
  outgoing: ServerResponse,
  piece: string,
  { everyMs = 0, maxBytes }: { everyMs?: number; maxBytes: number },
): Promise<void> {
  for (let sent = 0; sent < maxBytes && !outgoing.destroyed; sent += piece.length) {
    if (!outgoing.write(piece)) await drained(outgoing);
    if (everyMs > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  outgoing.end();
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      outgoing.off('drain', end);
      outgoing.off('close', end);
      resolve();
    };
    outgoing.once('drain', end);
    outgoing.once('close', end);
  });
}
