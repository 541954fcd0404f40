import type { Redactor, Store } from '@midwatch/core/incident';
import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { describe, expect, it } from 'vitest';
import { idleResponder } from '../__fixtures__/idle-responder.js';
import { createHttpApp } from './index.js';

const NOW_MS = Date.UTC(2026, 10, 1, 3, 30);
const webhook = 'a-token-that-writes';
const read = 'a-token-that-reads';

interface Given {
  readonly store?: Store;
  readonly redact?: Redactor;
  readonly onError?: (error: unknown) => void;
}

/** The routes as they are mounted, behind both tokens. */
function open({ onError, redact = createRedactor(), store = createMemoryStore() }: Given = {}) {
  const app = createHttpApp({
    budgets: DEFAULT_BUDGETS,
    responder: idleResponder,
    store,
    tokens: [
      { role: 'webhook', token: webhook },
      { role: 'viewer', token: read },
    ],
    redact,
    now: () => NOW_MS,
    onReceived: () => undefined,
    ...(onError === undefined ? {} : { onError }),
  });
  const ask = async (path: string, init: RequestInit, token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await app.request(`http://midwatch.example${path}`, { headers, ...init });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  return {
    post: (body: unknown, token = webhook) =>
      ask(
        '/changes',
        { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) },
        token,
      ),
    get: (query = '', token = read) => ask(`/changes${query}`, {}, token),
  };
}

interface Answer {
  readonly changes: readonly Record<string, unknown>[];
  readonly problems?: readonly string[];
  readonly total?: number;
  readonly error?: { readonly code: string; readonly message: string; readonly problems?: readonly string[] };
}

const change = { timestampMs: NOW_MS - 60_000, service: 'checkout', version: 'v2' };

describe('POST /changes', () => {
  it('keeps a list, or one by itself, once', async () => {
    const { get, post } = open();
    const first = await post(change);
    expect(first).toEqual({
      status: 202,
      body: { changes: [{ id: expect.stringMatching(/^chg-/), outcome: 'added' }] },
    });
    const again = await post([change, { ...change, id: 'run-1' }]);
    expect(again.body.changes).toEqual([
      { id: first.body.changes[0]?.['id'], outcome: 'repeated' },
      { id: 'run-1', outcome: 'added' },
    ]);
    expect((await get()).body).toMatchObject({
      total: 2,
      changes: [{ version: 'v2', recordedAtMs: NOW_MS }, {}],
    });
    expect(await post([])).toEqual({ status: 202, body: { changes: [] } });
  });

  it('takes numbers and switches as values, null as absent, and now as the time', async () => {
    const { get, post } = open();
    const changes = [
      { path: 'POOL', before: 100, after: 10 },
      { path: 'new-cart', before: false, after: true },
      { path: 'gone', before: 'x', after: null },
    ];
    const told = { timestampMs: null, service: 'checkout', version: 17, actor: null, changes };
    expect((await post(told)).status).toBe(202);
    const { body } = await get();
    expect(body.changes).toMatchObject([
      {
        timestampMs: NOW_MS,
        version: '17',
        changes: [
          { before: '100', after: '10' },
          { before: 'false', after: 'true' },
          { before: 'x', after: null },
        ],
      },
    ]);
    expect(body.changes[0]).not.toHaveProperty('actor');
  });

  it('says of each item what is wrong with it, and keeps the others', async () => {
    const { get, post } = open();
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [7, /must be an object/],
      [[], /must be an object/],
      [{ ...change, service: undefined }, /`service` must be the name/],
      [{ ...change, service: '' }, /`service` must be the name/],
      [{ ...change, timestampMs: '2026-11-01' }, /`timestampMs` must be a whole number/],
      [{ ...change, timestampMs: 1.5e12 + 0.5 }, /`timestampMs` must be a whole number/],
      [{ ...change, timestampMs: Math.round(NOW_MS / 1000) }, /looks like seconds/],
      [{ ...change, timestampMs: NOW_MS + 300_001 }, /more than 5 min in the future/],
      [{ ...change, url: 'javascript:alert(1)' }, /`url` must be an http/],
      [{ ...change, summary: ['x'] }, /`summary` must be a text/],
      [{ ...change, changes: [{ before: 'hush' }] }, /`changes` must be a list/],
      [{ ...change, service: 'x'.repeat(257) }, /`service` has more than 256/],
      [{ ...change, id: 'x'.repeat(129) }, /`id` has more than 128/],
    ];
    const { status, body } = await post([
      ...bad.map(([item]) => item),
      { ...change, timestampMs: NOW_MS + 300_000 },
    ]);
    expect(status).toBe(202);
    expect(body.changes).toHaveLength(1);
    expect(body.problems).toHaveLength(bad.length);
    for (const [index, [, problem]] of bad.entries()) {
      expect(body.problems?.[index]).toMatch(problem);
      expect(body.problems?.[index]).toMatch(new RegExp(`^item ${index + 1}: `));
      expect(body.problems?.[index]).not.toContain('hush');
    }
    expect((await get()).body.total).toBe(1);
  });

  it('refuses a body of which nothing can be read, with the reasons', async () => {
    const { post } = open();
    expect(await post('{')).toMatchObject({ status: 400, body: { error: { code: 'not-json' } } });
    expect(await post('')).toMatchObject({ status: 400, body: { error: { code: 'not-json' } } });
    const none = await post(Array.from({ length: 30 }, () => ({})));
    expect(none).toMatchObject({ status: 400, body: { error: { code: 'no-change' } } });
    expect(none.body.error?.problems).toHaveLength(20);
  });

  it('refuses what is too large or too much', async () => {
    const { get, post } = open();
    const large = await post({ ...change, summary: 'x'.repeat(1_100_000) });
    expect(large).toMatchObject({ status: 413, body: { error: { code: 'body-too-large' } } });
    expect(large.body.error?.message).toContain('changes');
    const many = await post(Array.from({ length: 1_001 }, () => change));
    expect(many).toMatchObject({ status: 413, body: { error: { code: 'too-many-changes' } } });
    const ids = Array.from({ length: 1_000 }, (_, index) => ({ ...change, id: `run-${index}` }));
    expect((await post(ids)).body.changes).toHaveLength(1_000);
    const value = '\u20ac'.repeat(500);
    const wide = Array.from({ length: 100 }, () => ({ path: 'p', before: value, after: value }));
    const { body } = await post([
      { ...change, changes: wide },
      { ...change, service: 'cart' },
    ]);
    expect(body).toMatchObject({
      changes: [{ outcome: 'added' }],
      problems: [expect.stringMatching(/^item 1: .*65536 bytes/)],
    });
    expect((await get('?service=cart')).body.total).toBe(1);
  });

  it('cuts long texts and long lists, and says so', async () => {
    const { get, post } = open();
    const changes = Array.from({ length: 150 }, (_, index) => ({ path: `p${index}`, after: 'v' }));
    const { body } = await post({ ...change, summary: 'word '.repeat(2_000), changes });
    expect(body.problems).toEqual(['item 1: of 150 `changes` the first 100 are kept']);
    const [kept] = (await get()).body.changes;
    expect(kept?.['changes']).toHaveLength(100);
    expect(kept?.['summary']).toMatch(/^word .* \[cut: 10000 characters\]$/);
    expect(String(kept?.['summary']).length).toBeLessThan(4_200);
  });

  it('stores no secret, and no text that it could not redact', async () => {
    const { get, post } = open();
    const secret = 'hunter2hunter2';
    await post({
      ...change,
      id: `password=${secret}`,
      summary: `password=${secret}`,
      actor: `token=${secret}`,
      url: `https://ci.example/?password=${secret}`,
      changes: [{ path: 'env DB_PASSWORD', before: secret, after: `x${secret}` }],
    });
    const { body } = await get();
    expect(body.total).toBe(1);
    expect(JSON.stringify(body)).not.toContain(secret);

    const broken = {
      redact: () => {
        throw new Error(secret);
      },
    };
    const failing = open({ redact: broken });
    expect((await failing.post({ ...change, summary: secret })).status).toBe(202);
    expect((await failing.get()).body.changes).toMatchObject([
      { service: 'checkout', version: 'v2', summary: '[withheld: redaction failed]' },
    ]);
  });

  it('tells the sender to come again when the store fails, and nobody else why', async () => {
    const store = createMemoryStore();
    const failing = { ...store.changes, add: () => Promise.reject(new Error('disk is full')) };
    const errors: unknown[] = [];
    const { post } = open({
      store: { ...store, changes: failing },
      onError: (error) => errors.push(error),
    });
    const { status, body } = await post(change);
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain('disk');
    expect(errors).toMatchObject([{ message: 'disk is full' }]);
  });
});

