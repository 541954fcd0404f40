import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { describe, expect, it } from 'vitest';
import { openRoom } from '../__fixtures__/incident-room.js';
import { alertmanagerBody } from '../__fixtures__/running-server.js';
import { type AnsweredRequest, createHttpApp, createRateLimiter, type HttpAppOptions } from './index.js';

const viewer = 'a-token-of-viewers';
const webhook = 'a-token-of-senders';

function open(more: Partial<HttpAppOptions> = {}) {
  const store = createMemoryStore();
  const answered: AnsweredRequest[] = [];
  const app = createHttpApp({
    ...{ responder: openRoom(store).responder, store, redact: createRedactor(), budgets: DEFAULT_BUDGETS },
    tokens: [
      { role: 'viewer', token: viewer },
      { role: 'webhook', token: webhook },
    ],
    onReceived: () => undefined,
    onAnswered: (request) => answered.push(request),
    ...more,
  });
  const ask = async (path: string, token?: string, init: RequestInit = {}) => {
    const headers = { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) };
    return app.request(`http://midwatch.example${path}`, { ...init, headers });
  };
  return { answered, ask, store };
}

const codeOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string } }).error.code;

describe('every answer', () => {
  it.each([
    ['a success', '/incidents', viewer],
    ['a refusal', '/incidents', undefined],
    ['no route', '/nowhere', viewer],
    ['anybody', '/healthz', undefined],
  ])('carries the headers that keep browsers from it: %s', async (_, path, token) => {
    const { headers } = await open().ask(path, token);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age='),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-request-id': expect.stringMatching(/^[\w-]{36}$/),
    });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('keeps a request id that is sane, and no other', async () => {
    const { answered, ask } = open();
    const idFor = async (id: string) =>
      (await ask('/healthz', undefined, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await idFor('edge-4f0e')).toBe('edge-4f0e');
    for (const id of ['x'.repeat(65), 'a b', '{"a":1}', '<script>', 'ä'])
      expect(await idFor(id)).toMatch(/^[0-9a-f-]{36}$/);
    expect(answered[0]).toMatchObject({
      requestId: 'edge-4f0e',
      route: '/healthz',
      role: 'anyone',
      status: 200,
    });
  });
});

describe('a request id', () => {
  it('stands in the refusal, in what is told of the failure, and beside the alert', async () => {
    const errors: unknown[] = [];
    const received: unknown[] = [];
    const { ask, store } = open({
      onError: (error, request) => errors.push([(error as Error).message, request]),
      onReceived: ({ outcome }, _alert, request) => void received.push([outcome, request]),
    });
    const headers = { 'x-request-id': 'one' };
    const refused = await ask('/incidents?limit=0', viewer, { headers });
    expect(await refused.json()).toMatchObject({ error: { code: 'bad-limit', requestId: 'one' } });
    const body = alertmanagerBody();
    await ask('/webhooks/alertmanager', webhook, { method: 'POST', body, headers });
    expect(received).toEqual([['opened', { requestId: 'one', source: 'alertmanager' }]]);
    store.listIncidents = () => Promise.reject(new Error('disk is full'));
    const failed = await ask('/incidents', viewer, { headers });
    expect(await failed.json()).toMatchObject({ error: { code: 'not-kept', requestId: 'one' } });
    expect(errors).toEqual([['disk is full', { requestId: 'one', method: 'GET', path: '/incidents' }]]);
  });

  it('is told with the route and never with the path, which anybody may choose', async () => {
    const { answered, ask } = open();
    await ask('/incidents/inc-1', viewer);
    await ask('/secret?token=x', viewer);
    await ask('/incidents', 'wrong-token-0123456');
    expect(answered).toMatchObject([
      { route: '/incidents/{id}', role: 'viewer', status: 404 },
      { route: 'none', role: 'viewer', status: 404 },
      { route: '/incidents', role: 'refused', status: 401 },
    ]);
  });
});

describe('rate limits', () => {
  const few = { burst: 2, perSecond: 0.1 };
  const limited = (address?: string) => {
    const rates = {
      senders: { burst: 50, perSecond: 50 },
      people: few,
      probes: few,
      'sign-ins': few,
      strangers: few,
    };
    return open({ rateLimiter: createRateLimiter(rates, () => 0), addressOf: () => address });
  };

  it('answer 429 with the time to wait, by token', async () => {
    const { ask } = limited();
    for (let round = 0; round < 2; round++) expect((await ask('/incidents', viewer)).status).toBe(200);
    const refused = await ask('/incidents', viewer);
    expect([refused.status, refused.headers.get('retry-after'), await codeOf(refused)]).toEqual([
      429,
      '10',
      'too-many-requests',
    ]);
    const body = alertmanagerBody();
    for (let round = 0; round < 20; round++)
      expect((await ask('/webhooks/alertmanager', webhook, { method: 'POST', body })).status).toBe(202);
  });

  it('slow down who guesses tokens, and nobody who has one at the same address', async () => {
    const { ask } = limited('203.0.113.7');
    const guesses = [];
    for (let round = 0; round < 4; round++)
      guesses.push((await ask('/incidents', `guess-${round}-0123456789`)).status);
    expect(guesses).toEqual([401, 401, 429, 429]);
    expect((await ask('/incidents', viewer)).status).toBe(200);
  });

  it('count by address who needs no token', async () => {
    const { ask } = limited('203.0.113.7');
    const statuses = [];
    for (let round = 0; round < 3; round++) statuses.push((await ask('/healthz')).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});
