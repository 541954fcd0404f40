import { ConnectorError, querySignals, type Target } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import {
  at,
  commit,
  comparison,
  deployment,
  poolCut,
  pullRequest,
  serve,
  sha,
  status,
  window,
} from './__fixtures__/fake-github.js';
import type { GitHubConnectorOptions } from './index.js';

async function deploys(
  server: ReturnType<typeof serve>,
  target: Target = { service: 'orders' },
  options: GitHubConnectorOptions = {},
  limit?: number,
) {
  const request = { window, target, ...(limit === undefined ? {} : { limit }) };
  return querySignals(server.connector(options), 'deploys', request, { redact: 'none' });
}

const two = {
  deployments: [deployment(42, 3, 'b'), deployment(41, -48, 'a')],
  'deployments/42/statuses': [status('success', 3.5), status('in_progress', 3.2), status('queued', 3)],
  'deployments/41/statuses': [status('inactive', 3.5), status('success', -47)],
};
const cut = {
  [`compare/${sha('a')}...${sha('b')}`]: comparison('ahead', [commit('b', 'Cut the pool (#847)')], [poolCut]),
  [`commits/${sha('b')}/pulls`]: [pullRequest(847, 'Cut the pool')],
};

describe('deployments', () => {
  it('take effect with their first success; the deployment itself has no state', async () => {
    const { signals, gaps } = await deploys(serve({ ...two, ...cut }));
    expect(gaps).toEqual([]);
    expect(signals).toMatchObject([
      {
        service: 'orders',
        timestampMs: Date.parse(at(3.5)),
        phase: 'succeeded',
        revision: sha('b'),
        previousRevision: sha('a'),
        version: 'bbbbbbb',
        previousVersion: 'aaaaaaa',
        repository: 'acme/orders',
        sourceRevision: sha('b'),
        summary: 'deployed to production: Cut the pool (1 commit, #847)',
        changes: [{ path: 'config/orders.env: POOL_MAX', before: '100', after: '10' }],
        actor: 'dana',
        changeRequest: '#847',
        changeRequestUrl: 'https://github.com/acme/orders/pull/847',
        url: 'https://github.com/acme/orders/deployments/production',
      },
    ]);
  });

  it('that GitHub turned inactive once did take effect', async () => {
    const server = serve({
      deployments: [deployment(43, 9, 'c'), deployment(42, 3, 'b')],
      'deployments/43/statuses': [status('success', 9.1)],
      'deployments/42/statuses': [status('inactive', 9.1)],
    });
    const { signals } = await deploys(server);
    expect(signals.map(({ phase, previousRevision }) => [phase, previousRevision])).toEqual([
      ['unknown', undefined],
      ['succeeded', sha('b')],
    ]);
  });

  it('that failed are told, and are not what ran before the next', async () => {
    const server = serve({
      deployments: [deployment(43, 9, 'c'), deployment(42, 3, 'b'), deployment(41, -48, 'a')],
      'deployments/43/statuses': [status('in_progress', 9.1)],
      'deployments/42/statuses': [status('failure', 3.2), status('in_progress', 3.1)],
      'deployments/41/statuses': [status('success', -47)],
    });
    const { signals } = await deploys(server);
    expect(signals.map(({ phase, previousRevision }) => [phase, previousRevision])).toEqual([
      ['failed', sha('a')],
      ['running', sha('a')],
    ]);
  });

  it('without an environment are those of production, and never previews', async () => {
    const staging = { environment: 'staging', production_environment: false };
    const preview = { environment: 'pr-7', production_environment: false, transient_environment: true };
    const all = [deployment(44, 5, 'd', preview), deployment(43, 4, 'c', staging), deployment(42, 3, 'b')];
    const production = await deploys(serve({ deployments: all }));
    expect(production.signals.map(({ revision }) => revision)).toEqual([sha('b')]);
    const unmarked = await deploys(serve({ deployments: all.slice(0, 2) }));
    expect(unmarked.signals.map(({ revision }) => revision)).toEqual([sha('c')]);
  });

  it('are asked for by the environment of the alert, under its name on GitHub', async () => {
    const server = serve({
      'deployments?environment=production&per_page=100&page=1': two.deployments,
      ...cut,
    });
    const target = { service: 'orders', environment: 'prod' };
    const { signals } = await deploys(server, target, { environments: { prod: 'production' } });
    expect(signals).toHaveLength(1);
  });

  it('to an environment that nothing was ever deployed to: it has another name there', async () => {
    const server = serve({
      'deployments?environment=prod&per_page=100&page=1': [],
      'deployments?per_page=1&page=1': two.deployments.slice(0, 1),
    });
    const { signals, gaps } = await deploys(server, { service: 'orders', environment: 'prod' });
    expect([signals.length, gaps.map(({ reason }) => reason)]).toEqual([0, ['unmapped-target']]);
  });

  it('come page by page: the number of the next one is taken from Link, and its address never', async () => {
    const first = Array.from({ length: 3 }, (_, index) => deployment(50 - index, 20 - index, 'e'));
    const link =
      '<https://evil.example/repos?page=2>; rel="next", <https://evil.example/?page=9>; rel="last"';
    const server = serve({
      'deployments?per_page=100&page=1': () => Response.json(first, { headers: { link } }),
      'deployments?per_page=100&page=2': [first[2] as object, deployment(41, -48, 'a')],
    });
    const { signals, gaps } = await deploys(server);
    expect(signals).toHaveLength(3);
    expect(gaps).toMatchObject([{ reason: 'page-failure', missing: { count: 4 } }]);
    expect(server.sent.every(({ url }) => url.startsWith('https://api.github.com/'))).toBe(true);
  });

  it('beyond three pages, or a page that fails, leave the time before as a gap', async () => {
    const link = (page: number) => ({
      headers: { link: `<https://api.github.com/x?page=${page}>; rel="next"` },
    });
    const page = (number: number) => () =>
      Response.json([deployment(100 - number, 23 - number, 'a')], link(number + 1));
    const pages = { 1: page(1), 2: page(2), 3: page(3) };
    const full = Object.fromEntries(
      Object.entries(pages).map(([number, answer]) => [`deployments?per_page=100&page=${number}`, answer]),
    );
    const uncovered = (hour: number) => ({ startMs: window.startMs, endMs: Date.parse(at(hour)) });
    const cutOff = await deploys(serve({ ...full, ...statusesOf([97, 98, 99]) }));
    expect(cutOff.gaps).toMatchObject([{ reason: 'row-limit', window: uncovered(20) }]);
    const failing = { ...full, 'deployments?per_page=100&page=2': () => new Response('', { status: 502 }) };
    const failed = await deploys(serve({ ...failing, ...statusesOf([97, 98, 99]) }));
    expect(failed.gaps).toMatchObject([{ reason: 'page-failure', window: uncovered(22) }]);
  });

  it('of which not all statuses can be read in time: the newest are, the others are counted', async () => {
    const many = Array.from({ length: 20 }, (_, index) => deployment(120 - index, 23 - index, 'a'));
    const server = serve({ deployments: many, ...statusesOf(many.map(({ id }) => id)) });
    const { signals, gaps } = await deploys(server);
    expect(signals).toHaveLength(20);
    expect(signals.map(({ phase }) => phase).indexOf('succeeded')).toBe(8);
    expect(gaps).toMatchObject([{ reason: 'budget', missing: { count: 8, exact: true } }]);
  });

  it('show the tag as the version where it reads like one', async () => {
    const refs = ['v2.15.0', 'refs/tags/orders@1.2.3-rc.1', 'release/1.2', 'main', sha('b')];
    const deployments = refs
      .map((ref, index) => deployment(50 - index, 20 - index, 'b', { ref }))
      .toReversed();
    const { signals } = await deploys(serve({ deployments }));
    expect(signals.map(({ version }) => version)).toEqual(
      ['v2.15.0', 'orders@1.2.3-rc.1', 'bbbbbbb', 'bbbbbbb', 'bbbbbbb'].toReversed(),
    );
  });

  it('of the commit that ran before say so, without a comparison', async () => {
    const server = serve({ ...two, deployments: [deployment(42, 3, 'a'), deployment(41, -48, 'a')] });
    const { signals, gaps } = await deploys(server);
    expect([signals[0]?.summary, gaps]).toEqual(['deployed to production: the same commit', []]);
  });

  it('have ids that stay numbers: a batch can be written as JSON', async () => {
    const id = 2 ** 53 - 1;
    const { signals } = await deploys(serve({ deployments: [deployment(id, 3, 'b')] }));
    expect(JSON.parse(JSON.stringify(signals))).toEqual(signals);
  });
});

