import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { answerOk, failure, get, SECRET, setUp, textOf } from './__fixtures__/http-client-call.js';
import type { HttpClientOptions } from './http-client.js';

describe('what comes back', () => {
  it.each([
    [301, 'config', false],
    [302, 'config', false],
    [400, 'bad-query', false],
    [401, 'auth', false],
    [403, 'auth', false],
    [404, 'bad-query', false],
    [408, 'timeout', true],
    [413, 'too-large', false],
    [422, 'bad-query', false],
    [429, 'rate-limited', true],
    [500, 'unavailable', true],
    [503, 'unavailable', true],
    [504, 'timeout', true],
  ])('HTTP %i is %s (retryable: %s), whatever its body', async (status, code, retryable) => {
    const body = `<html>${SECRET}</html>`;
    const headers = { 'content-type': 'text/html', location: 'https://elsewhere.example' };
    const { client, call } = setUp(() => new Response(body, { status, headers }), { token: SECRET });
    const error = await failure(client.request({ ...get, query: { q: SECRET } }, call));
    expect([error.code, error.status, error.retryable]).toEqual([code, status, retryable]);
    expect(textOf(error)).not.toContain(SECRET);
    expect(error.message).toContain('/api/v1/things');
  });

  it.each([
    ['HTML with 200', `<!doctype html><p>${SECRET}`, 'HTML instead of JSON'],
    ['plain text with 200', `too many outstanding requests ${SECRET}`, 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['JSON of another shape', `{"ok":"${SECRET}"}`, 'another shape'],
  ])('%s is a bad-response', async (_, body, message) => {
    const { client, call } = setUp(() => new Response(body));
    const error = await failure(client.request(get, call));
    expect([error.code, error.message.includes(message)]).toEqual(['bad-response', true]);
    expect(textOf(error)).not.toContain(SECRET);
  });

  it('leaves keys that may be data out of the place of a mistake', async () => {
    const { client, call } = setUp(() => Response.json({ labels: { [`pw=${SECRET}`]: 'text' } }));
    const request = { ...get, schema: z.object({ labels: z.record(z.string(), z.number()) }) };
    const error = await failure(client.request(request, call));
    expect(error.message).toContain('(at labels.*: invalid_type)');
  });

  it('takes a schema that throws for a bad-response', async () => {
    const { client, call } = setUp(() => Response.json({ count: 'many' }));
    const request = { ...get, schema: z.object({ count: z.string().transform((text) => BigInt(text)) }) };
    expect((await failure(client.request(request, call))).code).toBe('bad-response');
  });

  it('reads the body of an accepted status', async () => {
    const { client, call } = setUp(() => Response.json({ ok: false }, { status: 404 }));
    const result = await client.request({ ...get, acceptStatus: [404] }, call);
    expect([result.status, result.body]).toEqual([404, { ok: false }]);
  });

  it.each([
    ['7', 7000],
    ['0.5', 500],
    ['99999999', 3_600_000],
    ['Mon, 23 Nov 2026 06:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 05:00:00 GMT', 0],
    ['soon', undefined],
    ['-3', undefined],
  ])('Retry-After %s is %s ms', async (value, expected) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 6, 0, 0) });
    const { client, call } = setUp(
      () => new Response('', { status: 429, headers: { 'retry-after': value } }),
    );
    expect((await failure(client.request(get, call))).retryAfterMs).toBe(expected);
  });

  it('says unreachable with the reason code only', async () => {
    const cause = Object.assign(new Error(`connect ECONNREFUSED ${SECRET}`), { code: 'ECONNREFUSED' });
    const { client, call } = setUp(() => Promise.reject(new TypeError(`fetch failed ${SECRET}`, { cause })));
    const error = await failure(client.request(get, call));
    expect([error.code, error.message]).toEqual([
      'unreachable',
      '[things] unreachable: no connection for /api/v1/things (ECONNREFUSED)',
    ]);
    expect(textOf(error)).not.toContain(SECRET);
  });

  it('stops reading at the cap', async () => {
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024).fill(0x20));
      },
      cancel() {
        cancelled = true;
      },
    });
    const { client, call } = setUp(() => new Response(body), { maxBodyBytes: 10 * 1024 });
    expect((await failure(client.request(get, call))).code).toBe('too-large');
    expect(cancelled).toBe(true);
    expect(pulled).toBeLessThan(20);
  });

  it('caps what a compressed body unpacks to', async () => {
    const zeros = new Blob([new Uint8Array(8 * 1024 * 1024)]).stream();
    const packed = await new Response(zeros.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
    const unpacked = () => new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    const { client, call } = setUp(() => new Response(unpacked()), { maxBodyBytes: 1024 * 1024 });
    expect((await failure(client.request(get, call))).code).toBe('too-large');
  });
});

