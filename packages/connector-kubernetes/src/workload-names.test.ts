import type { SignalSourceV1 } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { deployment, serve, status, window } from './__fixtures__/cluster.js';

const call = () => ({
  signal: new AbortController().signal,
  deadlineAtMs: Date.UTC(2100, 0, 1),
  fetch: (input: string, init?: RequestInit) => fetch(input, init),
});

/** What is told of names, asked about a service. */
async function namesTold(server: ReturnType<typeof serve>, service?: string) {
  const source = server.connector().sources.deploys as SignalSourceV1<'deploys'>;
  const target = { namespace: 'shop', ...(service === undefined ? {} : { service }) };
  const batch = await source.doQuery(
    { window, target, limit: 100, keep: 'newest' },
    { ...call(), fetch: server.fetch as typeof fetch },
  );
  return batch.workloads;
}

const labels = {
  'app.kubernetes.io/name': 'checkout',
  'argocd.argoproj.io/instance': 'shop-checkout',
  'helm.sh/chart': 'checkout-1.2.3',
};
const tracked = (id: string) =>
  deployment({
    spec: { template: {} },
    metadata: { name: 'till', uid: 'd-2', annotations: { 'argocd.argoproj.io/tracking-id': id } },
  });

describe('names of workloads', () => {
  it('are told of all there, with the labels that name services, whichever was asked for', async () => {
    const env = [{ name: 'OTEL_SERVICE_NAME', value: 'checkout-api' }];
    const template = { spec: { containers: [{ name: 'c', env }] } };
    const server = serve({
      '/deployments': [
        deployment({ metadata: { name: 'checkout-deploy', labels }, spec: { template } }),
        deployment({ metadata: { name: 'payments', uid: 'd-2' } }),
      ],
    });
    const checkout = {
      namespace: 'shop',
      kind: 'Deployment',
      workload: 'checkout-deploy',
      names: [
        { name: 'checkout-api', toldBy: 'service.name', isTelemetryName: true },
        { name: 'checkout', toldBy: 'label app.kubernetes.io/name' },
        { name: 'shop-checkout', toldBy: 'label argocd.argoproj.io/instance' },
      ],
    };
    // From its pod template.
    const payments = {
      namespace: 'shop',
      kind: 'Deployment',
      workload: 'payments',
      service: 'payments',
      names: [{ name: 'orders', toldBy: 'label app' }],
    };
    expect(await namesTold(server)).toEqual([{ ...checkout, service: 'checkout-api' }, payments]);
    // Its signals are reported for the name it was asked by.
    expect(await namesTold(server, 'checkout')).toEqual([{ ...checkout, service: 'checkout' }, payments]);
  });

  it.each([
    ['shop-till:apps/Deployment:shop/till', ['shop-till']],
    ['shop-till:apps/Deployment:shop/another', []],
    ['shop-till:apps/StatefulSet:shop/till', []],
    ['shop-till', []],
    ['', []],
  ])('take the application that tracks the object, from no copied annotation: %j', async (id, names) => {
    const told = await namesTold(serve({ '/deployments': [tracked(id)] }));
    expect(told?.[0]?.names.map(({ name }) => name)).toEqual(names);
  });

  it('are not told at all where a part of the workloads could not be read', async () => {
    const server = serve({ '/deployments': [deployment()], '/statefulsets': () => status(403, 'Forbidden') });
    expect(await namesTold(server)).toBeUndefined();
  });
});
