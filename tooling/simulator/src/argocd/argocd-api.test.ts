import { describe, expect, test } from 'vitest';
import { createScenario } from '../scenario.js';
import { createSimulatorFetch } from '../simulator-fetch.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const simulatorFetch = createSimulatorFetch(scenario);
const { change } = scenario.truth;
const proxy = scenario.world.run.topology.services.find(({ trade }) => trade === 'database')?.name ?? '';

async function ask(path: string, token: string | null = scenario.argocdToken, method = 'GET') {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await simulatorFetch(`http://simulator/argocd${path}`, { headers, method });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

interface Application {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly sources?: unknown[]; readonly source?: unknown; readonly syncPolicy?: unknown };
  readonly status: {
    readonly history: readonly {
      readonly id: number;
      readonly deployedAt: string;
      readonly [more: string]: unknown;
    }[];
    readonly [more: string]: unknown;
  };
}

async function application(name: string): Promise<Application> {
  return (await ask(`/api/v1/applications/${name}`)).body as unknown as Application;
}

describe('who may read', () => {
  test('without a token, with a wrong one, with the right one', async () => {
    expect(await ask('/api/v1/applications', null)).toEqual({
      status: 401,
      body: { error: 'no session information', code: 16, message: 'no session information' },
    });
    expect(await ask('/api/v1/applications', 'guessed')).toMatchObject({ status: 401, body: { code: 16 } });
    expect((await ask('/api/v1/applications')).status).toBe(200);
    expect((await ask('/api/version', null)).body).toEqual({ Version: expect.stringMatching(/^v3\./) });
    expect((await ask('/api/v1/session/userinfo', null)).body).toEqual({});
    expect((await ask('/api/v1/session/userinfo')).body).toMatchObject({ loggedIn: true });
  });

  test('nothing is written', async () => {
    expect(await ask(`/api/v1/applications/${change.service}/sync`, undefined, 'POST')).toMatchObject({
      status: 403,
    });
  });

  test('an unknown application is forbidden, or missing when its project is named', async () => {
    expect(await ask('/api/v1/applications/nope')).toEqual({
      status: 403,
      body: { error: 'permission denied', code: 7, message: 'permission denied' },
    });
    expect(await ask('/api/v1/applications/nope?project=shop')).toMatchObject({
      status: 404,
      body: { code: 5 },
    });
    expect(await ask(`/api/v1/applications/${change.service}?project=other`)).toMatchObject({ status: 404 });
  });
});

test('the list holds every service once and can be narrowed', async () => {
  const names = async (query: string) =>
    ((await ask(`/api/v1/applications${query}`)).body['items'] as Application[] | null)?.map(
      ({ metadata }) => metadata.name,
    );
  expect(await names('')).toHaveLength(6);
  expect(await names(`?name=${change.service}`)).toEqual([change.service]);
  expect(await names('?projects=shop&selector=app.kubernetes.io/part-of=shop')).toHaveLength(6);
  expect(await names('?projects=other')).toBeUndefined();
});

