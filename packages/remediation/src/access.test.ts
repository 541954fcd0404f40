import { readFileSync } from 'node:fs';
import type { HttpConnectorOptions } from '@midwatch/core/http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArgoCdStandIn } from './__fixtures__/argocd-stand-in.js';
import { applyCall, approvalOf, deploySignal, incidentSignal } from './__fixtures__/deploy-signals.js';
import { apply, cases, setUp } from './__fixtures__/kubernetes-plans.js';
import { WRITE_TOKEN } from './__fixtures__/kubernetes-stand-in.js';
import { allowedPaths, isListed, writtenPaths } from './__fixtures__/recorded-request.js';
import { argoCdRequests, createArgoCdExecutor } from './argocd/index.js';
import { createKubernetesExecutor, kubernetesRequests } from './kubernetes/index.js';
import { type Target, targetsOf } from './target.js';

const read = (file: string) => readFileSync(new URL(`../access/${file}`, import.meta.url), 'utf8');

describe('what can be reached', () => {
  it('is these requests and no other', () => {
    expect(kubernetesRequests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /apis/apps/v1/namespaces/{namespace}/deployments/{name}',
      'GET /apis/apps/v1/namespaces/{namespace}/replicasets',
      'GET /apis/apps/v1/namespaces/{namespace}/replicasets/{name}',
      'GET /api/v1/namespaces/{namespace}/pods/{name}',
      'GET /apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers',
      'PATCH /apis/apps/v1/namespaces/{namespace}/deployments/{name}',
      'POST /api/v1/namespaces/{namespace}/pods/{name}/eviction',
    ]);
    expect(argoCdRequests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/applications/{name}',
      'POST /api/v1/applications/{name}/rollback',
    ]);
  });

  it('is what the shipped role grants, verb by verb', () => {
    const rules = [
      ...read('kubernetes-role.yaml').matchAll(
        /apiGroups: \["(.*?)"\]\n\s+resources: \["(.*?)"\]\n(?:\s+#.*\n)?\s+verbs: \[(.*?)\]/g,
      ),
    ].flatMap(([, group, resource, verbs]) =>
      (verbs ?? '').split(', ').map((verb) => `${verb.replaceAll('"', '')} ${group ?? ''}/${resource ?? ''}`),
    );
    const needed = kubernetesRequests.map(({ method, path }) => {
      const [, group = '', resource = '', , sub] =
        /^\/(?:api|apis\/([a-z]+))\/v\d\/namespaces\/\{namespace\}\/([a-z]+)(\/\{name\})?(?:\/([a-z]+))?$/.exec(
          path,
        ) ?? [];
      const verbs: Record<string, string> = {
        GET: path.endsWith('{name}') ? 'get' : 'list',
        PATCH: 'patch',
        POST: 'create',
      };
      return `${verbs[method] ?? ''} ${group}/${resource}${sub === undefined ? '' : `/${sub}`}`;
    });
    expect(rules.sort()).toEqual(needed.sort());
  });

  it('is what the shipped policy of Argo CD grants', () => {
    const grants = read('argocd-policy.csv')
      .split('\n')
      .filter((line) => line.startsWith('p,'));
    expect(grants).toEqual([
      'p, role:midwatch-actions, applications, get, shop/*, allow',
      'p, role:midwatch-actions, applications, sync, shop/*, allow',
    ]);
  });

  it.each(cases)(
    'holds for a %s and its undoing; a patch names template, replicas and annotations only',
    async (_, make) => {
      const set = setUp();
      const plan = await make(set);
      await apply(set, plan);
      await set.executor.planUndo(plan, applyCall());
      const { requests } = set.stand;
      expect(requests.every((request) => isListed(request, kubernetesRequests))).toBe(true);
      const patches = requests.filter(({ method }) => method === 'PATCH').flatMap(writtenPaths);
      expect(patches.filter((path) => !allowedPaths.includes(path))).toEqual([]);
    },
  );
});

describe('hostile names', () => {
  const hostile = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      '..',
      '../secrets',
      'api/../../secrets/x',
      'api?x=1',
      'api%2f..',
      'API',
      '-api',
      'a'.repeat(300),
    ),
    fc.constantFrom('api', 'api-3-x', 'a.b'),
  );

  it('leave no segment of the list', async () => {
    const tried = fc.asyncProperty(
      hostile,
      hostile,
      fc.constantFrom('deployment', 'pod', 'secret'),
      async (name, namespace, kind) => {
        const set = setUp();
        const argo = createArgoCdStandIn();
        const argoCd = createArgoCdExecutor({
          baseUrl: 'https://argocd.example',
          writeToken: WRITE_TOKEN,
          redact: 'none',
          fetch: argo.fetch,
        });
        const rollback = { system: 'argocd', object: name, namespace, toRevision: '1' } as const;
        const targets = targetsOf([incidentSignal(`${kind}/${name}`, namespace), deploySignal({ rollback })]);
        for (const target of targets) {
          if (target.kind === 'application') {
            await argoCd.observe(target, applyCall()).catch(() => undefined);
          } else {
            await set.executor.observe(target as Target<'pod'>, applyCall()).catch(() => undefined);
          }
        }
        expect(set.stand.requests.every((request) => isListed(request, kubernetesRequests))).toBe(true);
        expect(argo.requests.every((request) => isListed(request, argoCdRequests))).toBe(true);
        expect(set.stand.requests.every(({ path }) => !path.includes('secret/'))).toBe(true);
      },
    );
    await fc.assert(tried, { numRuns: 200, seed: 11 });
  });

  it('in a plan from a store write nothing', async () => {
    const set = setUp();
    const plan = await cases[0]?.[1](set);
    if (plan === undefined) throw new Error('no plan');
    const before = set.stand.requests.length;
    const target = { ...plan.action.target, name: '../../secrets/x' } as never;
    const forged = { ...plan, action: { ...plan.action, target } };
    expect(await set.executor.apply(forged, approvalOf(forged), applyCall())).toMatchObject({
      reason: 'wrong-plan',
    });
    expect(set.stand.requests).toHaveLength(before);
  });
});

describe('credentials for writing', () => {
  const readAccess = {
    baseUrl: 'https://cluster.example',
    token: 'read-token',
  } satisfies HttpConnectorOptions;

  it('are not those of a read connector', () => {
    const makers = [createKubernetesExecutor, createArgoCdExecutor];
    for (const make of makers) {
      // @ts-expect-error what a connector is made of has no `writeToken`
      expect(() => make({ ...readAccess, redact: 'none' })).toThrow('read connector');
      // @ts-expect-error `token` belongs to a connector
      expect(() => make({ ...readAccess, writeToken: 'w', redact: 'none' })).toThrow('read connector');
      const withHeaders = { baseUrl: 'https://x.example', writeToken: 'w', headers: {} } as const;
      // @ts-expect-error `headers` may hold a connector's credentials
      expect(() => make({ ...withHeaders, redact: 'none' })).toThrow('read connector');
      expect(() => make({ baseUrl: 'https://x.example', writeToken: '', redact: 'none' })).toThrow('missing');
      // @ts-expect-error a configuration is not always checked: each text would be withheld, and nobody told why
      expect(() => make({ baseUrl: 'https://x.example', writeToken: 'w' })).toThrow('`redact` is missing');
    }
  });

  it('go nowhere else, and the account that reads is refused', async () => {
    const set = setUp({ writeToken: 'read-token' });
    const [target] = targetsOf([incidentSignal('deployment/api')]);
    await expect(set.executor.observe(target as Target<'deployment'>, applyCall())).rejects.toMatchObject({
      code: 'auth',
    });
  });
});
