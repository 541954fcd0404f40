import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serve, status } from './__fixtures__/cluster.js';
import { allowedRequests } from './kubernetes-api.js';

const call = (fetch: (input: string) => Promise<Response>) => ({
  signal: new AbortController().signal,
  deadlineAtMs: Date.now() + 10_000,
  fetch,
});
const role = (name: string) => readFileSync(new URL(`../rbac/${name}`, import.meta.url), 'utf8');
const list = (text: string) => [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');

describe('what may be called', () => {
  it('no Secret, no log, no exec; GET, and the one POST that stores nothing', () => {
    expect(allowedRequests.filter(({ path }) => /secret|\/log|exec|proxy|attach|token/i.test(path))).toEqual(
      [],
    );
    const posts = allowedRequests.filter(({ method }) => method !== 'GET').map(({ path }) => path);
    expect(posts).toEqual(['/apis/authorization.k8s.io/v1/selfsubjectaccessreviews']);
  });

  it('the shipped ClusterRole grants exactly what is called, and only to read', () => {
    const text = role('cluster-role.yaml');
    const granted = [...text.matchAll(/resources: \[(.*)\]/g)].flatMap((match) => list(match[1] ?? ''));
    const called = allowedRequests
      .filter(({ path }) => path !== '/version' && !path.includes('accessreviews'))
      .map(({ path }) => path.replace('/{name}', '').split('/').at(-1));
    expect(new Set(granted)).toEqual(new Set(called));
    const verbs = [...text.matchAll(/verbs: \[(.*)\]/g)].flatMap((match) => list(match[1] ?? ''));
    expect(new Set(verbs)).toEqual(new Set(['get', 'list']));
  });

  it('the Role for one namespace is the same without nodes', () => {
    const rules = (name: string) =>
      [...role(name).matchAll(/resources: \[(.*)\]/g)].flatMap((match) => list(match[1] ?? ''));
    expect(rules('role.yaml')).toEqual(rules('cluster-role.yaml').filter((resource) => resource !== 'nodes'));
  });
});

describe('health', () => {
  function health(allowed: (resource: string, namespace: string) => boolean, more: object = {}) {
    const reviewed: string[] = [];
    const fetch = async (input: string, init?: RequestInit) => {
      if (input.endsWith('/version')) return Response.json({ gitVersion: 'v1.36.1' });
      const { resource, namespace } = (
        JSON.parse(typeof init?.body === 'string' ? init.body : '') as {
          spec: { resourceAttributes: { resource: string; namespace: string } };
        }
      ).spec.resourceAttributes;
      reviewed.push(`${namespace}/${resource}`);
      return Response.json({ status: { allowed: allowed(resource, namespace) } }, { status: 201 });
    };
    const connector = serve({}).connector({ fetch, ...more });
    return connector.checkHealth(call(fetch)).then((state) => ({ ...state, reviewed }));
  }

  it('tells the version, and each permission that is missing', async () => {
    expect(await health(() => true)).toMatchObject({ state: 'healthy', version: 'v1.36.1' });
    expect(await health((resource) => !['nodes', 'replicasets'].includes(resource))).toMatchObject({
      state: 'degraded',
      detail: 'grant `list replicasets.apps`, `list nodes`',
    });
    expect((await health(() => false)).state).toBe('unhealthy');
  });

  it('asks for each namespace that is covered', async () => {
    const state = await health((resource, namespace) => resource !== 'pods' || namespace !== 'cart', {
      covers: { namespaces: ['shop', 'cart'] },
    });
    expect(state.detail).toBe('grant `list pods` in cart');
    expect(state.reviewed).toContain('/nodes');
  });

  it('a token that is not accepted is unhealthy', async () => {
    const connector = serve({ '/version': () => status(401, 'Unauthorized') }).connector();
    const fetch = () => Promise.reject<Response>(new TypeError('no'));
    expect(await connector.checkHealth(call(fetch))).toMatchObject({
      state: 'unhealthy',
      detail: '[kubernetes] auth: HTTP 401 for /version',
    });
  });

  it('a page that is no web address is refused', () => {
    expect(() => serve({}).connector({ webUrl: 'javascript:alert(1)' })).toThrow('config');
  });
});
