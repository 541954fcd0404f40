import type { FetchLike } from '@midwatch/core';
import { connectorConformance } from '@midwatch/testkit/conformance';
import { createFakeCloudWatch } from './__fixtures__/fake-cloudwatch.js';
import { createCloudWatchConnector } from './index.js';

/** AWS has one address for all operations; here each has its own, since the suite tells calls apart by their paths. */
const withPaths =
  (fetch: FetchLike): FetchLike =>
  (input, init) =>
    fetch(`${input}/${new Headers(init?.headers).get('x-amz-target')?.split('.').at(-1)}`, init);

const skipped = {
  insights: {
    'repeated-cursor (logs)': 'Insights gives all rows of a query in one answer, which has no cursor.',
  },
  'filter-log-events': {},
};

for (const logsApi of ['insights', 'filter-log-events'] as const) {
  await connectorConformance({
    name: `cloudwatch by ${logsApi}`,
    create: ({ baseUrl, fetch, token }) =>
      createCloudWatchConnector({
        baseUrl,
        fetch: withPaths(fetch),
        logsApi,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret', sessionToken: token },
        webUrl: 'https://eu-west-1.console.aws.amazon.com',
        metricFamilies: ['ecs-container-insights'],
      }),
    skip: skipped[logsApi],
    queries: { metrics: { roles: ['cpu.usage'] } },
    backend: ({ count, kind, pageSize, service, window }) => {
      const lengthMs = window.endMs - window.startMs;
      const events = Array.from({ length: kind === 'logs' ? count : 0 }, (_, index) => ({
        timestampMs: window.startMs + Math.floor((lengthMs * index) / count),
        message: `{"level":"error","msg":"attempt ${index} failed","trace_id":"0af7651916cd43dd8448eb211c80319c"}`,
        group: `/ecs/${service}`,
      }));
      const minutes = Math.floor(lengthMs / 60_000);
      const series = Array.from({ length: kind === 'metrics' ? count : 0 }, (_, index) => ({
        namespace: 'ECS/ContainerInsights',
        name: 'CpuUtilized',
        dimensions: { ClusterName: `cluster-${index}`, ServiceName: service },
        points: Array.from(
          { length: minutes },
          (_, minute) => [window.startMs + minute * 60_000, 256] as const,
        ),
      }));
      return createFakeCloudWatch({ events, series, groups: [`/ecs/${service}`], pageSize });
    },
  });
}
