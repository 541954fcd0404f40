import { type ConformanceBackend, connectorConformance } from '@midwatch/testkit/conformance';
import { awsSigV4 } from './aws/index.js';
import { createPrometheusConnector, type PrometheusConnectorOptions } from './index.js';

const METRIC = 'jobs_queue_length';

const create = (input: Pick<PrometheusConnectorOptions, 'baseUrl' | 'fetch' | 'token'>) =>
  createPrometheusConnector({ ...input, tenant: 'team-a', webUrl: 'https://prometheus.example.com' });

const skip = {
  'repeated-cursor': 'Prometheus has no cursor: each query and the list of alerts come in one answer.',
  'unknown-service (incidents)':
    'Only alerts that fire are listed: a service without one may be unknown or well.',
  'page-two-fails (incidents)': 'The alerts that fire come in one answer, and nothing else is asked.',
};

const backend: ConformanceBackend =
  ({ count, service, window }) =>
  async (request) => {
    const items = Array.from({ length: count }, (_, index) => index);
    const labels = (index: number) => ({ job: 'shop', namespace: 'shop', queue: `queue-${index}`, service });
    if (request.url.includes('/api/v1/alerts')) {
      const stepMs = (window.endMs - window.startMs) / count;
      const alerts = items.map((index) => ({
        labels: { alertname: 'QueueTooLong', severity: 'warning', ...labels(index) },
        annotations: { summary: `queue-${index} is too long` },
        state: 'firing',
        activeAt: new Date(window.startMs + stepMs * index).toISOString(),
        value: '1e+00',
      }));
      return Response.json({ status: 'success', data: { alerts } });
    }
    const parameters = new URLSearchParams(await request.text());
    const query = parameters.get('query') ?? '';
    const [start = 0, end = 0, step = 1] = ['start', 'end', 'step'].map((name) =>
      Number(parameters.get(name)),
    );
    const values: [number, string][] = [];
    for (let at = start; at <= end; at += step) {
      if (at * 1000 >= window.startMs && at * 1000 < window.endMs) values.push([at, '1']);
    }
    const series = (name: string, more: object) => ({ metric: { __name__: name, ...more }, values });
    // Discovery finds the service whether or not it has points in the window.
    const result = !query.includes(service)
      ? []
      : query.startsWith('count by')
        ? [series(METRIC, labels(0)), series('http_requests_total', { service, status: '200' })]
        : query.includes(METRIC)
          ? items.map((index) => series(METRIC, labels(index)))
          : [];
    return Response.json({ status: 'success', data: { resultType: 'matrix', result } });
  };

await connectorConformance({
  name: 'prometheus, by name',
  create,
  skip,
  queries: { metrics: { names: [METRIC], stepMs: 60_000 } },
  backend,
});

await connectorConformance({
  name: 'prometheus, by role',
  create,
  skip,
  queries: { metrics: { roles: ['queue.depth', 'request.rate'], stepMs: 60_000 } },
  backend,
});

await connectorConformance({
  name: 'prometheus, signed for Amazon',
  skip,
  create: ({ token, ...input }) =>
    createPrometheusConnector({
      ...input,
      sign: awsSigV4({
        region: 'eu-central-1',
        credentials: () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: token }),
      }),
    }),
  queries: { metrics: { names: [METRIC], stepMs: 60_000 } },
  backend,
});
