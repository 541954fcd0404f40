import { describe, expect, test, vi } from 'vitest';
import { analyzeInput } from './__fixtures__/analyze-input.js';
import { ask, hang, useHandClock } from './__fixtures__/ask-analyzer.js';
import { reply, rightMessage, scriptedFetch, secret, toErrorBody } from './__fixtures__/messages-api.js';
import { createClaudeAnalyzer } from './claude-analyzer.js';

useHandClock();

const drip = () =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')),
      pull: () => new Promise(() => undefined),
    }),
    { headers: { 'content-type': 'application/json' } },
  );

describe('time', () => {
  const limited = (headers: Readonly<Record<string, string>>) => () =>
    reply(429, toErrorBody('rate_limit_error'), headers);

  test.each([
    ['seconds', { 'retry-after': '3' }],
    ['a date', { 'retry-after': 'Sun, 01 Nov 2026 03:31:03 GMT' }],
    ['milliseconds', { 'retry-after-ms': '3000', 'retry-after': '60' }],
  ])('Retry-After in %s is waited for when it fits', async (_, headers) => {
    const { analysis, settledAfterMs, requests } = await ask([
      limited(headers),
      () => reply(200, rightMessage),
    ]);
    expect(analysis).toMatchObject({ verdict: 'cause-found' });
    expect(requests).toHaveLength(2);
    expect(settledAfterMs).toBeGreaterThanOrEqual(3000);
  });

  test('Retry-After that does not fit ends the call at once, and is told', async () => {
    const { error, settledAfterMs, requests } = await ask([limited({ 'retry-after': '7' })]);
    expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 7000 });
    expect(requests).toHaveLength(1);
    expect(settledAfterMs).toBeLessThan(500);
  });

  test('a failure that comes too late for another attempt ends the call', async () => {
    const late = () =>
      new Promise<Response>((resolve) => {
        setTimeout(() => resolve(reply(529, toErrorBody('overloaded_error'))), 7000);
      });
    const { error, requests } = await ask([late, () => reply(200, rightMessage)]);
    expect(error?.code).toBe('unavailable');
    expect(requests).toHaveLength(1);
  });

  test('time left is measured after the wait, which may take longer than asked for', async () => {
    setTimeout(() => vi.setSystemTime(Date.now() + 4000), 1000);
    const { error, requests } = await ask([limited({ 'retry-after': '3' })]);
    expect(error?.code).toBe('rate-limited');
    expect(requests).toHaveLength(1);
  });

  test('the second attempt ends at the same deadline', async () => {
    const { error, settledAfterMs } = await ask([limited({}), hang]);
    expect(error?.code).toBe('timeout');
    expect(settledAfterMs).toBeLessThanOrEqual(8100);
  });

  test.each([
    ['hangs', hang],
    ['drips', drip],
  ])('a server that %s, under a fetch that ignores its signal, ends at the deadline', async (_, answer) => {
    const { error, settledAfterMs } = await ask([answer]);
    expect(error?.code).toBe('timeout');
    expect(settledAfterMs).toBeGreaterThanOrEqual(7900);
    expect(settledAfterMs).toBeLessThanOrEqual(8100);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a body that drips is cancelled: nobody reads it any more', async () => {
    let cancelled = false;
    const cancel = () => {
      cancelled = true;
    };
    const stream = () => new ReadableStream({ pull: () => new Promise<void>(() => undefined), cancel });
    await ask([() => new Response(stream())]);
    expect(cancelled).toBe(true);
  });

  test('the signal of the caller is let go', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    await ask([() => reply(200, rightMessage)], {}, signal);
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
  });

  test('a token function that never answers ends at the deadline', async () => {
    const { error, requests } = await ask([hang], { token: () => new Promise<string>(() => undefined) });
    expect(error?.code).toBe('timeout');
    expect(requests).toHaveLength(0);
  });

  test('nothing is sent for a caller who gave up, or after the deadline', async () => {
    const gone = new AbortController();
    gone.abort();
    const aborted = await ask([hang], {}, gone.signal);
    expect(aborted.error?.code).toBe('aborted');
    const { fetch, requests } = scriptedFetch(hang);
    const late = createClaudeAnalyzer({ token: secret, fetch }).analyze(analyzeInput, {
      signal: new AbortController().signal,
      deadlineAtMs: Date.now(),
    });
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    expect([...aborted.requests, ...requests]).toEqual([]);
  });

  test.each([
    ['during the request', hang],
    ['during the wait', limited({ 'retry-after': '5' })],
  ])('a caller who gives up %s is let go at once', async (_, answer) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1000);
    const { error, settledAfterMs } = await ask([answer], {}, controller.signal);
    expect(error?.code).toBe('aborted');
    expect(settledAfterMs).toBeLessThanOrEqual(1100);
    expect(vi.getTimerCount()).toBe(0);
  });
});
