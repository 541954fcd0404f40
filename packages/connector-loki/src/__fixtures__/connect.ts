import type { CallContextV1, FetchLike, SignalQueryByKind } from '@midwatch/core';
import { createLokiConnector, type LokiConnectorOptions } from '../index.js';
import { createFakeLoki, type FakeLokiOptions, type StoredLine } from './fake-loki.js';

export const window = { startMs: 1795403100000, endMs: 1795406700000 };

export type LogsQuery = SignalQueryByKind['logs'];

/** A connector over one answer function, with everything that it sent as `METHOD path parameters`. */
export function connect(
  answer: (request: Request) => Response | Promise<Response>,
  options: Partial<LokiConnectorOptions> = {},
) {
  const sent: { path: string; method: string; headers: Headers; parameters: URLSearchParams }[] = [];
  const fetch: FetchLike = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const parameters =
      request.method === 'POST' ? new URLSearchParams(await request.clone().text()) : url.searchParams;
    sent.push({ path: url.pathname, method: request.method, headers: request.headers, parameters });
    return answer(request);
  };
  const connector = createLokiConnector({ baseUrl: 'http://loki:3100', fetch, ...options });
  const call: CallContextV1 = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch,
  };
  const ask = (query: Partial<LogsQuery> = {}) =>
    connector.sources.logs!.doQuery(
      { window, target: { service: 'orders' }, limit: 100, keep: 'newest', ...query },
      { ...call, deadlineAtMs: Date.now() + 5000 },
    );
  const queries = () =>
    sent.filter(({ path }) => path.endsWith('query_range')).map(({ parameters }) => parameters.get('query'));
  return { ask, call, connector, queries, sent };
}

export const seriesOf = (...streams: Record<string, string>[]) =>
  Response.json({ status: 'success', data: streams });
export const isSeries = (request: Request) => request.url.includes('/series');

export function storedLines(
  count: number,
  overrides: (index: number) => Partial<StoredLine> = () => ({}),
): StoredLine[] {
  const stepNs = (3_600_000_000_000n / BigInt(count)) | 0n;
  return Array.from({ length: count }, (_, index) => ({
    timeNs: BigInt(window.startMs) * 1_000_000n + stepNs * BigInt(index),
    body: `line ${index}`,
    stream: { app: 'orders', namespace: 'shop' },
    metadata: { detected_level: 'info' },
    ...overrides(index),
  }));
}

export const fake = (lines: readonly StoredLine[], options?: FakeLokiOptions) =>
  connect(createFakeLoki(lines, options));

