import type { CallContextV1, FetchLike, SignalQueryByKind } from '@midwatch/core';
import { createJaegerConnector, type JaegerConnectorOptions } from '../jaeger-connector.js';

export const window = { startMs: Date.UTC(2026, 10, 23, 3, 45), endMs: Date.UTC(2026, 10, 23, 4, 45) };
const query: SignalQueryByKind['traces'] = {
  window,
  target: { service: 'orders' },
  limit: 2,
  keep: 'newest',
};

/** Answers by path, in the order that requests come in; what is sent is kept. */
export function setup(
  answers: Record<string, (url: URL) => Response>,
  options: Partial<JaegerConnectorOptions> = {},
) {
  const sent: string[] = [];
  const tenants: (string | null)[] = [];
  const fetch: FetchLike = async (input, init) => {
    const url = new URL(input);
    tenants.push(new Headers(init?.headers).get('x-tenant'));
    sent.push(decodeURIComponent(url.pathname + url.search));
    const answer = answers[url.pathname];
    return answer === undefined ? new Response('404 page not found\n', { status: 404 }) : answer(url);
  };
  const connector = createJaegerConnector({ baseUrl: 'https://jaeger.example', ...options });
  const call: CallContextV1 = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch,
  };
  const ask = (overrides: Partial<SignalQueryByKind['traces']> = {}) =>
    connector.sources.traces!.doQuery({ ...query, ...overrides }, call);
  return { connector, sent, tenants, call, ask };
}

export const noTraces = () =>
  Response.json({ error: { httpCode: 404, message: 'No traces found' } }, { status: 404 });

interface V3Span {
  traceId: string;
  atMs?: number;
  service?: string;
  durationMs?: number;
  error?: boolean;
  parentSpanId?: string;
  attributes?: readonly object[];
}

/** An answer of the v3 API, all spans in one list. */
export function v3(...spans: V3Span[]) {
  return Response.json({
    result: {
      resourceSpans: spans.map(
        ({ traceId, atMs = window.startMs, service = 'orders', durationMs = 1, error, parentSpanId, attributes }) => ({
          resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: traceId.padStart(32, '0'),
                  spanId: '00000000000000a1',
                  ...(parentSpanId === undefined ? {} : { parentSpanId }),
                  ...(attributes === undefined ? {} : { attributes }),
                  name: 'work',
                  startTimeUnixNano: `${atMs}000000`,
                  endTimeUnixNano: `${atMs + durationMs}000000`,
                  ...(error ? { status: { code: 2 } } : {}),
                },
              ],
            },
          ],
        }),
      ),
    },
  });
}
