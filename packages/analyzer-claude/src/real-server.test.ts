import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { analyzeInput } from './__fixtures__/analyze-input.js';
import { rightMessage, secret, toErrorBody } from './__fixtures__/messages-api.js';
import { AnalyzerError } from './analyzer-error.js';
import { createClaudeAnalyzer } from './claude-analyzer.js';
import { toModelRequest } from './model-request.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Claude, as a server on this machine. */
async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function ask(baseUrl: string, leftMs: number) {
  const analyzer = createClaudeAnalyzer({ token: secret, baseUrl });
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + leftMs };
  return analyzer.analyze(analyzeInput, call);
}

async function failureOf(baseUrl: string, leftMs: number): Promise<AnalyzerError> {
  const error: unknown = await ask(baseUrl, leftMs).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!AnalyzerError.is(error)) throw new Error('no AnalyzerError');
  return error;
}

const json = { 'content-type': 'application/json' };

test('the very request that toModelRequest() shows arrives, and its answer comes back', async () => {
  let received = '';
  let seen: unknown;
  const baseUrl = await listen((request, response) => {
    seen = [request.method, request.url, request.headers.authorization, request.headers['x-api-key']];
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      received += chunk;
    });
    request.on('end', () => response.writeHead(200, json).end(JSON.stringify(rightMessage)));
  });
  await expect(ask(`${baseUrl}/proxy`, 5000)).resolves.toMatchObject({ verdict: 'cause-found' });
  expect(received).toBe(JSON.stringify(toModelRequest(analyzeInput)));
  expect(seen).toEqual(['POST', '/proxy/v1/messages', `Bearer ${secret}`, undefined]);
});

test('a connection that is reset is tried once more', async () => {
  let requests = 0;
  const baseUrl = await listen((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.resetAndDestroy();
    else response.writeHead(200, json).end(JSON.stringify(rightMessage));
  });
  await expect(ask(baseUrl, 5000)).resolves.toMatchObject({ verdict: 'cause-found' });
  expect(requests).toBe(2);
});

test('a reset in the middle of the body is a lost connection', async () => {
  let requests = 0;
  const baseUrl = await listen((_, response) => {
    requests += 1;
    response.writeHead(200, { ...json, 'content-length': '5000' });
    response.write('{"id":', () => response.destroy());
  });
  const error = await failureOf(baseUrl, 5000);
  expect(error.code).toBe('unreachable');
  expect(requests).toBe(2);
});

test('nobody listens: unreachable, with the reason', async () => {
  const baseUrl = await listen(() => undefined);
  await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
  const error = await failureOf(baseUrl, 5000);
  expect(error.message).toBe('[claude] unreachable: no connection (ECONNREFUSED)');
});

test('a server that hangs is left at the deadline, and its connection is closed', async () => {
  let closed = false;
  const baseUrl = await listen((request) => {
    request.socket.on('close', () => {
      closed = true;
    });
  });
  const error = await failureOf(baseUrl, 250);
  expect(error.code).toBe('timeout');
  for (let turn = 0; turn < 10_000 && !closed; turn += 1) await setImmediate();
  expect(closed).toBe(true);
});

test('a body that drips is left at the deadline', async () => {
  const baseUrl = await listen((_, response) => {
    response.writeHead(200, json);
    const dripping = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(dripping));
  });
  const error = await failureOf(baseUrl, 250);
  expect(error.code).toBe('timeout');
});

test('a body of empty chunks, which keeps every timer from firing, is left at the deadline', async () => {
  const stream = () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(0)) });
  const analyzer = createClaudeAnalyzer({ token: secret, fetch: async () => new Response(stream()) });
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 250 };
  await expect(analyzer.analyze(analyzeInput, call)).rejects.toMatchObject({ code: 'timeout' });
});

test('a redirect is not followed', async () => {
  const paths: (string | undefined)[] = [];
  const baseUrl = await listen((request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  const error = await failureOf(baseUrl, 5000);
  expect(error.code).toBe('config');
  expect(paths).toEqual(['/v1/messages']);
});

test('Retry-After of a real answer is honoured', async () => {
  let requests = 0;
  const baseUrl = await listen((_, response) => {
    requests += 1;
    if (requests > 1) response.writeHead(200, json).end(JSON.stringify(rightMessage));
    else
      response
        .writeHead(429, { ...json, 'retry-after': '0' })
        .end(JSON.stringify(toErrorBody('rate_limit_error')));
  });
  await expect(ask(baseUrl, 5000)).resolves.toMatchObject({ verdict: 'cause-found' });
});
