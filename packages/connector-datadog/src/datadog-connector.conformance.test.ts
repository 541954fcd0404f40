import { type ConformanceBackend, connectorConformance } from '@midwatch/testkit/conformance';
import {
  createFakeDatadog,
  eventItem,
  logItem,
  spanItem,
  type TimeseriesBody,
} from './__fixtures__/fake-datadog.js';
import { createDatadogConnector, type DatadogConnectorOptions } from './index.js';

const create = (input: Pick<DatadogConnectorOptions, 'baseUrl' | 'fetch' | 'token'>) =>
  createDatadogConnector({ ...input, applicationKey: () => 'application-key' });

/** The service is known from a time before the window, and so are its deploys. */
const DAY_MS = 86_400_000;

const backend: ConformanceBackend = ({ count, pageSize, service, window }) => {
  const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
  const times = Array.from({ length: count }, (_, index) => window.startMs + Math.floor(stepMs * index));
  const known = window.startMs - DAY_MS / 2;
  const answer = createFakeDatadog({
    logs: [
      logItem('earlier', known, { service }),
      ...times.map((atMs, index) => logItem(`log-${index}`, atMs, { service })),
    ],
    spans: [
      spanItem('9000', '9000', known, { service }),
      ...times.map((atMs, index) => spanItem(String(index + 1), String(index + 1), atMs, { service })),
    ],
    events: [
      eventItem('earlier', known, [`service:${service}`, 'version:v0']),
      ...times.map((atMs, index) =>
        eventItem(`event-${index}`, atMs, [`service:${service}`, `version:v${index + 1}`]),
      ),
    ],
    metrics: ['jobs.waiting', 'trace.web.request.hits', 'trace.web.request', 'rabbitmq.queue.messages'],
    pageSize,
    series: (body) => answerSeries(body, count, service, window),
  });
  const stranger = createFakeDatadog({ logs: [], spans: [], events: [], metrics: [] });
  return async (request) => {
    const asked = `${decodeURIComponent(request.url)} ${await request.clone().text()}`;
    return asked.includes('stranger') ? stranger(request) : answer(request);
  };
};

const untold = {
  'unknown-service (deploys)': 'An event tells what was deployed, not which services there are.',
};

function answerSeries(
  { from, to, interval, formulas, queries }: TimeseriesBody,
  count: number,
  service: string,
  window: { startMs: number; endMs: number },
) {
  const times: number[] = [];
  for (let at = Math.ceil(from / interval) * interval; at <= to; at += interval) times.push(at);
  const asked = formulas.findIndex(({ formula }) =>
    queries.some(({ name, query }) => formula === name && /rabbitmq\.queue|jobs\.waiting/.test(query)),
  );
  const indexes = Array.from({ length: asked < 0 ? 0 : count }, (_, index) => index);
  return {
    series: indexes.map((index) => ({
      group_tags: [`service:${service}`, `queue:queue-${index}`],
      query_index: asked,
      unit: null,
    })),
    times,
    values: indexes.map(() =>
      times.map((atMs) => (atMs >= window.startMs && atMs < window.endMs ? 1 : null)),
    ),
  };
}

await connectorConformance({
  name: 'datadog, metrics by role',
  create,
  queries: { metrics: { roles: ['queue.depth', 'request.rate'], stepMs: 60_000 } },
  skip: untold,
  backend,
});

await connectorConformance({
  name: 'datadog, metrics by name',
  create,
  queries: { metrics: { names: ['jobs.waiting'], stepMs: 60_000 } },
  skip: {
    ...untold,
    'repeated-cursor (metrics)': 'Series of metrics that are named come in one answer, which has no cursor.',
    'page-two-fails (metrics)': 'Metrics that are named take one request, which brings all of their series.',
  },
  backend,
});
