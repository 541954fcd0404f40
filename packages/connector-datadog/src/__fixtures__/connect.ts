import type { CallContextV1, FetchLike, SignalKind, SignalQueryByKind } from '@midwatch/core';
import { createDatadogConnector, type DatadogConnectorOptions } from '../index.js';

export const window = { startMs: Date.UTC(2026, 9, 1, 3), endMs: Date.UTC(2026, 9, 1, 4) };
/** An instant in the window, so many seconds after its start. */
export const at = (seconds: number) => window.startMs + seconds * 1000;

export interface Sent {
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A connector over one answer function, with everything that it sent. */
export function connect(
  answer: (request: Request) => Response | Promise<Response>,
  options: Partial<DatadogConnectorOptions> = {},
) {
  const sent: Sent[] = [];
  const fetch: FetchLike = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.clone().text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    sent.push({ url: new URL(request.url), headers: request.headers, body });
    return answer(request);
  };
  const connector = createDatadogConnector({ token: 'api-key', applicationKey: 'app-key', fetch, ...options });
  const call: CallContextV1 = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000, fetch };
  function asker<K extends SignalKind>(kind: K) {
    return (query: Partial<SignalQueryByKind[K]> = {}) => {
      const usual = { window, target: { service: 'checkout' }, limit: 50, keep: 'newest' };
      return connector.sources[kind]!.doQuery({ ...usual, ...query } as SignalQueryByKind[K], call);
    };
  }
  return {
    connector,
    call,
    sent,
    logs: asker('logs'),
    metrics: asker('metrics'),
    traces: asker('traces'),
    deploys: asker('deploys'),
    paths: () => sent.map(({ url }) => url.pathname),
    /** The texts that were searched for. */
    texts: () =>
      sent.flatMap(({ body }) => {
        const inner = (body['data'] as { attributes?: unknown } | undefined)?.attributes ?? body;
        const { filter } = inner as { filter?: { query?: string } };
        return filter?.query ?? [];
      }),
  };
}

/** The same answer to everything. */
export const always = (status: number, body: unknown = {}, headers: Record<string, string> = {}) => () =>
  Response.json(body, { status, headers });
