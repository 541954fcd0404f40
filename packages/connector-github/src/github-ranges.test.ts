import { type DeploySignal, querySignals, type RevisionRange } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import {
  at,
  commit,
  comparison,
  file,
  poolCut,
  pullRequest,
  serve,
  sha,
  window,
} from './__fixtures__/fake-github.js';
import type { GitHubConnectorOptions } from './index.js';

const range: RevisionRange = { repository: 'acme/orders', base: 'v2.14.3', head: 'v2.15.0' };
const forward = 'compare/v2.14.3...v2.15.0';
const backward = 'compare/v2.15.0...v2.14.3';

async function between(
  server: ReturnType<typeof serve>,
  ranges: readonly RevisionRange[] = [range],
  options: GitHubConnectorOptions = {},
) {
  const { sources } = server.connector(options);
  const query = {
    window,
    target: { service: 'orders' },
    limit: 20,
    keep: 'newest',
    between: ranges,
  } as const;
  const call = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch: () => Promise.reject(),
  };
  const batch = await sources.deploys?.doQuery(query, call);
  if (batch === undefined) throw new Error('no source');
  return batch;
}

const say = ({ changes }: DeploySignal) =>
  changes.map(({ path, before, after }) => `${path} ${before} -> ${after}`);

describe('what lies between two revisions', () => {
  it('tells the pull request, its author and what it changed in configuration', async () => {
    const server = serve({
      [forward]: comparison(
        'ahead',
        [commit('b', 'Cut the pool (#847)')],
        [poolCut, file('src/app.ts', '@@ -1 +1 @@\n-a: 1\n+a: 2')],
      ),
      [`commits/${sha('b')}/pulls`]: [pullRequest(847, 'Cut the pool')],
    });
    const { signals, gaps, provenance } = await between(server);
    expect(gaps).toEqual([]);
    expect(signals).toMatchObject([
      {
        service: 'orders',
        revision: 'v2.15.0',
        previousRevision: 'v2.14.3',
        repository: 'acme/orders',
        phase: 'unknown',
        timestampMs: Date.parse(at(3)),
        actor: 'dana',
        changeRequest: '#847',
        changeRequestUrl: 'https://github.com/acme/orders/pull/847',
        summary: 'Cut the pool (1 commit, #847)',
        changes: [{ path: 'config/orders.env: POOL_MAX', before: '100', after: '10' }],
        url: 'https://github.com/acme/orders/compare/v2.14.3...v2.15.0',
      },
    ]);
    expect(provenance).toMatchObject([
      { language: 'http', text: 'GET /repos/acme/orders/compare/v2.14.3...v2.15.0' },
    ]);
    expect(JSON.stringify(signals)).not.toContain('evil.example');
  });

  it('of several commits names the pull request that touched the file which changed first', async () => {
    const commits = [commit('a', 'Cut the pool'), commit('b', 'Other thing (#850)'), commit('c', 'Tidy up')];
    const server = serve({
      [forward]: comparison('ahead', commits, [poolCut]),
      [`commits?path=config/orders.env&sha=v2.15.0&per_page=30`]: [
        commit('0', 'later'),
        commit('a', 'Cut the pool'),
      ],
      [`commits/${sha('a')}/pulls`]: [
        pullRequest(900, 'Still open', { merged_at: null }),
        pullRequest(851, 'Merged into a release branch later', { merged_at: at(4) }),
        pullRequest(847, 'Cut the pool'),
      ],
    });
    const { signals } = await between(server);
    expect(signals).toMatchObject([
      { changeRequest: '#847', summary: 'Cut the pool (3 commits, #847, #850)' },
    ]);
  });

  it('without a pull request is told by the subject and the author of the commit', async () => {
    const bare = (message: string) =>
      serve({
        [forward]: comparison('ahead', [commit('b', message, { author: null })], []),
        [`commits/${sha('b')}/pulls`]: [],
      });
    const pushed = await between(bare('Fix #12 at last\n\nSee (#99)'));
    expect(pushed.signals).toMatchObject([{ actor: 'Dana Doe', summary: 'Fix #12 at last (1 commit)' }]);
    expect(pushed.signals[0]).not.toHaveProperty('changeRequest');
    const merged = await between(bare('Merge pull request #31 from acme/topic'));
    expect(merged.signals).toMatchObject([{ changeRequest: '#31' }]);
  });

  it('for a rollback is what it takes back: GitHub itself tells no commit and no file', async () => {
    const server = serve({
      [forward]: comparison('behind', [], []),
      [backward]: comparison('ahead', [commit('b', 'Cut the pool (#847)')], [poolCut]),
      [`commits/${sha('b')}/pulls`]: [pullRequest(847, 'Cut the pool')],
    });
    const { signals, gaps } = await between(server);
    expect(gaps).toEqual([]);
    expect(signals.map(say)).toEqual([['config/orders.env: POOL_MAX 10 -> 100']]);
    expect(signals[0]?.summary).toBe('rollback of Cut the pool (1 commit taken back, #847)');
    expect(signals[0]).not.toHaveProperty('changeRequest');
  });

  it('of branches that diverged is both sides, each value from its first to its last', async () => {
    const env = (before: string, after: string) => file('.env', `@@ -1 +1,2 @@\n-${before}\n+${after}`);
    const server = serve({
      [forward]: comparison('diverged', [commit('b', 'New')], [env('A=1', 'A=3'), env('B=1', 'B=2')]),
      [backward]: comparison(
        'diverged',
        [commit('c', 'Old'), commit('d', 'Old, too')],
        [env('A=1', 'A=2'), env('B=1', 'B=2'), env('C=1', 'C=2')],
      ),
      [`commits/${sha('b')}/pulls`]: [],
    });
    const { signals } = await between(server);
    expect(signals.map(say)).toEqual([['.env: A 2 -> 3', '.env: C 2 -> 1']]);
    expect(signals[0]?.summary).toBe('New (1 commit, 2 commits taken back)');
  });

  it('of a diverged branch keeps what it could read', async () => {
    const server = serve({
      [forward]: comparison('diverged', [commit('b', 'New')], [poolCut]),
      [`commits/${sha('b')}/pulls`]: [],
    });
    const { signals, gaps } = await between(server);
    expect([signals.length, gaps.map(({ reason }) => reason)]).toEqual([1, ['page-failure']]);
  });

  it('of the same commit is nothing, and says so', async () => {
    const { signals, gaps } = await between(serve({ [forward]: comparison('identical', [], []) }));
    expect(signals).toMatchObject([{ summary: 'the same commit', changes: [], timestampMs: window.startMs }]);
    expect(gaps).toEqual([]);
  });

  it('reads files from page 1 alone, and tells what the vendor leaves out', async () => {
    const many = Array.from({ length: 300 }, (_, index) => file(`src/${index}.ts`, ''));
    const large = file('config/large.yaml', undefined);
    const server = serve({
      [`${forward}?per_page=100&page=1`]: comparison('ahead', [commit('b', 'Much')], [...many, large], {
        total_commits: 260,
      }),
      [`commits/${sha('b')}/pulls`]: [],
    });
    const { gaps } = await between(server);
    expect(gaps.map(({ reason, missing }) => [reason, missing?.count])).toEqual([
      ['row-limit', undefined],
      ['byte-limit', 1],
      ['row-limit', 259],
    ]);
  });

  it('keeps the range when its pull request cannot be read', async () => {
    const server = serve({ [forward]: comparison('ahead', [commit('b', 'Cut (#847)')], [poolCut]) });
    const { signals, gaps } = await between(server);
    expect(signals).toMatchObject([{ changeRequest: '#847', actor: 'dana' }]);
    expect(gaps.map(({ reason }) => reason)).toEqual(['page-failure']);
  });

  it('that is not in the repository, or may not be read, is a gap and no empty answer', async () => {
    const { signals, gaps } = await between(serve({}));
    expect(signals).toEqual([]);
    expect(gaps).toMatchObject([{ reason: 'unmapped-target', missing: { count: 1 } }]);
  });

  it('names revisions as they are, encoded, and nothing that leads elsewhere', async () => {
    const head = 'feature/pool#1';
    const server = serve({ 'compare/v1...feature/pool#1': comparison('identical', [], []) });
    const odd = ['fork:main', 'a..b', '../x', 'a b', '', 'x\u0000', './x'];
    const ranges = [
      { ...range, base: 'v1', head },
      ...odd.map((other) => ({ ...range, head: other })),
      { ...range, repository: 'acme/orders/../../user' },
    ];
    const { signals, gaps } = await between(server, ranges);
    expect(signals).toHaveLength(1);
    expect(server.sent.map(({ url }) => new URL(url).pathname)).toEqual([
      '/repos/acme/orders/compare/v1...feature%2Fpool%231',
    ]);
    expect(gaps).toMatchObject([{ reason: 'unsupported-filter', missing: { count: 8, exact: true } }]);
  });

  it('is asked for ten at the most, and what was read before one failed stays', async () => {
    const failing = { ...range, head: 'v9' };
    const server = serve({
      [forward]: comparison('identical', [], []),
      'compare/v2.14.3...v9': () => new Response('', { status: 500 }),
    });
    const ranges = [range, failing, ...Array.from({ length: 10 }, () => range)];
    const { signals, gaps } = await between(server, ranges);
    expect(new Set(signals.map(({ id }) => id)).size).toBe(9);
    expect(gaps.map(({ reason, missing }) => [reason, missing?.count])).toEqual([
      ['budget', 2],
      ['page-failure', 1],
    ]);
    await expect(between(server, [failing])).rejects.toMatchObject({ code: 'unavailable' });
  });
});

it('an ordinary question is not about ranges', async () => {
  const server = serve({ deployments: [] });
  const { signals, gaps } = await querySignals(
    server.connector(),
    'deploys',
    { window, target: { service: 'orders' } },
    { redact: 'none' },
  );
  expect([signals, gaps]).toEqual([[], []]);
});
