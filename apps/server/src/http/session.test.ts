import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { describe, expect, it } from 'vitest';
import { openRoom, START_MS } from '../__fixtures__/incident-room.js';
import { pages } from '../__fixtures__/route-requests.js';
import { alertmanagerBody } from '../__fixtures__/running-server.js';
import { createHttpApp, createRateLimiter, type HttpAppOptions } from './index.js';

const ann = 'a-token-of-ann-0123456789';
const bob = 'a-token-of-bob-0123456789';
const machine = 'a-token-of-alertmanager';
const ofPage = { 'x-midwatch-page': '1', 'sec-fetch-site': 'same-origin' };
const tokens: HttpAppOptions['tokens'] = [
  { role: 'responder', token: ann },
  { role: 'viewer', token: bob },
  { role: 'webhook', token: machine },
];

function open(more: Partial<HttpAppOptions> = {}, base = 'https://midwatch.example') {
  const store = createMemoryStore();
  const clock = { nowMs: START_MS };
  const app = createHttpApp({
    ...{ responder: openRoom(store).responder, store, redact: createRedactor(), budgets: DEFAULT_BUDGETS },
    ...{ tokens, pages, now: () => clock.nowMs, onReceived: () => undefined },
    ...more,
  });
  const ask = async (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    app.request(`${base}${path}`, { ...init, headers });
  const signIn = (token: unknown, headers: Record<string, string> = ofPage) =>
    ask('/session', headers, { method: 'POST', body: JSON.stringify({ token }) });
  const cookieFor = async (token: string) => {
    const cookie = (await signIn(token)).headers.get('set-cookie')?.split(';')[0];
    if (cookie === undefined) throw new Error('there is no cookie');
    return cookie;
  };
  return { ask, clock, cookieFor, signIn };
}

const codeOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string } }).error.code;

