import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectorError } from '../connector/connector-error.js';
import type { FetchLike } from '../connector/v1/connector.js';
import { throughLimit } from '../http/through-limit.js';
import { createLimitedFetch, type LimitedFetchOptions } from './limited-fetch.js';
import type { RequestEnd } from './limited-request.js';

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 3, 41) }));
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers after the milliseconds that stand in the path, and counts what is in flight by host. */
function setUp(options: LimitedFetchOptions = {}, answer: FetchLike = answerAfterPath) {
  const inFlight = new Map<string, number>();
  const sent: string[] = [];
  const ends: RequestEnd[] = [];
  let most = 0;
  let mostOfOne = 0;
  const limited = createLimitedFetch({
    fetch: (input, init) => {
      sent.push(input);
      return answer(input, init);
    },
    ...options,
  });
  function lease(connectorId: string, priority = 0) {
    const count = (step: number) => {
      inFlight.set(connectorId, (inFlight.get(connectorId) ?? 0) + step);
      const counts = [...inFlight.values()];
      most = Math.max(
        most,
        counts.reduce((sum, one) => sum + one, 0),
      );
      mostOfOne = Math.max(mostOfOne, ...counts);
    };
    return limited.lease({
      connectorId,
      priority,
      onRequestStart: () => count(1),
      onRequestEnd: (_, end) => {
        count(-1);
        ends.push(end);
      },
    });
  }
  return { limited, lease, sent, ends, peak: () => ({ most, mostOfOne }) };
}

async function answerAfterPath(input: string, init: RequestInit = {}): Promise<Response> {
  const ms = Number(new URL(input).pathname.slice(1));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(new Response('x'.repeat(10))), ms);
    init.signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(init.signal?.reason);
    });
  });
}

const urlOf = (connectorId: string, ms: number) => `https://${connectorId}.example/${ms}`;

async function readText(fetch: FetchLike, url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Resolves with the time at which each of the promises settled. */
async function timesOf(promises: readonly Promise<unknown>[]): Promise<number[]> {
  const startMs = Date.now();
  const times = Promise.all(
    promises.map((promise) =>
      promise.then(
        () => Date.now() - startMs,
        () => Date.now() - startMs,
      ),
    ),
  );
  await vi.advanceTimersByTimeAsync(20_000);
  return times;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return ConnectorError.is(error) ? error.code : `not a ConnectorError: ${String(error)}`;
}

describe('the caps', () => {
  it('holds six in all and two per connector', async () => {
    const { lease, peak } = setUp();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const leases = ids.map((id) => lease(id));
    await timesOf(
      leases.flatMap(({ fetch }, at) => [0, 1, 2, 3].map((n) => readText(fetch, urlOf(ids[at]!, 100 + n)))),
    );
    expect(peak()).toEqual({ most: 6, mostOfOne: 2 });
  });

  it('counts a body that is still being read', async () => {
    const slowBody: FetchLike = async () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            await sleep(500);
            controller.enqueue(new Uint8Array(1));
            controller.close();
          },
        }),
      );
    const { lease } = setUp({ maxInFlight: 1 }, slowBody);
    const { fetch } = lease('a');
    expect(await timesOf([readText(fetch, urlOf('a', 0)), readText(fetch, urlOf('a', 0))])).toEqual([
      500, 1000,
    ]);
  });

  it('limits a connector that brings its own fetch', async () => {
    const { lease, peak, sent } = setUp();
    const own: FetchLike = (input, init) => answerAfterPath(input, init);
    const send = throughLimit(lease('a').fetch, own);
    await timesOf([1, 2, 3, 4].map((n) => readText(send, urlOf('a', n))));
    expect([peak().mostOfOne, sent.length]).toEqual([2, 0]);
  });

  it('gives the slot back for every way a response may end', async () => {
    const { lease, ends } = setUp({ maxInFlight: 1 }, async (input) => {
      if (input.endsWith('/fails')) throw new TypeError('reset');
      if (input.endsWith('/empty')) return new Response(null, { status: 204 });
      return new Response('text', { status: 500 });
    });
    const { fetch } = lease('a');
    await expect(fetch('https://a.example/fails')).rejects.toThrow('reset');
    await fetch('https://a.example/empty');
    await (await fetch('https://a.example/error')).body?.cancel();
    expect(await readText(fetch, 'https://a.example/last')).toBe('text');
    expect(ends.map(({ outcome, status, bodyBytes }) => [outcome, status, bodyBytes])).toEqual([
      ['failed', undefined, 0],
      ['read', 204, 0],
      ['cancelled', 500, 0],
      ['read', 500, 4],
    ]);
  });

  it('keeps status and headers, and lets no redirect be followed', async () => {
    let redirect: unknown;
    const { lease } = setUp({}, async (_, init) => {
      redirect = init?.redirect;
      return new Response('{}', { status: 429, headers: { 'retry-after': '7', 'content-encoding': 'gzip' } });
    });
    const response = await lease('a').fetch('https://a.example/', { redirect: 'follow' });
    expect([response.status, response.headers.get('retry-after'), redirect]).toEqual([429, '7', 'manual']);
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(await response.json()).toEqual({});
  });
});

