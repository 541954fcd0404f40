import {
  type ConformanceBackend,
  type ConformanceScenario,
  connectorConformance,
} from '@midwatch/testkit/conformance';
import { createJaegerConnector } from './jaeger-connector.js';

interface StoredTrace {
  readonly traceId: string;
  readonly startMs: number;
}

function storedTraces({ count, window }: ConformanceScenario): StoredTrace[] {
  const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
  return Array.from({ length: count }, (_, index) => ({
    traceId: (index + 1).toString(16).padStart(32, '0'),
    startMs: window.startMs + Math.floor(index * stepMs),
  }));
}

/** As the server does: those in the window, of that service, the newest first, no more than asked for. */
function found(
  scenario: ConformanceScenario,
  service: string | null,
  fromMs: number,
  toMs: number,
  depth: number,
) {
  if (service !== scenario.service) return [];
  const inWindow = storedTraces(scenario).filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  return inWindow.reverse().slice(0, depth);
}

const nothing = () =>
  new Response('{"error":{"httpCode":404,"message":"No traces found"}}\n', {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });

/** The server after 2.20: v3 only. */
const v3Backend: ConformanceBackend = (scenario) => (request) => {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname.endsWith('/api/v3/services')) return Response.json({ services: [scenario.service] });
  if (!pathname.endsWith('/api/v3/traces')) return new Response('404 page not found\n', { status: 404 });
  const time = (name: string) => Date.parse(searchParams.get(name) ?? '');
  const traces = found(
    scenario,
    searchParams.get('query.service_name'),
    time('query.start_time_min'),
    time('query.start_time_max'),
    Number(searchParams.get('query.search_depth')),
  );
  if (traces.length === 0) return nothing();
  const spans = traces.map(({ traceId, startMs }) => ({
    traceId,
    spanId: '00000000000000a1',
    name: 'GET /',
    kind: 2,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 20}000000`,
    status: {},
  }));
  const attributes = [{ key: 'service.name', value: { stringValue: scenario.service } }];
  const resourceSpans = [{ resource: { attributes }, scopeSpans: [{ scope: {}, spans }] }];
  return Response.json({ result: { resourceSpans } });
};

/** A server that has the old API only, and shows its page for every path that it does not know. */
const legacyBackend: ConformanceBackend = (scenario) => (request) => {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname.endsWith('/prefix/api/services'))
    return Response.json({ data: [scenario.service], errors: null });
  if (!pathname.endsWith('/prefix/api/traces')) {
    return new Response('<!doctype html><title>Jaeger UI</title>', {
      headers: { 'content-type': 'text/html' },
    });
  }
  const timeMs = (name: string) => Number(searchParams.get(name)) / 1000;
  const limit = Number(searchParams.get('limit'));
  const traces = found(scenario, searchParams.get('service'), timeMs('start'), timeMs('end'), limit);
  const data = traces.map(({ traceId, startMs }) => ({
    traceID: traceId,
    spans: [
      {
        traceID: traceId,
        spanID: '00000000000000a1',
        operationName: 'GET /',
        references: [],
        startTime: startMs * 1000,
        duration: 20_000,
        tags: [{ key: 'span.kind', type: 'string', value: 'server' }],
        logs: [],
        processID: 'p1',
        warnings: null,
      },
    ],
    processes: { p1: { serviceName: scenario.service, tags: [] } },
    warnings: null,
  }));
  return Response.json({ data, total: 0, limit: 0, offset: 0, errors: null });
};

const skip = {
  'repeated-cursor': 'Jaeger has no cursor: a search is cut at its depth and says nothing of the rest.',
};

await connectorConformance({
  name: 'jaeger, v3',
  skip,
  create: ({ fetch, baseUrl, token }) =>
    createJaegerConnector({ fetch, baseUrl, token, webUrl: 'https://jaeger.example' }),
  backend: v3Backend,
});

await connectorConformance({
  name: 'jaeger, legacy',
  skip,
  create: ({ fetch, baseUrl, token }) => createJaegerConnector({ fetch, baseUrl, token }),
  backend: legacyBackend,
});
