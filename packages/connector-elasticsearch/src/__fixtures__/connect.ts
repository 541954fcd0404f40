import type { CallContextV1, FetchLike, SignalQueryByKind } from '@midwatch/core';
import { createElasticsearchConnector, type ElasticsearchConnectorOptions } from '../index.js';
import { createFakeElasticsearch, type FakeOptions, type StoredRecord } from './fake-elasticsearch.js';
import type { Source } from './match-clause.js';

export const window = { startMs: Date.UTC(2026, 7, 24, 10), endMs: Date.UTC(2026, 7, 24, 11) };

export type LogsQuery = SignalQueryByKind['logs'];

interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A connector over one answer function, with everything that it sent. */
export function connect(
  answer: (request: Request) => Response | Promise<Response>,
  options: Partial<ElasticsearchConnectorOptions> = {},
) {
  const sent: Sent[] = [];
  const fetch: FetchLike = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.clone().text();
    const body = (text === '' ? {} : JSON.parse(text)) as Sent['body'];
    sent.push({ method: request.method, url: new URL(request.url), headers: request.headers, body });
    return answer(request);
  };
  const connector = createElasticsearchConnector({ baseUrl: 'http://es:9200', fetch, ...options });
  const toCall = (overrides: Partial<CallContextV1> = {}): CallContextV1 => ({
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch,
    ...overrides,
  });
  const ask = (query: Partial<LogsQuery> = {}, overrides: Partial<CallContextV1> = {}) =>
    connector.sources.logs!.doQuery(
      { window, target: { service: 'checkout' }, limit: 100, keep: 'newest', ...query },
      toCall(overrides),
    );
  /** As `POST /path`. */
  const lines = () => sent.map(({ method, url }) => `${method} ${decodeURIComponent(url.pathname)}`);
  const searches = () => sent.filter(({ url }) => url.pathname.endsWith('/_search'));
  return { ask, connector, lines, searches, sent, toCall };
}

/** Records spread over the window. */
export function records(count: number, source: (index: number) => Source = () => ({})): StoredRecord[] {
  const stepMs = (window.endMs - window.startMs) / count;
  return Array.from({ length: count }, (_, index) => ({
    source: {
      '@timestamp': new Date(window.startMs + Math.floor(stepMs * index)).toISOString(),
      message: `line ${index}`,
      service: { name: 'checkout' },
      log: { level: 'info' },
      ...source(index),
    },
  }));
}

export const fake = (
  stored: readonly StoredRecord[],
  { options = {}, ...fakeOptions }: FakeOptions & { options?: Partial<ElasticsearchConnectorOptions> } = {},
) => connect(createFakeElasticsearch(stored, fakeOptions), options);
