import { type Notification, NotifierError } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs, sampleRemedy } from '@midwatch/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWebhookNotifier, webhookPayloadSchema } from './index.js';

const webhookUrl = 'https://hooks.example.com/in/s3cr3t?sig=a%2Fb&tag=x&tag=y';
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const notification: Notification = { incidentId: 'inc-1', deliveryId: 'inc-1-1', brief, nowMs };
const call = (leftMs = 5000) => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + leftMs });

/** A receiver that keeps what came in and answers as it is told. */
function receiver(answer: () => Response | Promise<Response> = () => new Response('thank you')) {
  const received: { request: Request; body: string }[] = [];
  const fetch = async (input: string, init?: RequestInit) => {
    const request = new Request(input, init);
    received.push({ request, body: await request.clone().text() });
    return answer();
  };
  return { received, notifier: createWebhookNotifier({ webhookUrl, secret, fetch }) };
}

async function errorOf(promise: Promise<unknown>): Promise<NotifierError> {
  const error: unknown = await promise.then(
    () => expect.unreachable('it was delivered'),
    (reason: unknown) => reason,
  );
  if (!NotifierError.is(error)) throw error;
  return error;
}

/** As a receiver does it, with the platform's constant-time comparison. */
async function isSigned({ request, body }: { request: Request; body: string }): Promise<boolean> {
  const { headers } = request;
  const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey(
    'raw',
    bytes(secret.slice('whsec_'.length)),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const signature = headers.get('webhook-signature')?.replace(/^v1,/, '') ?? '';
  const content = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`;
  return crypto.subtle.verify('HMAC', key, bytes(signature), new TextEncoder().encode(content));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('createWebhookNotifier', () => {
  it('sends the brief as signed, versioned JSON to the very address', async () => {
    const { received, notifier } = receiver();
    const { reference } = await notifier.notify(notification, call());
    const [delivery] = received;
    expect(await isSigned(delivery!)).toBe(true);
    expect(await isSigned({ ...delivery!, body: delivery!.body.replace('checkout', 'catalog') })).toBe(false);
    const { request } = delivery!;
    expect(request.url).toBe(webhookUrl);
    expect(request.method).toBe('POST');
    expect(request.redirect).toBe('manual');
    expect(request.headers.get('content-type')).toBe('application/json');
    expect(webhookPayloadSchema.parse(JSON.parse(delivery!.body))).toEqual({
      type: 'midwatch.brief',
      schemaVersion: 1,
      timestamp: '2026-11-02T03:50:00.000Z',
      data: { incidentId: 'inc-1', brief },
    });
    expect(reference).toEqual({
      notifierId: 'webhook',
      channel: 'hooks.example.com',
      messageId: request.headers.get('webhook-id'),
      editable: true,
    });
  });

  it('tells what Midwatch offers to do, as optional as the rest of what version 1 gained', async () => {
    const { received, notifier } = receiver();
    await notifier.notify({ ...notification, brief: { ...brief, remedy: sampleRemedy } }, call());
    const { data } = webhookPayloadSchema.parse(JSON.parse(received[0]!.body));
    expect(data.brief.remedy).toEqual(sampleRemedy);
  });

  it('gives attempts of one delivery one id and their own time, and another delivery another id', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: nowMs });
    const { received, notifier } = receiver();
    await notifier.notify(notification, call());
    vi.setSystemTime(nowMs + 600_000);
    await notifier.notify(notification, call());
    await notifier.notify({ ...notification, deliveryId: 'inc-1-2' }, call());
    const [first, retry, next] = received.map(({ request }) => request.headers);
    expect(retry?.get('webhook-id')).toBe(first?.get('webhook-id'));
    expect(next?.get('webhook-id')).not.toBe(first?.get('webhook-id'));
    expect(received[1]?.body).toBe(received[0]?.body);
    expect([first, retry].map((headers) => headers?.get('webhook-timestamp'))).toEqual([
      String(nowMs / 1000),
      String(nowMs / 1000 + 600),
    ]);
    expect(await isSigned(received[1]!)).toBe(true);
  });

  it('sends what version 1 names, and nothing that a brief may gain', async () => {
    const { received, notifier } = receiver();
    const [number] = brief.numbers;
    const odd = {
      ...brief,
      novelty: 'x',
      cause: '\ud800',
      numbers: [{ ...number!, now: Number.POSITIVE_INFINITY, points: [[0, Number.NaN]] as const }],
      evidence: Array.from({ length: 500 }, (_, index) => ({
        id: `L${index}`,
        text: '🧨'.repeat(6000),
        queries: [],
      })).slice(0, 20),
      actions: [{ ...brief.actions[0]!, command: 'x'.repeat(9000) }],
    };
    await notifier.notify({ ...notification, brief: odd }, call());
    const { data } = webhookPayloadSchema.parse(JSON.parse(received[0]!.body));
    expect(data.brief).not.toHaveProperty('novelty');
    expect(data.brief.numbers[0]).toMatchObject({ now: null, points: [[0, null]] });
    expect(data.brief.cause).toBe('\ufffd');
    expect(data.brief.evidence[0]?.text.isWellFormed()).toBe(true);
    expect(data.brief.evidence[0]?.text.length).toBeLessThanOrEqual(8000);
    expect(data.brief.actions[0]).not.toHaveProperty('command');
  });

  it('refuses what is too large, or no brief at all, before anything is sent', async () => {
    const { received, notifier } = receiver();
    const evidence = Array.from({ length: 200 }, () => ({ id: 'L1', text: 'x'.repeat(8000), queries: [] }));
    const large = await errorOf(notifier.notify({ ...notification, brief: { ...brief, evidence } }, call()));
    expect(large.message).toBe('[webhook] bad-message: the brief is larger than 1 MiB');
    const wrong = { ...brief, sinceMs: Number.NaN };
    expect((await errorOf(notifier.notify({ ...notification, brief: wrong }, call()))).message).toBe(
      '[webhook] bad-message: the brief does not fit version 1 of the schema, at data.brief.sinceMs',
    );
    expect(received).toHaveLength(0);
  });

  it.each([
    [302, { code: 'config', retryable: false }],
    [400, { code: 'bad-message', retryable: false, mayHaveArrived: false }],
    [401, { code: 'auth', retryable: false }],
    [404, { code: 'config' }],
    [410, { code: 'config', message: '[webhook] config: nobody receives there (HTTP 410)' }],
    [413, { code: 'bad-message' }],
    [429, { code: 'rate-limited', retryable: true, retryAfterMs: 30_000 }],
    [500, { code: 'unavailable', retryable: true, mayHaveArrived: true }],
    [504, { code: 'timeout', retryable: true, status: 504 }],
  ])('tells HTTP %i by code, after one try, without the address', async (status, expected) => {
    const headers = { 'retry-after': '30', location: 'https://10.0.0.1/' };
    const { received, notifier } = receiver(() => new Response('s3cr3t', { status, headers }));
    const error = await errorOf(notifier.notify(notification, call()));
    expect(error).toMatchObject(expected);
    expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/s3cr3t|whsec|MfKQ/);
    expect(received).toHaveLength(1);
  });

  it.each([200, 201, 202])('takes %i as an acknowledgement, whatever the body says', async (status) => {
    const { notifier } = receiver(
      () => new Response('<html>', { status, headers: { 'content-type': 'text/html' } }),
    );
    await expect(notifier.notify(notification, call())).resolves.toBeDefined();
  });

  it('takes 204 without a body', async () => {
    const { notifier } = receiver(() => new Response(null, { status: 204 }));
    await expect(notifier.notify(notification, call())).resolves.toBeDefined();
  });

  it('gives up after 10 s even when the caller would wait longer', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: nowMs });
    const notifier = createWebhookNotifier({ webhookUrl, secret, fetch: () => new Promise(() => undefined) });
    const error = errorOf(notifier.notify(notification, call(60_000)));
    // Hashing and signing are no timers: the deadline is set when they are done.
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), { timeout: 2000, interval: 1 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await error).toMatchObject({ code: 'timeout', retryable: true, mayHaveArrived: true });
  });

  it('obeys the abort of the caller', async () => {
    const { received, notifier } = receiver();
    const error = await errorOf(notifier.notify(notification, { ...call(), signal: AbortSignal.abort() }));
    expect(error.code).toBe('aborted');
    expect(received).toHaveLength(0);
  });

  it('says nothing of the address when there is no connection', async () => {
    const { notifier } = receiver(() => Promise.reject(new Error(`connect ${webhookUrl}`)));
    const error = await errorOf(notifier.notify(notification, call()));
    expect(error).toMatchObject({
      code: 'unreachable',
      message: '[webhook] unreachable: no connection to the receiver',
    });
  });
});
