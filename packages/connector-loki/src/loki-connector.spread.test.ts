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

  test('what does not fit is read from each quarter of the window, with the real number of missing lines', async () => {
    const { ask, sent } = fake(storedLines(7200));
    const batch = await ask({ keep: 'spread', limit: 600 });
    expect(batch.signals).toHaveLength(600);
    const perSlice = [0, 1, 2, 3].map(
      (slice) =>
        batch.signals.filter(
          ({ timestampMs }) => Math.floor((timestampMs - window.startMs) / 900_000) === slice,
        ).length,
    );
    expect(perSlice).toEqual([150, 150, 150, 150]);
    expect(batch.gaps[0]).toEqual({ reason: 'row-limit', window, missing: { count: 6600, exact: true } });
    expect(batch.gaps.slice(1).map((gap) => gap.reason)).toEqual(Array(4).fill('sampled'));
    // Half a second from line to line: the first that was left out is the 151st.
    expect(batch.gaps[1]!.window).toEqual({
      startMs: window.startMs + 75_000,
      endMs: window.startMs + 900_000,
    });
    // Labels, a first look, the count, and three slices: the first slice was in the first look.
    expect(sent.length).toBe(6);
    expect(batch.provenance.map(({ text }) => text)).toEqual([
      '{app="orders"}',
      'sum(count_over_time({app="orders"} [3600s]))',
    ]);
  });

  test('slices that the first answer holds are not asked for again, and use what the quiet ones leave', async () => {
    // All but ten lines lie in the last quarter.
    const lines = storedLines(1000, (index) =>
      index < 10 ? {} : { timeNs: BigInt(window.endMs - 500_000) * 1_000_000n + BigInt(index) * 1_000_000n },
    );
    const { ask, sent } = fake(lines);
    const batch = await ask({ keep: 'spread', limit: 300 });
    expect(batch.signals.length).toBe(300);
    expect(batch.gaps[0]!.missing).toEqual({ count: 700, exact: true });
    expect(sent.filter(({ path }) => path.endsWith('query_range'))).toHaveLength(1);
  });

  test('a share that quiet quarters leave over is used up', async () => {
    const lines = storedLines(1000, (index) => {
      if (index < 5) return {};
      const second = index < 300 ? 1_000 : 3_000;
      return { timeNs: BigInt(window.startMs + second * 1000) * 1_000_000n + BigInt(index) * 1_000_000n };
    });
    const { ask } = fake(lines);
    const batch = await ask({ keep: 'spread', limit: 200 });
    expect(batch.signals.length).toBe(200);
  });

  test('without a count the number of missing lines is open, and nobody waits for it', async () => {
    const answer = createFakeLoki(storedLines(500));
    for (const count of [recorded('query-range.timeout'), new Promise<Response>(() => undefined)]) {
      const { ask } = connect((request) =>
        new URL(request.url).pathname.endsWith('/query') ? count : answer(request),
      );
      const batch = await ask({ keep: 'spread', limit: 120 });
      expect(batch.gaps[0]!.missing).toEqual({ count: 1, exact: false });
      expect(batch.signals).toHaveLength(120);
    }
  });

  test.each(['query.max-series-500', 'query.too-many-bytes'])(
    'a count that Loki refuses (%s) leaves the number open and costs no line',
    async (name) => {
      const answer = createFakeLoki(storedLines(1000));
      const { ask } = connect((request) =>
        /\/query\?/.test(request.url) ? recorded(name) : answer(request),
      );
      const batch = await ask({ keep: 'spread', limit: 200 });
      expect(batch.signals).toHaveLength(200);
      expect(batch.gaps[0]).toMatchObject({ reason: 'row-limit', missing: { count: 1, exact: false } });
    },
  );

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
      window: { startMs: window.startMs + 1_800_000, endMs: window.startMs + 2_700_000 },
      detail: 'a later request failed: unavailable',
    });
    const inside = batch.signals.filter(
      ({ timestampMs }) => Math.floor((timestampMs - window.startMs) / 900_000) === 2,
    );
    expect(inside).toEqual([]);
    expect(batch.signals).toHaveLength(600);
  });
});