describe('who goes first', () => {
  it('hears every connector before any gets its second slot', async () => {
    const { lease, sent } = setUp();
    const greedy = lease('greedy');
    const requests = [1, 2, 3, 4, 5, 6].map((n) => readText(greedy.fetch, urlOf('greedy', 100 + n)));
    for (const id of ['b', 'c', 'd', 'e', 'f']) requests.push(readText(lease(id).fetch, urlOf(id, 100)));
    await vi.advanceTimersByTimeAsync(1);
    expect(new Set(sent.map((url) => new URL(url).host)).size).toBe(6);
    await timesOf(requests);
  });

  it('follows the priority of the plan', async () => {
    const { lease, sent } = setUp({ maxInFlight: 1 });
    const late = readText(lease('a', 3).fetch, urlOf('late', 10));
    const early = readText(lease('a', 1).fetch, urlOf('early', 10));
    await timesOf([late, early]);
    expect(sent).toEqual([urlOf('early', 10), urlOf('late', 10)]);
  });

  it('is work-conserving: six equal connectors keep all slots busy', async () => {
    const { lease } = setUp();
    const requests = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((id) => {
      const { fetch } = lease(id);
      return [1, 2, 3, 4].map(() => readText(fetch, urlOf(id, 200)));
    });
    expect(Math.max(...(await timesOf(requests)))).toBe(800);
  });

  it('uses all slots for three connectors at once', async () => {
    const { lease } = setUp();
    const requests = ['a', 'b', 'c'].flatMap((id) => {
      const { fetch } = lease(id);
      return [1, 2].map(() => readText(fetch, urlOf(id, 300)));
    });
    expect(await timesOf(requests)).toEqual([300, 300, 300, 300, 300, 300]);
  });

  it('starts long chains early once their length shows', async () => {
    const { lease, sent } = setUp({ maxInFlight: 2 });
    const slow = lease('slow');
    const quick = lease('quick');
    const requests = [
      ...[1, 2, 3].map(() => readText(quick.fetch, urlOf('quick', 100))),
      ...[1, 2, 3].map(() => readText(slow.fetch, urlOf('slow', 400))),
    ];
    expect(Math.max(...(await timesOf(requests)))).toBe(800);
    expect(sent.slice(0, 2).map((url) => new URL(url).host)).toEqual(['quick.example', 'slow.example']);
  });
});

