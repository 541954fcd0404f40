import { expect, test } from 'vitest';
import { MINUTE_MS, openShop, planOf } from '../__fixtures__/acting.js';

type Shop = ReturnType<typeof openShop>;

async function send({ simulator }: Shop, token: string, method: string, path: string, body?: unknown) {
  const response = await simulator.fetch(`http://simulator${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status;
}

test('Argo CD: the account that reads rolls nothing back, and the one that writes does nothing else', async () => {
  const shop = openShop({ helps: true });
  const { service } = shop;
  const { argocd, write } = shop.simulator.tokens;
  const application = `/argocd/api/v1/applications/${service}`;
  expect(await send(shop, argocd, 'GET', application)).toBe(200);
  expect(await send(shop, argocd, 'POST', `${application}/rollback`, { id: 1 })).toBe(403);
  expect(await send(shop, 'another', 'POST', `${application}/rollback`, { id: 1 })).toBe(401);
  expect(await send(shop, write, 'GET', application)).toBe(200);
  for (const [method, path] of [
    ['GET', '/argocd/api/v1/applications'],
    ['POST', `${application}/sync`],
    ['DELETE', application],
    ['PATCH', application],
    ['GET', `${application}/manifests`],
    ['POST', '/argocd/api/v1/applications/unknown/rollback'],
  ] as const)
    expect([path, await send(shop, write, method, path, method === 'GET' ? undefined : {})]).toEqual([
      path,
      403,
    ]);
  expect(await send(shop, write, 'POST', `${application}/rollback`, { id: 99 })).toBe(400);
  expect(await send(shop, write, 'POST', `${application}/rollback`, { id: 1, dryRun: true })).toBe(200);
  expect(shop.simulator.writes).toEqual([]);
  expect(await send(shop, write, 'POST', `${application}/rollback`, { id: 1 })).toBe(200);
  expect(await send(shop, write, 'POST', `${application}/rollback`, { id: 1 })).toBe(400);
  expect(shop.simulator.writes).toHaveLength(1);
});

test('Kubernetes: the account that reads writes nothing, and the one that writes does nothing else', async () => {
  const shop = openShop({ deployedBy: 'kubectl', helps: true });
  const { namespace, service } = shop;
  const { kubernetes, write } = shop.simulator.tokens;
  const deployments = `/kubernetes/apis/apps/v1/namespaces/${namespace}/deployments`;
  const replicas = { metadata: { uid: `uid-${service}`, resourceVersion: '1' }, spec: { replicas: 9 } };
  expect(await send(shop, kubernetes, 'GET', deployments)).toBe(200);
  expect(await send(shop, kubernetes, 'PATCH', `${deployments}/${service}`, replicas)).toBe(403);
  expect(await send(shop, 'another', 'GET', deployments)).toBe(401);
  expect(await send(shop, write, 'GET', `${deployments}/${service}`)).toBe(200);
  for (const [method, path] of [
    ['GET', deployments],
    ['DELETE', `${deployments}/${service}`],
    ['PUT', `${deployments}/${service}`],
    ['PATCH', `${deployments}/${service}/scale`],
    ['GET', `/kubernetes/api/v1/namespaces/${namespace}/secrets`],
    ['GET', '/kubernetes/api/v1/pods'],
    ['DELETE', `/kubernetes/api/v1/namespaces/${namespace}/pods/x`],
    ['PATCH', `/kubernetes/apis/apps/v1/namespaces/other/deployments/${service}`],
  ] as const)
    expect([path, await send(shop, write, method, path, method === 'GET' ? undefined : {})]).toEqual([
      path,
      403,
    ]);
  // As it was read by nobody: somebody else was faster.
  expect(await send(shop, write, 'PATCH', `${deployments}/${service}`, replicas)).toBe(409);
  expect(shop.simulator.writes).toEqual([]);
});

test('a plan for a state that is no more changes nothing', async () => {
  const shop = openShop({ deployedBy: 'kubectl', helps: true });
  const plan = planOf(await shop.planRollback());
  expect(await shop.apply(plan)).toMatchObject({ wrote: true });
  shop.clock.nowMs += MINUTE_MS;
  const undo = planOf(await shop.executor.planUndo(plan, shop.call()));
  expect(await shop.apply(undo)).toMatchObject({ wrote: true });
  expect(await shop.apply(undo)).toMatchObject({ wrote: false });
  expect(shop.simulator.writes).toHaveLength(2);
});
