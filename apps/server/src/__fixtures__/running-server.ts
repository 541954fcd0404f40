import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync } from 'node:fs';
import { createSlackStandIn, type SlackStandIn, type SlackStandInOptions } from '@midwatch/notifier-slack/stand-in';
import pino from 'pino';
import { readEnvironment } from '../environment.js';
import { type RunningServer, type ServerInput, startServer } from '../start-server.js';
import { linesOf, logSource } from './incident-room.js';

const open: { close(): Promise<unknown> }[] = [];

/** Ends everything that a test has started, the newest first. */
export async function closeAll(): Promise<void> {
  for (const each of open.splice(0).reverse()) await each.close();
}

/** Closed by `closeAll`, too. */
export function closeWithAll(opened: { close(): Promise<unknown> }): void {
  open.push(opened);
}

/** A server of this machine, until `closeAll`. */
export async function listenHere(answer: RequestListener): Promise<string> {
  const server: Server = createServer(answer);
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Slack's stand-in behind a socket, and the environment that leads to it. */
export async function listenAsSlack(options: SlackStandInOptions = {}): Promise<{
  slack: SlackStandIn;
  environment: Record<string, string>;
}> {
  const slack = createSlackStandIn(options);
  const url = await listenHere((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      );
      const method = incoming.method ?? 'GET';
      const body = method === 'GET' ? {} : { body: Buffer.concat(chunks) };
      const request = new Request(`http://slack.example${incoming.url}`, { method, headers, ...body });
      const response = await slack.handle(request);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(await response.text());
    });
  });
  const environment = {
    SLACK_BOT_TOKEN: 'xoxb-stand-in',
    SLACK_CHANNEL: 'C0STANDIN',
    SLACK_API_URL: `${url}/api`,
  };
  return { slack, environment };
}

export interface TestServer extends RunningServer {
  readonly printed: string[];
}

/** The server as it is composed, on a free port, with a database of its own. */
export async function startHere(
  environment: Record<string, string> = {},
  more: Partial<ServerInput> = {},
): Promise<TestServer> {
  const printed: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  const server = await startServer({
    settings: readEnvironment({ PORT: '0', ...environment }, folder),
    connectors: [logSource('lines', async () => linesOf('checkout', 3))],
    plan: {},
    log: pino({ level: 'silent' }),
    output: { write: (text) => printed.push(text) },
    color: false,
    ...more,
  });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await server.close();
  };
  open.push({ close });
  return { ...server, close, printed };
}

/** Alertmanager's webhook body, version 4. */
export function alertmanagerBody(more: Record<string, unknown> = {}, status = 'firing'): string {
  const labels = { alertname: 'ErrorsHigh', service: 'checkout', namespace: 'shop' };
  const startsAt = '2026-11-01T03:28:00Z';
  const alert = { status, labels, annotations: {}, startsAt, fingerprint: '00ff00ff00ff00ff', ...more };
  return JSON.stringify({ version: '4', status, receiver: 'midwatch', alerts: [alert] });
}

export function post(url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

export async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(url, { headers });
  return (await response.json()) as T;
}
