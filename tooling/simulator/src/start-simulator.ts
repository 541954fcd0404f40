import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scenario } from './scenario.js';
import { createSimulatorFetch, type SimulatorFetch, type SimulatorOptions } from './simulator-fetch.js';

export interface StartOptions extends SimulatorOptions {
  readonly scenario: Scenario;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A running simulator on 127.0.0.1; every address has a base path of its own. */
export interface Simulator {
  readonly lokiUrl: string;
  readonly prometheusUrl: string;
  readonly argocdUrl: string;
  readonly argocdToken: string;
  readonly jaegerUrl: string;
  readonly cloudwatchUrl: string;
  readonly datadogUrl: string;
  readonly elasticsearchUrl: string;
  readonly calls: SimulatorFetch['calls'];
  /** Ends open answers, too. */
  readonly close: () => Promise<void>;
}

/** Serves a scenario over HTTP with Node's own server. */
export async function startSimulator(options: StartOptions): Promise<Simulator> {
  const { createServer } = await import('node:http');
  const simulatorFetch = createSimulatorFetch(options.scenario, options);
  const server = createServer((incoming, outgoing) => {
    serve(simulatorFetch, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'text/plain' });
      outgoing.end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  const base = `http://127.0.0.1:${address.port}`;
  return {
    lokiUrl: `${base}/loki`,
    prometheusUrl: `${base}/prometheus`,
    argocdUrl: `${base}/argocd`,
    argocdToken: options.scenario.argocdToken,
    jaegerUrl: `${base}/jaeger`,
    cloudwatchUrl: `${base}/cloudwatch`,
    datadogUrl: `${base}/datadog`,
    elasticsearchUrl: `${base}/elasticsearch`,
    calls: simulatorFetch.calls,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** Queries come as forms; none is near this. */
const MAX_BODY_LENGTH = 1_000_000;

async function serve(
  simulatorFetch: SimulatorFetch,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
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
  const response = await simulatorFetch(`http://simulator${incoming.url ?? '/'}`, init);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body !== null) {
    for await (const chunk of response.body) {
      if (gone.signal.aborted) return;
      outgoing.write(chunk);
    }
  }
  outgoing.end();
}