test('history runs from the oldest to the newest and ends with the planted release', async () => {
  const { status } = await application(change.service);
  const times = status.history.map(({ deployedAt }) => Date.parse(deployedAt));
  expect(times).toEqual(times.toSorted((left, right) => left - right));
  expect(status.history.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
  expect(status.history.at(-1)).toMatchObject({
    revision: change.revision,
    deployedAt: '2026-11-17T21:30:00Z',
    initiatedBy: { username: 'dana.reyes' },
    source: { path: `apps/${change.service}` },
  });
  expect(status.history.at(-2)).toMatchObject({ revision: change.previousRevision });
});

test('the planted commit has author and change request', async () => {
  const path = `/api/v1/applications/${change.service}/revisions/${change.revision}/metadata`;
  expect((await ask(path)).body).toMatchObject({
    author: 'Dana Reyes <dana.reyes@example.com>',
    message: expect.stringContaining('(#847)'),
    date: expect.stringMatching(/^2026-11-17T21:2\d:\d\dZ$/),
  });
  expect(await ask(path.replace(change.revision, 'f'.repeat(40)))).toMatchObject({
    status: 500,
    body: { code: 2 },
  });
});

async function manifestsAt(revision: string): Promise<Map<string, Record<string, unknown>>> {
  const { body } = await ask(`/api/v1/applications/${change.service}/manifests?revision=${revision}`);
  const objects = (body['manifests'] as string[]).map((text) => JSON.parse(text) as Record<string, unknown>);
  return new Map(objects.map((object) => [String(object['kind']), object]));
}

test('the manifests of the two revisions differ in image, limit and what follows from them', async () => {
  const [before, after] = [await manifestsAt(change.previousRevision), await manifestsAt(change.revision)];
  const { data: old } = before.get('ConfigMap') as { data: Record<string, string> };
  const { data: now } = after.get('ConfigMap') as { data: Record<string, string> };
  const differing = Object.keys({ ...old, ...now }).filter((key) => old[key] !== now[key]);
  expect(differing).toEqual(['POOL_MAX']);
  expect([old['POOL_MAX'], now['POOL_MAX']]).toEqual(['100', '10']);
  expect(JSON.stringify(before.get('Deployment'))).toContain(`${change.service}:v2.14.2"`);
  expect(JSON.stringify(after.get('Deployment'))).toContain(`${change.service}:v2.14.3"`);
  expect(after.get('Secret')).toMatchObject({ data: { password: '++++++++' } });
  expect(JSON.stringify(after.get('Service'))).toBe(
    JSON.stringify(before.get('Service')).replaceAll('v2.14.2', 'v2.14.3'),
  );
});

describe('an application with two sources', () => {
  test('has parallel lists and an empty source beside them', async () => {
    const { spec, status } = await application(proxy);
    expect(spec.source).toBeUndefined();
    expect(spec.sources).toHaveLength(2);
    expect(status.history[0]).toMatchObject({
      source: { repoURL: '' },
      revisions: [expect.any(String), expect.any(String)],
    });
    expect(status.history[0]?.['revision']).toBeUndefined();
  });

  test('takes revisions with source positions and ignores a bare revision', async () => {
    const { status } = await application(proxy);
    const [, oldest] = (status.history[0]?.['revisions'] ?? []) as string[];
    const read = async (query: string) =>
      (await ask(`/api/v1/applications/${proxy}/manifests?${query}`)).body['revision'];
    expect(await read(`revisions=${oldest}&sourcePositions=2`)).toBe(oldest);
    expect(await read(`revision=${oldest}`)).not.toBe(oldest);
    expect(await ask(`/api/v1/applications/${proxy}/manifests?revisions=x&sourcePositions=3`)).toMatchObject({
      status: 400,
    });
  });
});

test('the resource tree leads from the deployment to the pods that run now', async () => {
  const { body } = await ask(`/api/v1/applications/${change.service}/resource-tree`);
  const nodes = body['nodes'] as {
    kind: string;
    name: string;
    uid: string;
    parentRefs?: { uid: string }[];
    images?: string[];
  }[];
  const ofKind = (kind: string) => nodes.filter((node) => node.kind === kind);
  expect(ofKind('ReplicaSet')).toHaveLength(2);
  expect(ofKind('Pod')).toHaveLength(3);
  const uids = new Set(nodes.map(({ uid }) => uid));
  expect(nodes.flatMap(({ parentRefs = [] }) => parentRefs).every(({ uid }) => uids.has(uid))).toBe(true);
  for (const pod of ofKind('Pod')) expect(pod.images).toEqual([expect.stringMatching(/:v2\.14\.3$/)]);
});

test('managed resources carry their states as text', async () => {
  const { body } = await ask(`/api/v1/applications/${change.service}/managed-resources`);
  const items = body['items'] as { kind: string; liveState: string }[];
  expect(items.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'Deployment', 'Secret', 'Service']);
  expect(JSON.parse(items[0]?.liveState ?? '')).toMatchObject({ kind: items[0]?.kind });
});
