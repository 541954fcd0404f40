import { type ConnectorV1, querySignals } from '@midwatch/core';
import { createKubernetesConnector } from '../index.js';

/** Shapes as in the API reference of Kubernetes 1.36 and Flux 2; no cluster could be recorded. */

export const window = { startMs: Date.UTC(2026, 10, 20), endMs: Date.UTC(2026, 10, 21) };
/** Hours and minutes into the window, as the API server writes them. */
export const at = (hour: number, minute = 0) =>
  new Date(window.startMs + hour * 3_600_000 + minute * 60_000).toISOString().replace('.000', '');
export const msAt = (hour: number, minute = 0) => Date.parse(at(hour, minute));

export const ownedBy = (kind: string, name: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }];

export function template(image: string, env: readonly object[] = [], more: object = {}) {
  return { metadata: { labels: { app: 'orders' } }, spec: { containers: [{ name: 'orders', image, env }], ...more } };
}

export function deployment(given: { metadata?: object; spec?: object; status?: object } = {}) {
  return {
    metadata: { name: 'orders', namespace: 'shop', uid: 'd-1', generation: 7, labels: {}, ...given.metadata },
    spec: { replicas: 2, selector: { matchLabels: { app: 'orders' } }, template: template('acme/orders:v2'), ...given.spec },
    status: {
      observedGeneration: 7,
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      conditions: [
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          lastUpdateTime: at(15, 3),
          message: 'ReplicaSet "orders-6d4f5c7b3" has successfully progressed.',
        },
      ],
      ...given.status,
    },
  };
}

export function replicaSet(
  revision: number,
  created: string,
  podTemplate: object,
  given: { history?: string; uid?: string; cause?: string } = {},
) {
  const hash = `6d4f5c7b${revision}`;
  return {
    metadata: {
      name: `orders-${hash}`,
      namespace: 'shop',
      uid: `rs-${revision}`,
      creationTimestamp: created,
      labels: { app: 'orders', 'pod-template-hash': hash },
      annotations: {
        'deployment.kubernetes.io/revision': String(revision),
        ...(given.history === undefined ? {} : { 'deployment.kubernetes.io/revision-history': given.history }),
        ...(given.cause === undefined ? {} : { 'kubernetes.io/change-cause': given.cause }),
      },
      ownerReferences: ownedBy('Deployment', 'orders', given.uid ?? 'd-1'),
    },
    spec: { template: podTemplate },
  };
}

export function pod(name: string, status: object, given: { metadata?: object; spec?: object } = {}) {
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: at(1),
      labels: { app: 'orders', 'pod-template-hash': '6d4f5c7b9' },
      ownerReferences: ownedBy('ReplicaSet', 'orders-6d4f5c7b9', 'rs-9'),
      ...given.metadata,
    },
    spec: { nodeName: 'worker-1', containers: [{ name: 'orders' }], ...given.spec },
    status: { phase: 'Running', ...status },
  };
}

type Answer = readonly object[] | object | (() => Response);

/** A server that holds these lists, by the end of their path, and these objects. */
export function serve(answers: Record<string, Answer>) {
  const asked: string[] = [];
  const fetch = (input: string) => {
    const url = new URL(input);
    asked.push(`${url.pathname}${decodeURIComponent(url.search).replace(/[?&]limit=250/, '')}`);
    const found = Object.entries(answers).find(([path]) => url.pathname.endsWith(path))?.[1];
    if (typeof found === 'function') return Promise.resolve((found as () => Response)());
    if (Array.isArray(found)) return Promise.resolve(Response.json({ kind: 'List', metadata: {}, items: found }));
    if (found !== undefined) return Promise.resolve(Response.json(found));
    const isList = /s$/.test(url.pathname) && !/configmaps\/|releases\/|kustomizations\//.test(url.pathname);
    if (isList) return Promise.resolve(Response.json({ kind: 'List', metadata: {}, items: [] }));
    return Promise.resolve(status(404, 'NotFound'));
  };
  const connector = (more: object = {}): ConnectorV1 =>
    createKubernetesConnector({ baseUrl: 'https://cluster.example', token: 't', fetch, ...more });
  return { asked, fetch, connector };
}

export function status(code: number, reason: string, more: object = {}) {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message: 'no', ...more };
  return Response.json(body, { status: code });
}

export function ask<K extends 'deploys' | 'incidents'>(
  server: ReturnType<typeof serve>,
  kind: K,
  target: { service?: string; namespace?: string; pod?: string } = { service: 'orders', namespace: 'shop' },
  more: object = {},
) {
  return querySignals(server.connector(more), kind, { window, target }, { redact: 'none' });
}