describe('sources that hang', () => {
  const good = ['e1', 'e2', 'e3', 'e4', 'e5'];

  /** Three that hang beside five that answer in 100 ms; each asks three times, and the five again later. */
  function eightSources(hang: FetchLike) {
    const setup = setUp({}, (input, init) =>
      input.includes('hung') ? hang(input, init) : answerAfterPath(input, init),
    );
    const hung = ['hung1', 'hung2', 'hung3'].flatMap((id) => {
      const { fetch } = setup.lease(id);
      return [1, 2, 3].map(() => readText(fetch, urlOf(id, 0)).catch(() => undefined));
    });
    const leases = good.map((id) => setup.lease(id));
    const ask = () =>
      leases.flatMap(({ fetch }, at) => [1, 2, 3].map(() => readText(fetch, urlOf(good[at]!, 100))));
    return { ...setup, hung, ask };
  }

  it.each<[string, FetchLike]>([
    ['never answer', never],
    [
      'drip',
      async () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              await sleep(1000);
              controller.enqueue(new Uint8Array(1));
            },
          }),
        ),
    ],
    ['answer after 10 s', () => sleep(10_000).then(() => new Response('late'))],
  ])('that %s leave two slots to the others at once, and three soon', async (_, hang) => {
    const { ask } = eightSources(hang);
    // 15 requests of 100 ms; one of the three has got a second slot.
    const times = timesOf(ask());
    expect(Math.max(...(await times))).toBeLessThanOrEqual(700);
  });

  it('leave them also to what is asked long after', async () => {
    const { ask } = eightSources(never);
    const first = Promise.all(ask());
    await vi.advanceTimersByTimeAsync(800);
    await first;
    expect(Math.max(...(await timesOf(ask())))).toBeLessThanOrEqual(600);
  });

  it('lose their slots when they hold more than half of them and others wait, and come again later', async () => {
    const { lease, ends, sent } = setUp({}, (input, init) =>
      input.includes('hung') ? never() : answerAfterPath(input, init),
    );
    const hung = [1, 2, 3, 4, 5, 6].map((n) => lease(`hung${n}`));
    const codes = hung.map(({ fetch }, at) => codeOf(fetch(urlOf(`hung${at + 1}`, 0))));
    await vi.advanceTimersByTimeAsync(10);
    expect(await timesOf([readText(lease('good').fetch, urlOf('good', 100))])).toEqual([990 + 100]);
    expect(ends.map(({ outcome }) => outcome)).toEqual(['put-back', 'read']);
    expect(sent.filter((url) => url.includes('hung1'))).toHaveLength(2);
    for (const one of hung) one.close();
    expect(new Set(await Promise.all(codes))).toEqual(new Set(['aborted']));
  });

  it('lose them for good when they had begun to answer', async () => {
    const dripping: FetchLike = async () => new Response(new ReadableStream({ pull: never }));
    const { lease, ends } = setUp({}, (input, init) =>
      input.includes('hung') ? dripping(input) : answerAfterPath(input, init),
    );
    const hung = [1, 2, 3, 4, 5, 6].map((n) =>
      codeOf(readText(lease(`hung${n}`).fetch, urlOf(`hung${n}`, 0))),
    );
    await vi.advanceTimersByTimeAsync(10);
    await timesOf([readText(lease('good').fetch, urlOf('good', 100))]);
    expect(ends.map(({ outcome }) => outcome)).toEqual(['evicted', 'read']);
    expect(await hung[0]).toBe('timeout');
  });

  it('are left alone while nobody else waits', async () => {
    const { lease, ends } = setUp({}, never);
    for (const n of [1, 2, 3, 4]) {
      const { fetch } = lease(`hung${n}`);
      for (const ms of [1, 2, 3]) void fetch(urlOf(`hung${n}`, ms)).catch(() => undefined);
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ends).toEqual([]);
  });

  it('cannot hold a slot by ignoring their signal or leaving a body unread', async () => {
    const { lease, limited } = setUp({ maxInFlight: 1 }, async (input) =>
      input.endsWith('/body') ? new Response('text') : never(),
    );
    const controller = new AbortController();
    const ignoring = codeOf(lease('a').fetch('https://a.example/ignores', { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(new ConnectorError({ code: 'aborted', connectorId: 'a', message: 'enough' }));
    expect(await ignoring).toBe('aborted');
    const unread = lease('b');
    await unread.fetch('https://b.example/body');
    unread.close();
    expect(await readText(lease('c').fetch, 'https://c.example/body')).toBe('text');
    limited.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the end of a lease', () => {
  it('ends what waits, what is in flight and what is being read, and refuses what comes later', async () => {
    const { lease, sent } = setUp({ maxInFlight: 2 }, async (input) =>
      input.endsWith('/body') ? new Response(new ReadableStream({ pull: never })) : never(),
    );
    const held = lease('a');
    const reading = codeOf(held.fetch('https://a.example/body').then((response) => response.text()));
    const inFlight = codeOf(held.fetch('https://a.example/1'));
    const waiting = codeOf(held.fetch('https://a.example/2'));
    await vi.advanceTimersByTimeAsync(10);
    held.close();
    const later = codeOf(held.fetch('https://a.example/3'));
    expect(await Promise.all([reading, inFlight, waiting, later])).toEqual([
      'aborted',
      'aborted',
      'aborted',
      'aborted',
    ]);
    expect(sent).toEqual(['https://a.example/body', 'https://a.example/1']);
  });

  it('drops an answer that comes after it', async () => {
    let cancelled = false;
    const body = () =>
      new ReadableStream({
        cancel() {
          cancelled = true;
        },
      });
    const { lease } = setUp({}, () => sleep(100).then(() => new Response(body())));
    const held = lease('a');
    const outcome = codeOf(held.fetch('https://a.example/'));
    await vi.advanceTimersByTimeAsync(50);
    held.close();
    await vi.advanceTimersByTimeAsync(100);
    expect([await outcome, cancelled]).toEqual(['aborted', true]);
  });
});

describe('the budget', () => {
  it('refuses requests beyond it and says so', async () => {
    const { lease, sent } = setUp({ maxRequests: 3 });
    const one = lease('a');
    const codes = timesOf([1, 2, 3].map(() => readText(one.fetch, urlOf('a', 10))));
    await codes;
    const other = lease('b');
    expect(await codeOf(other.fetch(urlOf('b', 10)))).toBe('too-large');
    expect([sent.length, one.trouble, other.trouble, other.hasSent]).toEqual([3, 'none', 'budget', false]);
  });

  it('cuts the body that goes beyond it', async () => {
    const { lease, ends } = setUp({ maxBodyBytes: 15 });
    const { fetch } = lease('a');
    const first = readText(fetch, urlOf('a', 10));
    const second = codeOf(readText(fetch, urlOf('a', 20)));
    await vi.advanceTimersByTimeAsync(100);
    expect([await first, await second]).toEqual(['xxxxxxxxxx', 'too-large']);
    expect(ends.at(-1)).toMatchObject({ outcome: 'failed', bodyBytes: 10 });
  });
});

it('remembers what was asked as a person would write it', async () => {
  const { lease } = setUp({}, async () => new Response(null));
  const held = lease('a');
  await held.fetch(
    'https://a.example/prefix/loki/api/v1/query_range?query=%7Bapp%3D%22x%22%7D&api_key=abc&limit=5',
  );
  await held.fetch('https://a.example/api/v1/query_range', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer secret' },
    body: 'query=up%7Ba%3D%22b%22%7D&token=abc',
  });
  await held.fetch('https://a.example/search', { method: 'POST', body: '{"size":5}' });
  expect(held.asked).toEqual([
    'GET /prefix/loki/api/v1/query_range?query={app="x"}&api_key=[redacted]&limit=5',
    'POST /api/v1/query_range query=up{a="b"}&token=[redacted]',
    'POST /search {"size":5}',
  ]);
});
