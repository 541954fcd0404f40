import { describe, expect, test } from 'vitest';
import { connect, fake, storedLines, window } from './__fixtures__/connect.js';
import { createFakeLoki } from './__fixtures__/fake-loki.js';
import { recorded } from './__fixtures__/recorded.js';

describe('spread', () => {
  test('what fits comes in one request', async () => {
    const { ask, sent } = fake(storedLines(100));
    const batch = await ask({ keep: 'spread', limit: 100 });
    expect(batch).toMatchObject({ gaps: [] });
    expect(batch.signals).toHaveLength(100);
    expect(sent.map(({ path }) => path.split('/').at(-1))).toEqual(['series', 'query_range']);
  });

  test('what does not fit is read from each sixth of the window, with the real number of missing lines', async () => {
    const { ask, sent } = fake(storedLines(7200));
    const batch = await ask({ keep: 'spread', limit: 600 });
    expect(batch.signals).toHaveLength(600);
    const perSlice = [0, 1, 2, 3, 4, 5].map(
      (slice) =>
        batch.signals.filter(
          ({ timestampMs }) => Math.floor((timestampMs - window.startMs) / 600_000) === slice,
        ).length,
    );
    expect(perSlice).toEqual([100, 100, 100, 100, 100, 100]);
    expect(batch.gaps[0]).toEqual({ reason: 'row-limit', window, missing: { count: 6600, exact: true } });
    expect(batch.gaps.slice(1).map((gap) => gap.reason)).toEqual(Array(6).fill('sampled'));
    expect(batch.gaps[1]!.window).toEqual({
      startMs: batch.signals[99]!.timestampMs,
      endMs: window.startMs + 600_000,
    });
    expect(sent.length).toBe(9);
    expect(batch.provenance.map(({ text }) => text)).toEqual([
      '{app="orders"}',
      'sum(count_over_time({app="orders"} [3600s]))',
    ]);
  });

  test('slices that the first answer holds wholly are not asked for again', async () => {
    // All but ten lines lie in the last sixth.
    const lines = storedLines(1000, (index) =>
      index < 10 ? {} : { timeNs: BigInt(window.endMs - 500_000) * 1_000_000n + BigInt(index) * 1_000_000n },
    );
    const { ask, sent } = fake(lines);
    const batch = await ask({ keep: 'spread', limit: 300 });
    expect(batch.signals.length).toBe(60);
    expect(batch.gaps[0]!.missing).toEqual({ count: 940, exact: true });
    expect(sent.filter(({ path }) => path.endsWith('query_range'))).toHaveLength(2);
  });

  test('without a count the number of missing lines is open', async () => {
    const answer = createFakeLoki(storedLines(500));
    const { ask } = connect((request) =>
      new URL(request.url).pathname.endsWith('/query') ? recorded('query-range.timeout') : answer(request),
    );
    const batch = await ask({ keep: 'spread', limit: 120 });
    expect(batch.gaps[0]!.missing).toEqual({ count: 1, exact: false });
  });

  test('a slice that fails is a gap over that slice', async () => {
    const answer = createFakeLoki(storedLines(5000));
    const { ask } = connect((request) => {
      const start = new URL(request.url).searchParams.get('start');
      return start === String(BigInt(window.startMs + 1_800_000) * 1_000_000n)
        ? new Response('out of memory', { status: 500 })
        : answer(request);
    });
    const batch = await ask({ keep: 'spread', limit: 600 });
    expect(batch.gaps).toContainEqual({
      reason: 'page-failure',
      window: { startMs: window.startMs + 1_800_000, endMs: window.startMs + 2_400_000 },
      detail: 'a later request failed: unavailable',
    });
    expect(batch.signals).toHaveLength(500);
  });
});