describe('signing in', () => {
  it('exchanges a token for a cookie that scripts cannot read, that no other site sends, and that ends', async () => {
    const { ask, cookieFor, signIn } = open();
    const response = await signIn(` ${ann}\n`);
    expect(await response.json()).toEqual({
      state: 'signed-in',
      role: 'responder',
      endsAtMs: START_MS + 12 * 3_600_000,
    });
    const [value, ...attributes] = response.headers.get('set-cookie')?.split('; ') ?? [];
    expect(value).toMatch(/^__Host-midwatch=1\.[\w-]{11}\.\d{10}\.[\w-]{43}$/);
    expect(value).not.toContain(ann);
    expect(attributes).toEqual(['Path=/', 'Max-Age=43200', 'HttpOnly', 'SameSite=Strict', 'Secure']);
    const cookie = await cookieFor(ann);
    expect((await ask('/incidents', { ...ofPage, cookie })).status).toBe(200);
    expect(await (await ask('/session', { ...ofPage, cookie })).json()).toMatchObject({ role: 'responder' });
    expect(await (await ask('/session', ofPage)).json()).toEqual({ state: 'signed-out' });
  });

  it('needs no TLS on this very machine', async () => {
    const { ask, signIn } = open({}, 'http://127.0.0.1:8484');
    const set = (await signIn(bob)).headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^midwatch=1\./);
    expect(set).not.toContain('Secure');
    const cookie = set.split(';')[0] ?? '';
    expect((await ask('/incidents', { ...ofPage, cookie })).status).toBe(200);
  });

  it.each([
    ['a wrong token', 'a-token-of-nobody-012345', 401, 'wrong-token'],
    ["a machine's token, which reads nothing", machine, 401, 'wrong-token'],
    ['no token', '', 401, 'wrong-token'],
    ['what is no text', 7, 400, 'bad-sign-in'],
  ])('refuses %s', async (_, token, status, code) => {
    const response = await open().signIn(token);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('is only for pages of this server', async () => {
    const { ask, signIn } = open();
    for (const headers of [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { 'x-midwatch-page': '1' },
      { ...ofPage, 'sec-fetch-site': 'same-site' },
      { 'x-midwatch-page': '1', origin: 'https://evil.example' },
    ] as Record<string, string>[])
      expect((await signIn(ann, headers)).status).toBe(403);
    // A browser that does not tell the site tells the origin.
    const own = { 'x-midwatch-page': '1', origin: 'https://midwatch.example' };
    expect((await signIn(ann, own)).status).toBe(200);
    expect((await ask('/session/end', {}, { method: 'POST' })).status).toBe(403);
  });

  it('counts attempts by address, the right ones too', async () => {
    const few = { burst: 2, perSecond: 0.2 };
    const rates = { senders: few, people: few, probes: few, strangers: few, 'sign-ins': few };
    const many = { burst: 99, perSecond: 99 };
    const { signIn } = open({
      rateLimiter: createRateLimiter({ ...rates, probes: many }, () => 0),
      addressOf: () => '203.0.113.7',
    });
    const statuses = [];
    for (const token of ['guess-0123456789-a', 'guess-0123456789-b', ann])
      statuses.push((await signIn(token)).status);
    expect(statuses).toEqual([401, 401, 429]);
    expect((await signIn(ann)).headers.get('retry-after')).toBe('5');
  });

  it('is not needed where no token is configured, and then only for this machine', async () => {
    const { ask } = open({ tokens: [] }, 'http://localhost:8484');
    expect(await (await ask('/session')).json()).toEqual({ state: 'open' });
    const foreign = open({ tokens: [] });
    expect((await foreign.ask('/session')).status).toBe(403);
  });
});

describe('a session', () => {
  it('ends by time, with its token, and for the browser by signing out', async () => {
    const { ask, clock, cookieFor } = open();
    const cookie = await cookieFor(ann);
    const headers = { ...ofPage, cookie };
    const out = await ask('/session/end', headers, { method: 'POST' });
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-midwatch=; Path=\/; Max-Age=0; /);
    // The same key, other tokens: only the one that was taken away ends its sessions.
    const without = open({ tokens: [{ role: 'viewer', token: bob }] });
    expect((await without.ask('/incidents', headers)).status).toBe(401);
    const still = open({ tokens: [{ role: 'viewer', token: ann }] });
    expect((await still.ask('/incidents', headers)).status).toBe(200);
    clock.nowMs += 12 * 3_600_000;
    expect((await ask('/incidents', headers)).status).toBe(401);
  });

  it('has the role of its token, and never sends as a machine does', async () => {
    const { ask, cookieFor } = open();
    const headers = { ...ofPage, cookie: await cookieFor(ann) };
    const init = { method: 'POST', body: alertmanagerBody() };
    expect((await ask('/webhooks/alertmanager', headers, init)).status).toBe(401);
    expect((await ask('/webhooks/alertmanager', { authorization: `Bearer ${ann}` }, init)).status).toBe(202);
  });

  it('is none for a request that none of our pages sent', async () => {
    const { ask, cookieFor } = open();
    const cookie = await cookieFor(ann);
    for (const headers of [
      { cookie },
      { cookie, 'sec-fetch-site': 'same-origin' },
      { cookie, 'x-midwatch-page': '1', 'sec-fetch-site': 'cross-site' },
      { cookie, 'x-midwatch-page': '1', origin: 'https://evil.example' },
      { cookie, 'x-midwatch-page': '1', origin: 'null' },
    ] as Record<string, string>[])
      expect((await ask('/incidents', headers)).status).toBe(401);
  });

  it('cannot be made, moved or prolonged without the token', async () => {
    const { ask, cookieFor } = open();
    const cookie = await cookieFor(bob);
    const other = await cookieFor(ann);
    const [name, id, endsAt = '', mac = ''] = cookie.split(/[.]/);
    const forged = [
      `${name}.${id}.${Number(endsAt) + 1}.${mac}`,
      `${name}.${other.split('.')[1]}.${endsAt}.${mac}`,
      `${name}.${id}.${endsAt}.${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`,
      `${name}.${id}.${endsAt}.`,
      cookie.replace('__Host-midwatch', 'midwatch'),
      '__Host-midwatch=',
      `__Host-midwatch=${bob}`,
    ];
    for (const each of forged)
      expect([each, (await ask('/incidents', { ...ofPage, cookie: each })).status]).toEqual([each, 401]);
    expect((await ask('/incidents', { ...ofPage, cookie })).status).toBe(200);
  });
});

describe('pages', () => {
  it('run nothing but their own scripts, in no frame, and are not kept', async () => {
    for (const path of ['/', '/i/inc-1']) {
      const { headers, status } = await open().ask(path);
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy.split('; ')).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
          "require-trusted-types-for 'script'",
        ]),
      );
      expect(policy).not.toMatch(/unsafe|\*/);
    }
  });

  it('have files that never change, packed where that is taken', async () => {
    const { ask } = open({ packsPages: true });
    const plain = await ask('/assets/index.js');
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await plain.text()).toBe(pages['assets/index.js'].text);
    const packed = await ask('/assets/index.js', { 'accept-encoding': 'br, gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    const stream = packed.body?.pipeThrough(new DecompressionStream('gzip'));
    expect(await new Response(stream).text()).toBe(pages['assets/index.js'].text);
  });

  it.each(['/assets/nothing.js', '/assets/__proto__', '/assets/..%2Findex.html'])(
    'have no %s',
    async (path) => {
      const response = await open().ask(path);
      expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
    },
  );

  it('learn that nothing is new', async () => {
    const { ask, cookieFor } = open();
    const headers = { ...ofPage, cookie: await cookieFor(bob) };
    const first = await ask('/incidents', headers);
    const again = await ask('/incidents', { ...headers, 'if-none-match': first.headers.get('etag') ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
});
