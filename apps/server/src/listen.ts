import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerType, serve } from '@hono/node-server';
import { UsageError } from 'midwatch/config';

type ListenOptions = Pick<Parameters<typeof serve>[0], 'hostname' | 'port' | 'serverOptions'>;

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** A sender that takes longer for a request does not mean it. */
const REQUEST_TIMEOUT_MS = 30_000;
/** For answers that are under way when the server is stopped. */
const CLOSE_GRACE_MS = 2_000;

/** Starts a server and waits until it listens. */
export async function listen(
  start: (options: ListenOptions) => ServerType,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const server = start({
    hostname: host,
    port,
    serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS / 2 },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new UsageError(`${host}:${port} is in use; stop what listens there, or set PORT to another one`);
  if (error.code === 'EACCES') return new UsageError(`${host}:${port} may not be used; set PORT above 1023`);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new UsageError(`HOST ${host} is no address of this machine`);
  return error;
}
