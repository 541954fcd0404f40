import type { CallContextV1, FetchLike, SignalQueryByKind } from '@midwatch/core';
import { createPrometheusConnector, type PrometheusConnectorOptions } from '../index.js';

/** The hour of the recordings. */
export const window = { startMs: 1795403100000, endMs: 1795406700000 };

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly headers: Headers;
  /** As they arrived. */
  readonly body: string;
  readonly query: string;
}

/** A connector over one answer function, with everything that it sent. */
export function connect(
  answer: (sent: Sent) => Response | Promise<Response>,
  options: Partial<PrometheusConnectorOptions> = {},
) {
  const sent: Sent[] = [];
  const fetch: FetchLike = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const body = await request.text();
    const parameters = request.method === 'POST' ? new URLSearchParams(body) : url.searchParams;
    const { headers, method } = request;
    const one = { method, path: url.pathname, parameters, headers, body, query: url.search };
    sent.push(one);
    return answer(one);
  };
  const connector = createPrometheusConnector({ baseUrl: 'http://prometheus:9090', fetch, ...options });
  const call: CallContextV1 = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 5000, fetch };
  const metrics = (query: Partial<SignalQueryByKind['metrics']> = {}) =>
    connector.sources.metrics!.doQuery(
      { window, target: { service: 'orders' }, limit: 500, keep: 'newest', stepMs: 60_000, ...query },
      call,
    );
  const incidents = (query: Partial<SignalQueryByKind['incidents']> = {}) =>
    connector.sources.incidents!.doQuery({ window, target: {}, limit: 100, keep: 'newest', ...query }, call);
  const queries = () => sent.map(({ parameters }) => parameters.get('query') ?? '');
  return { call, connector, incidents, metrics, queries, sent };
}

export type Labels = Record<string, string>;

export function matrix(series: readonly { metric: Labels; values?: [number, string][] }[], more: object = {}): Response {
  const result = series.map((one) => ({ values: [[1795406600, '1']], ...one }));
  return Response.json({ status: 'success', data: { resultType: 'matrix', result }, ...more });
}

export const isDiscovery = (query: string) => query.startsWith('count by (__name__');
export const isProbe = (query: string) => query.startsWith('max(count_over_time(');

/** What the store has, as discovery finds it. */
function rows(names: Readonly<Record<string, Labels | readonly Labels[]>>): Response {
  return matrix(
    Object.entries(names).flatMap(([name, labels]) => [labels].flat().map((one) => ({ metric: { __name__: name, ...one } }))),
  );
}

/** Answers discovery with these names; five minutes hold 20 samples of each; roles find nothing unless told otherwise. */
export function store(
  names: Readonly<Record<string, Labels | readonly Labels[]>>,
  answer: (query: string) => Response | undefined = () => undefined,
) {
  return ({ parameters }: Sent): Response => {
    const query = parameters.get('query') ?? '';
    const told = answer(query);
    if (told !== undefined) return told;
    if (isDiscovery(query)) return rows(names);
    if (isProbe(query)) return matrix([{ metric: {}, values: [[1795406600, '20']] }]);
    return matrix([]);
  };
}
