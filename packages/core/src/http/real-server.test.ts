import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import * as z from 'zod';
import { createLimitedFetch } from '../collect/limited-fetch.js';
import { ConnectorError } from '../connector/connector-error.js';
import { createHttpClient } from './http-client.js';

// What a stubbed fetch cannot show: how Node's own behaves with redirects, packed bodies and broken connections.

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function request(listener: RequestListener, deadlineMs = 5000): Promise<unknown> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve);
  });
  const { port } = listening.address() as AddressInfo;
  return ask(port, deadlineMs);
}

async function ask(port: number, deadlineMs: number): Promise<unknown> {
  const limited = createLimitedFetch();
  const client = createHttpClient({
    connectorId: 'real',
    baseUrl: `http://127.0.0.1:${port}/prefix`,
    userAgent: 'midwatch-test/0.0.0',
    token: 'secret-token',
    allow: [{ method: 'GET', path: '/x' }],
    maxBodyBytes: 1024 * 1024,
  });
  const call = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + deadlineMs,
    fetch: limited.lease({ connectorId: 'real' }).fetch,
  };
  try {
    return (await client.request({ method: 'GET', path: '/x', schema: z.unknown() }, call)).body;
  } catch (error) {
    if (!ConnectorError.is(error)) throw error;
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(
      'secret-token',
    );
    return error.code;
  } finally {
    limited.close();
  }
}

it('reads JSON, packed or not, and sends what it should', async () => {
  const seen: unknown[] = [];
  const body = await request(({ url, headers }, response) => {
    seen.push(url, headers.authorization, headers['user-agent']);
    response.setHeader('content-encoding', 'gzip').end(gzipSync('{"ok":true}'));
  });
  expect(body).toEqual({ ok: true });
  expect(seen).toEqual(['/prefix/x', 'Bearer secret-token', 'midwatch-test/0.0.0']);
});

it('does not follow a redirect, which would take the token along', async () => {
  let requests = 0;
  const outcome = await request((_, response) => {
    requests += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect([outcome, requests]).toEqual(['config', 1]);
});

it('stops unpacking a bomb at the cap', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const outcome = await request((_, response) => {
    response.setHeader('content-encoding', 'gzip').end(bomb);
  });
  expect(outcome).toBe('too-large');
});

it('ends a body that drips at the deadline', async () => {
  const outcome = await request((_, response) => {
    response.write(' ');
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  }, 150);
  expect(outcome).toBe('timeout');
});

it('says unreachable for a connection that breaks, before or within the answer', async () => {
  expect(await request((_, response) => response.destroy())).toBe('unreachable');
  server?.close();
  const broken = await request((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{');
    setTimeout(() => response.destroy(), 20);
  });
  expect(broken).toBe('unreachable');
});

it('says unreachable where nobody listens', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => {
    closed.listen(0, '127.0.0.1', resolve);
  });
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect(await ask(port, 5000)).toBe('unreachable');
});
