import { connectorConformance } from '@midwatch/testkit/conformance';
import { createPrometheusConnector } from './index.js';

const METRIC = 'queue_length';

await connectorConformance({
  name: 'prometheus',
  create: (input) =>
    createPrometheusConnector({ ...input, tenant: 'team-a', webUrl: 'https://prometheus.example.com' }),
  // Series of a name are what can be counted out; roles aggregate.
  queries: { metrics: { names: [METRIC], stepMs: 60_000 } },
  backend:
    ({ count, service, window }) =>
    async (request) => {
      const labels = (index: number) => ({ job: 'shop', namespace: 'shop', pod: `pod-${index}`, service });
      if (request.url.includes('/api/v1/alerts')) {
        const stepMs = (window.endMs - window.startMs) / count;
        const alerts = Array.from({ length: count }, (_, index) => ({
          labels: { alertname: 'QueueTooLong', severity: 'warning', ...labels(index) },
          annotations: { summary: `queue of pod-${index} is too long` },
          state: 'firing',
          activeAt: new Date(window.startMs + stepMs * index).toISOString(),
          value: '1e+00',
        }));
        return Response.json({ status: 'success', data: { alerts } });
      }
      const parameters = new URLSearchParams(await request.text());
      const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(parameters.get(name)));
      const values: [number, string][] = [];
      for (let at = start!; at <= end!; at += step!) {
        if (at * 1000 >= window.startMs && at * 1000 < window.endMs) values.push([at, '1']);
      }
      // Discovery finds the service whether or not it has points in the window.
      const isDiscovery = parameters.get('query')?.startsWith('count by');
      const result = isDiscovery
        ? [{ metric: { __name__: METRIC, job: 'shop', service }, values }]
        : Array.from({ length: count }, (_, index) => ({
            metric: { __name__: METRIC, ...labels(index) },
            values,
          }));
      return Response.json({ status: 'success', data: { resultType: 'matrix', result } });
    },
});
