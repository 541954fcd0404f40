import type { CallContextV1, FetchLike, SignalQueryByKind } from '@midwatch/core';
import { createTempoConnector, type TempoConnectorOptions } from '../index.js';
import { createFakeTempo, type FakeTempoOptions, type StoredTrace } from './fake-tempo.js';

/** The hour of the recordings. */
export const window = { startMs: 1795403040000, endMs: 1795406760000 };

export type TracesQuery = SignalQueryByKind['traces'];

/** A connector over one answer function, with every address that it sent. */
export function connect(
  answer: (request: Request) => Response | Promise<Response>,
  options: Partial<TempoConnectorOptions> = {},
) {
  const sent: URL[] = [];
  const headers: Headers[] = [];
  const fetch: FetchLike = async (input, init) => {
    const request = new Request(input, init);
    sent.push(new URL(request.url));
    headers.push(request.headers);
    return answer(request);
  };
  const connector = createTempoConnector({ baseUrl: 'http://tempo:3200', fetch, ...options });
  const call: CallContextV1 = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch,
  };
  const ask = (query: Partial<TracesQuery> = {}) =>
    connector.sources.traces!.doQuery(
      { window, target: { service: 'orders' }, limit: 25, keep: 'newest', ...query },
      call,
    );
  const searches = () => sent.filter(({ pathname }) => pathname.endsWith('/api/search'));
  const reads = () => sent.filter(({ pathname }) => pathname.includes('/traces/'));
  return { ask, call, connector, headers, reads, searches, sent };
}

/** Traces spread over the window. */
export function storedTraces(
  count: number,
  overrides: (index: number) => Partial<StoredTrace> = () => ({}),
): StoredTrace[] {
  const stepMs = (window.endMs - window.startMs) / count;
  return Array.from({ length: count }, (_, index) => ({
    traceId: traceId(index + 1),
    startMs: window.startMs + Math.floor(stepMs * index),
    service: 'orders',
    durationMs: 20,
    ...overrides(index),
  }));
}

export const traceId = (number: number) => number.toString(16).padStart(32, '0');

/** A fake long after the window, so that all of it can be searched. */
export const fake = (
  traces: readonly StoredTrace[],
  { options = {}, ...fakeOptions }: FakeTempoOptions & { options?: Partial<TempoConnectorOptions> } = {},
) => connect(createFakeTempo(traces, { nowMs: window.endMs + 3_600_000, ...fakeOptions }), options);