describe('an end in time', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 3, 41) }));
  afterEach(() => void vi.useRealTimers());

  const never = () => new Promise<never>(() => undefined);
  const dripping = () =>
    new Response(
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 1000));
          controller.enqueue(new TextEncoder().encode(' '));
        },
      }),
    );
  const holders: [string, () => Response | Promise<Response>, Partial<HttpClientOptions>][] = [
    ['a fetch that ignores its signal', never, {}],
    ['a body that drips', dripping, {}],
    ['a body that never goes on', () => new Response(new ReadableStream({ pull: never })), {}],
    [
      'a body that cannot be cancelled',
      () => new Response(new ReadableStream({ pull: never, cancel: never })),
      {},
    ],
    ['a token function that hangs', answerOk, { token: never }],
    ['a headers function that hangs', answerOk, { headers: never }],
  ];

  it.each(holders)('%s is a timeout at the deadline', async (_, answer, options) => {
    const { client, call } = setUp(answer, options);
    const outcome = failure(client.request(get, call));
    await vi.advanceTimersByTimeAsync(4999);
    let settled = false;
    void outcome.finally(() => {
      settled = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await outcome).code).toBe('timeout');
  });

  it.each(holders)('%s does not hold the caller who gives up', async (_, answer, options) => {
    const { client, call, controller } = setUp(answer, options);
    const outcome = failure(client.request(get, call));
    await vi.advanceTimersByTimeAsync(1500);
    controller.abort(new Error(SECRET));
    const error = await outcome;
    expect(error.code).toBe('aborted');
    expect(textOf(error)).not.toContain(SECRET);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  });

  it('ends a body of endless empty chunks', async () => {
    vi.useRealTimers();
    const body = () => new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(0)) });
    const { client, call } = setUp(() => new Response(body()));
    const soon = { ...call, deadlineAtMs: Date.now() + 50 };
    // workerd's clock stands still without input or output, so there it is the runtime that ends such a loop.
    if (navigator.userAgent === 'Cloudflare-Workers') return;
    expect((await failure(client.request(get, soon))).code).toBe('timeout');
  });

  it('sends nothing after an abort or after the deadline', async () => {
    const early = setUp(answerOk, {
      token: () => {
        throw new Error('asked');
      },
    });
    early.controller.abort();
    expect((await failure(early.client.request(get, early.call))).code).toBe('aborted');
    const late = setUp(answerOk);
    expect((await failure(late.client.request(get, { ...late.call, deadlineAtMs: Date.now() }))).code).toBe(
      'timeout',
    );
    expect([...early.sent, ...late.sent]).toEqual([]);
  });

  it('drops an answer that comes too late', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel: () => {
        cancelled = true;
      },
    });
    const late = () =>
      new Promise<Response>((resolve) => setTimeout(() => resolve(new Response(body)), 6000));
    const { client, call } = setUp(late);
    const outcome = failure(client.request(get, call));
    await vi.advanceTimersByTimeAsync(7000);
    expect((await outcome).code).toBe('timeout');
    expect(cancelled).toBe(true);
  });

  it('waits for a deadline beyond what a timer can hold', async () => {
    const slow = () => new Promise<Response>((resolve) => setTimeout(() => resolve(answerOk()), 60_000));
    const { client, call } = setUp(slow);
    const outcome = client.request(get, { ...call, deadlineAtMs: Date.now() + 2 ** 40 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await outcome).body).toEqual({ ok: true });
    expect(vi.getTimerCount()).toBe(0);
  });
});