function statusesOf(ids: readonly number[]) {
  return Object.fromEntries(
    ids.map((id) => [
      `deployments/${id}/statuses`,
      [{ state: 'success', created_at: at(id > 100 ? id - 97 : id - 77) }],
    ]),
  );
}

describe('repositories', () => {
  it('a service that is called owner/name needs no entry: it is an alias', async () => {
    const { signals } = await deploys(
      serve({ ...two, ...cut }),
      { service: 'acme/orders' },
      { repositories: {} },
    );
    expect(signals).toMatchObject([{ service: 'acme/orders', repository: 'acme/orders' }]);
  });

  it('without an entry the service is unmapped, never empty', async () => {
    const server = serve(two);
    for (const service of ['stock', '__proto__', 'a/b/c', '../x', 'acme/..']) {
      const { gaps } = await deploys(server, { service });
      expect(gaps.map(({ reason }) => reason)).toEqual(['unmapped-target']);
    }
    expect(server.asked).toEqual([]);
  });

  it('without a service all of them are read, without details; one that cannot be read is a gap', async () => {
    const server = serve(two);
    const repositories = { orders: 'acme/orders', stock: 'acme/hidden' };
    const { signals, gaps } = await deploys(server, {}, { repositories });
    expect(signals).toMatchObject([{ service: 'orders', changes: [] }]);
    expect(gaps).toMatchObject([{ reason: 'page-failure', missing: { count: 1 } }]);
    expect(server.asked.some((path) => path.startsWith('compare'))).toBe(false);
  });

  it('of several services are told under their own name when all are asked for', async () => {
    const repositories = { orders: 'acme/orders', 'orders-worker': 'acme/orders' };
    const { signals } = await deploys(serve(two), {}, { repositories });
    expect(signals.map(({ service }) => service)).toEqual(['orders']);
    const asked = await deploys(serve({ ...two, ...cut }), { service: 'orders-worker' }, { repositories });
    expect(asked.signals.map(({ service }) => service)).toEqual(['orders-worker']);
  });

  it('that a token may not see are 404: that is no permission, not nothing', async () => {
    const error = await deploys(serve({})).catch((reason: unknown) => reason);
    expect(ConnectorError.is(error) && [error.code, error.status, error.retryable]).toEqual([
      'auth',
      404,
      false,
    ]);
    expect(String(error)).toContain('no such repository, or the token may not read its deployments');
  });
});
