import type { CallContextV1, FetchLike, SignalQueryByKind } from '@midwatch/core';
import { type CloudWatchConnectorOptions, createCloudWatchConnector } from '../index.js';
import {
  type Body,
  createFakeCloudWatch,
  type FakeCloudWatchOptions,
  operationOf,
  type StoredEvent,
} from './fake-cloudwatch.js';

export const window = { startMs: Date.UTC(2026, 10, 23, 3, 0), endMs: Date.UTC(2026, 10, 23, 3, 30) };

export const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret-of-the-test' };

export interface Sent {
  readonly operation: string;
  readonly body: Body;
  readonly url: string;
  readonly headers: Headers;
}

/** A connector over one answer function, with every request that it sent. */
export function connect(
  answer: (request: Request) => Response | Promise<Response>,
  options: Partial<CloudWatchConnectorOptions> = {},
) {
  const sent: Sent[] = [];
  const fetch: FetchLike = async (input, init) => {
    const request = new Request(input, init);
    const body = (await request.clone().json()) as Body;
    sent.push({ operation: operationOf(request), body, url: request.url, headers: request.headers });
    return answer(request);
  };
  const connector = createCloudWatchConnector({ region: 'eu-west-1', credentials, fetch, ...options });
  const controller = new AbortController();
  const call = (deadlineMs = 5000): CallContextV1 => ({
    signal: controller.signal,
    deadlineAtMs: Date.now() + deadlineMs,
    fetch,
  });
  const logs = (query: Partial<SignalQueryByKind['logs']> = {}, deadlineMs?: number) =>
    connector.sources.logs!.doQuery(
      { window, target: { service: 'checkout' }, limit: 100, keep: 'newest', ...query },
      call(deadlineMs),
    );
  const metrics = (query: Partial<SignalQueryByKind['metrics']> = {}) =>
    connector.sources.metrics!.doQuery(
      { window, target: { service: 'checkout' }, limit: 100, keep: 'newest', ...query },
      call(),
    );
  const of = (operation: string) => sent.filter((one) => one.operation === operation);
  const queryText = () => String(of('StartQuery').at(-1)?.body['queryString']);
  return { call, connector, controller, logs, metrics, of, queryText, sent };
}

/** Lines of checkout's own group, spread over the window. */
export function storedEvents(
  count: number,
  overrides: (index: number) => Partial<StoredEvent> = () => ({}),
): StoredEvent[] {
  const stepMs = (window.endMs - window.startMs) / count;
  return Array.from({ length: count }, (_, index) => ({
    timestampMs: window.startMs + Math.floor(stepMs * index),
    message: `ERROR attempt ${index} failed`,
    group: '/ecs/checkout',
    ...overrides(index),
  }));
}

export const fake = (
  { options = {}, ...fakeOptions }: FakeCloudWatchOptions & { options?: Partial<CloudWatchConnectorOptions> },
) => connect(createFakeCloudWatch(fakeOptions), options);
