import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAnswerWatch } from './answer-watch.js';

const nowMs = Date.UTC(2026, 8, 1, 3, 0, 0, 400);
const httpDate = (ms: number) => new Date(ms).toUTCString();

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server that answers after a time, with these headers. */
function watch(headers: Record<string, string>, tookMs = 0, status = 200) {
  return createAnswerWatch(async () => {
    vi.setSystemTime(Date.now() + tookMs);
    return new Response('{}', { status, headers });
  });
}

async function skewOf(headers: Record<string, string>, tookMs = 0) {
  const { fetch, clockSkew } = watch(headers, tookMs);
  await fetch('http://source/api');
  return clockSkew();
}

describe('the clock of a source', () => {
  it('is told by its answers, no finer than a second and the way', async () => {
    // The header says 03:00:00, cut from some time within that second; here it is 03:00:00.4.
    expect(await skewOf({ date: httpDate(nowMs) })).toEqual({ skewMs: 100, withinMs: 500 });
    expect(await skewOf({ date: httpDate(nowMs + 90_000) })).toEqual({ skewMs: 90_100, withinMs: 500 });
    expect(await skewOf({ date: httpDate(nowMs) }, 2000)).toEqual({ skewMs: -900, withinMs: 1500 });
  });

  it('is that of the quickest answer', async () => {
    let tookMs = 3000;
    const { fetch, clockSkew } = createAnswerWatch(async () => {
      const headers = { date: httpDate(Date.now()) };
      vi.setSystemTime(Date.now() + tookMs);
      return new Response('{}', { headers });
    });
    await fetch('http://source/a');
    tookMs = 20;
    await fetch('http://source/b');
    tookMs = 5000;
    await fetch('http://source/c');
    expect(clockSkew()?.withinMs).toBe(510);
  });

  it.each([
    ['no date', {}],
    ['a date that is none', { date: '1' }],
    ['a day that does not exist', { date: 'Mon, 99 Sep 2026 03:00:00 GMT' }],
    ['an answer out of a cache', { date: httpDate(nowMs), age: '7' }],
  ])('is not told by %s', async (_, headers) => {
    expect(await skewOf(headers)).toBeUndefined();
  });
});

describe('refusals', () => {
  it('are 401 and 403, once for each path, without the query', async () => {
    for (const [status, count] of [
      [401, 1],
      [403, 1],
      [404, 0],
      [500, 0],
    ] as const) {
      const { fetch, refusals } = watch({}, 0, status);
      await fetch('http://source/api/labels?token=x');
      await fetch('http://source/api/labels?token=y', { method: 'GET' });
      expect(refusals()).toEqual(Array(count).fill({ status, method: 'GET', path: '/api/labels' }));
    }
  });
});
