import type { DeploySignal } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { application, at, deploys, serve, source } from './__fixtures__/serve.js';

describe('deploys from Argo CD', () => {
  it('tells who changed what, from which version to which, and how to go back', async () => {
    const server = serve([application({ spec: { syncPolicy: { automated: { selfHeal: true } } } })]);
    const { signals, gaps } = await deploys(
      server,
      { service: 'checkout' },
      { webUrl: 'https://argo.example/' },
    );
    expect(gaps).toEqual([]);
    expect(signals.at(-1)).toMatchObject({
      service: 'checkout',
      namespace: 'shop',
      timestampMs: Date.parse(at(21)),
      revision: 'bbbbbbb2',
      previousRevision: 'aaaaaaa1',
      version: 'v2',
      previousVersion: 'v1',
      repository: 'acme/deploy',
      actor: 'Dana',
      summary: 'Cut the limit (#12)',
      changeRequest: '#12',
      changeRequestUrl: 'https://github.com/acme/deploy/pull/12',
      phase: 'succeeded',
      changes: [
        { path: 'Deployment/checkout container app env LIMIT', before: '100', after: '10' },
        { path: 'Deployment/checkout container app image', before: 'acme/app:v1', after: 'acme/app:v2' },
      ],
      rollback: {
        system: 'argocd',
        object: 'checkout',
        toRevision: '0',
        toVersion: 'v1',
        selfHeals: true,
        namespace: 'argocd',
      },
      url: 'https://argo.example/applications/argocd/checkout',
    } satisfies Partial<DeploySignal>);
  });

  it.each([
    ['with self-heal', { automated: { selfHeal: true } }, true],
    ['with automated sync, which refuses a rollback', { automated: {} }, true],
    ['with automated sync switched off', { automated: { enabled: false, selfHeal: true } }, false],
    ['by hand', undefined, false],
  ])('a rollback %s needs automated sync off first: %j is %s', async (_, syncPolicy, selfHeals) => {
    const { signals } = await deploys(serve([application({ spec: { syncPolicy } })]));
    expect(signals.at(-1)?.rollback?.selfHeals).toBe(selfHeals);
  });

  it('passes project and namespace of the application, so that a missing one is not taken for a forbidden one', async () => {
    const server = serve([application()]);
    await deploys(server);
    const detailed = server.asked.filter(
      (path) => !path.startsWith('/api/v1/applications?') && path !== '/api/v1/applications',
    );
    expect(detailed.length).toBeGreaterThan(0);
    for (const path of detailed)
      expect(path).toMatch(/project=prod.*appNamespace=argocd|appNamespace=argocd.*project=prod/);
  });

  it('reads entries of several sources by `revisions`, although an empty `source` stands beside them', async () => {
    const chart = { repoURL: 'https://charts.example.com', chart: 'checkout', targetRevision: '1.2.3' };
    const entry = (id: number, hour: number, commit: string) => ({
      id,
      revisions: ['1.2.3', commit],
      sources: [chart, source],
      source: { repoURL: '' },
      deployedAt: at(hour),
    });
    const server = serve([
      application({ status: { history: [entry(0, 2, 'aaaaaaa1'), entry(1, 21, 'bbbbbbb2')] } }),
    ]);
    const { signals, gaps } = await deploys(server);
    expect(gaps).toEqual([]);
    // The commit is what people can look up, not the version of the chart.
    expect(signals.map(({ revision, repository }) => [revision, repository])).toEqual([
      ['aaaaaaa1', 'acme/deploy'],
      ['bbbbbbb2', 'acme/deploy'],
    ]);
    const asked = server.asked.join('\n');
    expect(asked).toContain('/revisions/bbbbbbb2/metadata?project=prod&appNamespace=argocd&sourceIndex=1');
    expect(asked).toContain('revisions=1.2.3&revisions=bbbbbbb2&sourcePositions=1&sourcePositions=2');
  });

  it('reads the newest three in full, and manifests that two of them share once', async () => {
    const history = Array.from({ length: 6 }, (_, index) => ({
      id: index,
      revision: `aaaaaaa${index}`,
      deployedAt: at(index),
      source,
    }));
    const server = serve([application({ status: { history } })]);
    const { signals } = await deploys(server);
    expect(signals.map(({ summary }) => summary !== undefined)).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
    expect(
      server.asked.filter((path) => path.includes('/metadata')).map((path) => /aaaaaaa\d/.exec(path)?.[0]),
    ).toEqual(['aaaaaaa5', 'aaaaaaa4', 'aaaaaaa3']);
    expect(server.asked.filter((path) => path.includes('/manifests'))).toHaveLength(4);
  });

  it('one odd application does not hide the others', async () => {
    const odd = [{ metadata: {} }, { metadata: { name: '../../admin' } }, null];
    const { signals, gaps } = await deploys(serve([...(odd as object[]), application()]));
    expect(signals).toHaveLength(2);
    expect(gaps).toEqual([
      expect.objectContaining({ reason: 'invalid-item', missing: { count: 3, exact: true } }),
    ]);
  });

  it('no application at all is said: the token may not see it', async () => {
    const server = serve([], { '/applications': () => Response.json({ items: null }) });
    expect(await deploys(server)).toMatchObject({ signals: [], gaps: [{ reason: 'unmapped-target' }] });
  });

  it('a revision that is no commit is not put into a path', async () => {
    const history = [{ id: 1, revision: '../../session', deployedAt: at(3), source }];
    const server = serve([application({ status: { history } })]);
    const { signals } = await deploys(server);
    expect(signals).toHaveLength(1);
    expect(server.asked.some((path) => path.includes('/metadata'))).toBe(false);
  });

  it('sees a parameter that changed without a new revision', async () => {
    const withTag = (value: string) => ({ ...source, helm: { parameters: [{ name: 'image.tag', value }] } });
    const history = [
      { id: 0, revision: 'aaaaaaa1', deployedAt: at(2), source: withTag('v1') },
      { id: 1, revision: 'aaaaaaa1', deployedAt: at(21), source: withTag('v2') },
    ];
    const { signals, gaps } = await deploys(serve([application({ status: { history } })]));
    expect(signals.at(-1)?.changes).toEqual([
      { path: 'source.helm.parameters[image.tag]', before: 'v1', after: 'v2' },
    ]);
    expect(gaps).toEqual([]);
  });

  it('keeps the deploy when its details cannot be read, and says so', async () => {
    const forbidden = () => Response.json({ error: 'permission denied', code: 7 }, { status: 403 });
    const { signals, gaps } = await deploys(serve([application()], { '/manifests': forbidden }));
    expect(signals.at(-1)).toMatchObject({
      revision: 'bbbbbbb2',
      changes: [],
      summary: 'Cut the limit (#12)',
    });
    expect(gaps).toEqual([expect.objectContaining({ reason: 'page-failure' })]);
  });

  it('does not miss the commit of a chart', async () => {
    const chart = { repoURL: 'https://charts.example', chart: 'checkout', targetRevision: '1.2.3' };
    const history = [{ id: 0, revision: '1.2.3', deployedAt: at(21), source: chart }];
    const server = serve([application({ status: { history } })], {
      '/metadata': () => new Response('unsupported', { status: 500 }),
    });
    expect((await deploys(server)).gaps).toEqual([]);
  });

  it('finds the application of a service by map, name, label, or name with namespace', async () => {
    const find = async (given: object, more: object = {}, service = 'checkout') =>
      (await deploys(serve([application({ metadata: given })]), { service }, more)).signals.length;
    expect(await find({ name: 'x17' }, { applications: { checkout: 'x17' } })).toBe(2);
    expect(await find({ name: 'x17', labels: { 'app.kubernetes.io/name': 'checkout' } })).toBe(2);
    const target = { service: 'checkout', namespace: 'shop' };
    expect(
      (await deploys(serve([application({ metadata: { name: 'shop-checkout' } })]), target)).signals,
    ).toHaveLength(2);
    const unmapped = await deploys(serve([application({ metadata: { name: 'checkout-worker' } })]));
    expect(unmapped).toMatchObject({ signals: [], gaps: [{ reason: 'unmapped-target' }] });
  });

  it('names each application by its service when all are asked for', async () => {
    const labels = { 'app.kubernetes.io/name': 'till' };
    const { signals } = await deploys(
      serve([application(), application({ metadata: { name: 'shop-till', labels } })]),
      {} as { service: string },
    );
    expect(new Set(signals.map(({ service }) => service))).toEqual(new Set(['checkout', 'till']));
  });
});
