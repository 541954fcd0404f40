import { connectorConformance } from '@midwatch/testkit/conformance';
import { createKubernetesConnector } from './index.js';

/** A Deployment with as many revisions as there are items, and as many crashed containers. */
await connectorConformance({
  name: 'kubernetes',
  skip: {
    'unknown-service (incidents)':
      'Events tell of what went wrong only; whether there is such a workload the deploys tell.',
  },
  create: ({ fetch, baseUrl, token }) => createKubernetesConnector({ fetch, baseUrl, token }),
  backend: ({ count, window, service, pageSize = 500 }) => {
    const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
    const times = Array.from({ length: count }, (_, index) =>
      new Date(window.startMs + Math.floor(index * stepMs)).toISOString(),
    );
    const owner = (kind: string, name: string, uid: string) => [{ kind, name, uid, controller: true }];
    const namespace = 'shop';
    const lists: Record<string, readonly object[]> = {
      deployments: [
        {
          metadata: { name: service, namespace, uid: 'd-1', generation: 1 },
          spec: { replicas: 1, selector: { matchLabels: { app: 'x' } }, template: {} },
          status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
        },
      ],
      replicasets: times.map((creationTimestamp, index) => ({
        metadata: {
          name: `rs-${index}`,
          namespace,
          uid: `rs-${index}`,
          creationTimestamp,
          annotations: { 'deployment.kubernetes.io/revision': String(index + 1) },
          ownerReferences: owner('Deployment', service, 'd-1'),
        },
        spec: { template: { spec: { containers: [{ name: 'app', image: `acme/app:v${index}` }] } } },
      })),
      pods: times.map((finishedAt, index) => ({
        metadata: {
          name: `pod-${index}`,
          namespace,
          uid: `pod-${index}`,
          ownerReferences: owner('StatefulSet', service, 's-1'),
        },
        spec: { nodeName: 'node-1' },
        status: {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'app',
              ready: true,
              restartCount: 1,
              state: { running: { startedAt: finishedAt } },
              lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt } },
            },
          ],
        },
      })),
    };
    return (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.endsWith('/version')) return Response.json({ gitVersion: 'v1.36.1' });
      if (pathname.endsWith('accessreviews')) return Response.json({ status: { allowed: true } });
      const all = lists[pathname.split('/').at(-1) ?? ''] ?? [];
      const from = Number(searchParams.get('continue') ?? 0);
      const left = all.length - from - pageSize;
      const paging = left > 0 ? { continue: String(from + pageSize), remainingItemCount: left } : {};
      const items = all.slice(from, from + pageSize);
      return Response.json({ kind: 'List', metadata: { resourceVersion: '1', ...paging }, items });
    };
  },
});
