import { type CallContextV1, ConnectorError, type FetchLike } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { deployment, serve, window } from './__fixtures__/fake-github.js';
import { createGitHubConnector, type GitHubConnectorOptions, VERSION } from './index.js';
import { nextPage } from './next-page.js';

const call = (fetch: FetchLike = () => Promise.reject(new TypeError('not this one'))): CallContextV1 => ({
  signal: new AbortController().signal,
  deadlineAtMs: Date.now() + 5000,
  fetch,
});
const query = { window, target: { service: 'orders' }, limit: 20, keep: 'newest' } as const;

async function failure(response: () => Response, through: 'own fetch' | 'core fetch' = 'own fetch') {
  const fetch: FetchLike = () => Promise.resolve(response());
  const repositories = { orders: 'acme/orders' };
  const connector = createGitHubConnector({ repositories, ...(through === 'own fetch' ? { fetch } : {}) });
  const asking = connector.sources.deploys?.doQuery(query, call(fetch)) ?? Promise.reject();
  const error: unknown = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!ConnectorError.is(error)) throw new Error('no ConnectorError');
  return { code: error.code, status: error.status, retryAfterMs: error.retryAfterMs };
}

describe('rate limits', () => {
  const date = 'Mon, 24 Aug 2026 10:00:00 GMT';
  const resetAfter = (seconds: number) => String(Date.parse(date) / 1000 + seconds);
  const message = JSON.stringify({ message: 'You have exceeded a secondary rate limit. Please wait.' });

  it.each<[string, number, Record<string, string>, string, number]>([
    [
      'the primary one as 403',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': resetAfter(90), date },
      '',
      90_000,
    ],
    [
      'the primary one as 429',
      429,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': resetAfter(90), date },
      '',
      90_000,
    ],
    [
      'a reset that is over',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': resetAfter(-5), date },
      '',
      0,
    ],
    [
      'a secondary one with retry-after',
      403,
      { 'retry-after': '7', 'x-ratelimit-remaining': '4000' },
      message,
      7000,
    ],
    ['a secondary one that tells no time', 403, { 'x-ratelimit-remaining': '4000' }, message, 60_000],
    ['429 that tells no time', 429, {}, '', 60_000],
  ])('%s', async (_, status, headers, body, retryAfterMs) => {
    for (const through of ['own fetch', 'core fetch'] as const) {
      expect(await failure(() => new Response(body, { status, headers }), through)).toEqual({
        code: 'rate-limited',
        status: 429,
        retryAfterMs,
      });
    }
  });

  it('are not what a missing permission is', async () => {
    const body = JSON.stringify({
      message: 'Resource not accessible by personal access token',
      status: '403',
    });
    const headers = { 'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': resetAfter(90) };
    expect(await failure(() => new Response(body, { status: 403, headers }))).toMatchObject({
      code: 'auth',
      status: 403,
    });
  });

  it('a 403 whose body never ends is read to its first kilobytes', async () => {
    let sentBytes = 0;
    const body = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          sentBytes += 4096;
          controller.enqueue(new Uint8Array(4096));
        },
      });
    expect(await failure(() => new Response(body(), { status: 403 }))).toMatchObject({ code: 'auth' });
    expect(sentBytes).toBeLessThan(65_536);
  });

  it('a 403 whose body hangs ends with the call', async () => {
    const controller = new AbortController();
    const fetch: FetchLike = () => {
      queueMicrotask(() => controller.abort());
      return Promise.resolve(new Response(new ReadableStream({ start: () => undefined }), { status: 403 }));
    };
    const connector = createGitHubConnector({ fetch, repositories: { orders: 'acme/orders' } });
    const asking = connector.sources.deploys?.doQuery(query, { ...call(), signal: controller.signal });
    await expect(asking).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('requests', () => {
  it('name themselves, the media type and one version of the API', async () => {
    const server = serve({ deployments: [] });
    await server.connector().sources.deploys?.doQuery(query, call());
    const headers = server.sent[0]?.headers;
    expect(headers?.get('user-agent')).toBe(`midwatch-connector-github/${VERSION}`);
    expect(headers?.get('accept')).toBe('application/vnd.github+json');
    expect(headers?.get('x-github-api-version')).toBe('2022-11-28');
    expect(headers?.get('authorization')).toBe('Bearer t');
  });

  it('ask for the token anew each time: those of an app live for an hour', async () => {
    let issued = 0;
    const server = serve({ deployments: [deployment(42, 3, 'b')], 'deployments/42/statuses': [] });
    const token = () => Promise.resolve(`ghs_${++issued}`);
    await server.connector({ token }).sources.deploys?.doQuery(query, call());
    expect(server.sent.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer ghs_1',
      'Bearer ghs_2',
    ]);
  });

  it.each<[GitHubConnectorOptions, string, string | undefined]>([
    [{}, 'https://api.github.com/repos/', 'https://github.com/acme/orders/deployments'],
    [
      { baseUrl: 'https://git.acme.example/api/v3/' },
      'https://git.acme.example/api/v3/repos/',
      'https://git.acme.example/acme/orders/deployments',
    ],
    [
      { baseUrl: 'https://api.acme.ghe.com' },
      'https://api.acme.ghe.com/repos/',
      'https://acme.ghe.com/acme/orders/deployments',
    ],
    [{ baseUrl: 'https://proxy.example/gh' }, 'https://proxy.example/gh/repos/', undefined],
    [
      { webUrl: 'https://code.example/' },
      'https://api.github.com/repos/',
      'https://code.example/acme/orders/deployments',
    ],
  ])('go to %o', async (options, start, page) => {
    const sent: string[] = [];
    const fetch: FetchLike = (url) => {
      sent.push(url);
      return Promise.resolve(Response.json([]));
    };
    const connector = createGitHubConnector({ fetch, repositories: { orders: 'acme/orders' }, ...options });
    const batch = await connector.sources.deploys?.doQuery(query, call());
    expect(sent[0]?.startsWith(`${start}acme/orders/deployments?`)).toBe(true);
    expect(batch?.provenance[0]?.url).toBe(page);
  });

  it.each([
    { repositories: { a: 'acme' } },
    { repositories: { a: 'acme/..' } },
    { webUrl: 'x' },
    { baseUrl: 'x' },
  ])('never start from wrong options: %o', (options) => {
    expect(() => createGitHubConnector(options)).toThrow(ConnectorError);
  });
});

it.each([
  ['<https://a/x?per_page=5&page=2>; rel="next", <https://a/x?page=9>; rel="last"', 2],
  ['<https://a/x?page=1>; rel="prev", <https://a/x?page=3>; rel=next', 3],
  ['<https://a/x?page=9>; rel="last"', undefined],
  ['<https://a/x?after=abc>; rel="next"', undefined],
  ['<nonsense>; rel="next"', undefined],
  [null, undefined],
])('the next page after %s', (link, page) => {
  expect(nextPage(link)).toBe(page);
});

describe('health', () => {
  const limit = (remaining: number) => ({ resources: { core: { limit: 5000, remaining } } });
  const whole = { rate_limit: limit(4000), deployments: [], commits: [] };
  const check = (answers: Parameters<typeof serve>[0]) => serve(answers).connector().checkHealth(call());

  it('asks what the queries will ask', async () => {
    const server = serve(whole);
    expect(await server.connector().checkHealth(call())).toMatchObject({ state: 'healthy' });
    expect(server.asked).toEqual(['rate_limit', 'deployments?per_page=1&page=1', 'commits?per_page=1']);
  });

  it('tells the version of an enterprise server, where limits may be off', async () => {
    const headers = { 'x-github-enterprise-version': 'enterprise-server@3.17.0' };
    const off = () => Response.json({ message: 'Rate limiting is not enabled.' }, { status: 404, headers });
    expect(await check({ ...whole, rate_limit: off })).toMatchObject({
      state: 'healthy',
      version: 'enterprise-server@3.17.0',
    });
  });

  it('names the permission that is missing', async () => {
    expect(await check({ ...whole, deployments: new Response('', { status: 404 }) })).toMatchObject({
      state: 'degraded',
      detail: 'acme/orders: deployments: HTTP 404, grant it (read) on this repository',
    });
    expect(await check({ rate_limit: limit(4000) })).toMatchObject({ state: 'unhealthy' });
  });

  it('warns before the limit is used up', async () => {
    expect(await check({ ...whole, rate_limit: limit(12) })).toMatchObject({
      state: 'degraded',
      detail: "12 requests are left of this hour's limit",
    });
  });
});