describe('GET /changes', () => {
  it('lists a window, ascending, of a service and a namespace', async () => {
    const { get, post } = open();
    const dayMs = 24 * 3_600_000;
    await post([
      { ...change, timestampMs: NOW_MS - 1_000 },
      { ...change, timestampMs: NOW_MS - 2 * dayMs },
      { ...change, timestampMs: NOW_MS - 3_000, service: 'cart', namespace: 'shop' },
      { ...change, timestampMs: NOW_MS + 3_000, service: 'cart', namespace: 'other' },
    ]);
    const timesOf = async (query: string) =>
      (await get(query)).body.changes.map(({ timestampMs }) => Number(timestampMs) - NOW_MS);
    expect(await timesOf('')).toEqual([-3_000, -1_000, 3_000]);
    expect(await timesOf('?service=cart')).toEqual([-3_000, 3_000]);
    expect(await timesOf('?service=cart&namespace=shop')).toEqual([-3_000]);
    expect(await timesOf('?limit=1&keep=oldest')).toEqual([-3_000]);
    expect(await timesOf(`?start=${NOW_MS - 3 * dayMs}&end=2026-11-01T03:29:58Z`)).toEqual([
      -2 * dayMs,
      -3_000,
    ]);
  });

  it.each([
    ['start=yesterday', 'bad-time'],
    ['end=2026-13-01T00:00:00Z', 'bad-time'],
    ['start=', 'bad-time'],
    ['limit=0', 'bad-limit'],
    ['limit=201', 'bad-limit'],
    ['keep=all', 'bad-keep'],
  ])('says what is wrong with %s', async (query, code) => {
    expect(await open().get(`?${query}`)).toMatchObject({ status: 400, body: { error: { code } } });
  });
});

describe('who may', () => {
  it('tell needs the token of webhooks, list that of readers', async () => {
    const { get, post } = open();
    expect(await post(change, read)).toMatchObject({ status: 403, body: { error: { code: 'wrong-role' } } });
    expect(await get('', webhook)).toMatchObject({ status: 403, body: { error: { code: 'wrong-role' } } });
    expect((await get()).body.total).toBe(0);
  });

  it('without tokens only this machine for itself', async () => {
    const app = createHttpApp({
      budgets: DEFAULT_BUDGETS,
      store: createMemoryStore(),
      tokens: [],
      redact: createRedactor(),
      responder: idleResponder,
      onReceived: () => undefined,
    });
    const body = JSON.stringify(change);
    const from = (origin: string) =>
      app.request('http://localhost/changes', { method: 'POST', body, headers: { origin } });
    expect((await from('https://elsewhere.example')).status).toBe(403);
    expect((await from('http://localhost')).status).toBe(202);
  });
});
