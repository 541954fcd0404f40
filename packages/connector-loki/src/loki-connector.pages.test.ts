import { describe, expect, test } from 'vitest';
import { connect, fake, isSeries, seriesOf, storedLines, window } from './__fixtures__/connect.js';
import { createFakeLoki } from './__fixtures__/fake-loki.js';
import { recorded } from './__fixtures__/recorded.js';

describe('limits and pages', () => {
  test('a limit of 4,999 asks for 2,500 lines at a time: never above the cap of 5,000, never above the body cap', async () => {
    const { ask, sent } = fake(storedLines(6000));
    const batch = await ask({ limit: 4999 });
    expect(sent.slice(1).map(({ parameters }) => parameters.get('limit'))).toEqual(['2500', '2500', '2']);
    expect(batch.signals).toHaveLength(4999);
    expect(batch.gaps.map((gap) => gap.reason)).toEqual(['row-limit']);
    // What one entry more in one request would have brought.
    expect(recorded('query-range.limit-above-maximum').status).toBe(400);
  });

  test("the server's own lower cap is kept to", async () => {
    const { ask } = connect(createFakeLoki(storedLines(35), { maxEntries: 10 }), {
      maxEntriesPerRequest: 10,
    });
    for (const keep of ['newest', 'oldest'] as const) {
      const batch = await ask({ limit: 30, keep });
      expect(batch.signals).toHaveLength(30);
      const first = keep === 'newest' ? 'line 5' : 'line 0';
      expect(batch.signals[0]!.body).toBe(first);
    }
  });

  test('lines of one nanosecond on the border of two pages are neither lost nor doubled', async () => {
    const lines = storedLines(12, (index) =>
      index >= 3 && index <= 6 ? { timeNs: 1795403400000000007n } : {},
    );
    for (const keep of ['newest', 'oldest'] as const) {
      const { ask } = connect(createFakeLoki(lines, { maxEntries: 5 }), { maxEntriesPerRequest: 5 });
      const batch = await ask({ limit: 50, keep });
      expect(batch.signals.map((signal) => signal.body).toSorted()).toEqual(
        lines.map((line) => line.body).toSorted(),
      );
      expect(batch.gaps).toEqual([]);
    }
  });

  test('the recorded pages overlap by one line, which comes once', async () => {
    let page = 0;
    const { ask } = connect(
      (request) => {
        if (isSeries(request)) return seriesOf({ app: 'pgbouncer' });
        page += 1;
        if (page > 2) return recorded('query-range.empty');
        return recorded(page === 1 ? 'query-range.page-1-forward' : 'query-range.page-2-repeats-last-line');
      },
      { maxEntriesPerRequest: 3 },
    );
    const batch = await ask({ target: { service: 'pgbouncer' }, keep: 'oldest', limit: 50 });
    expect(batch.signals.map((signal) => signal.timeUnixNano.slice(-9))).toHaveLength(5);
    expect(new Set(batch.signals.map((signal) => signal.timeUnixNano)).size).toBe(5);
  });

  test('more lines in one nanosecond than a page holds: goes on behind it, and tells', async () => {
    const lines = storedLines(12, (index) =>
      index >= 3 && index <= 9 ? { timeNs: 1795403400000000007n } : {},
    );
    const { ask, sent } = connect(createFakeLoki(lines, { maxEntries: 3 }), { maxEntriesPerRequest: 3 });
    const batch = await ask({ limit: 50 });
    expect(batch.signals.map((signal) => signal.body)).toContain('line 0');
    expect(batch.gaps).toMatchObject([
      { reason: 'row-limit', window: { startMs: 1795403400000, endMs: 1795403400001 } },
    ]);
    expect(sent.length).toBeLessThan(15);
  });

  test('a later page that fails leaves a gap over what it would have covered', async () => {
    const answer = createFakeLoki(storedLines(30));
    let pages = 0;
    const { ask } = connect(
      (request) => {
        if (request.url.includes('query_range')) pages += 1;
        return pages === 3 ? recorded('query-range.timeout') : answer(request);
      },
      { maxEntriesPerRequest: 10 },
    );
    const batch = await ask({ limit: 50 });
    expect(batch.signals.length).toBe(19);
    expect(batch.gaps).toMatchObject([
      { reason: 'deadline', window: { startMs: window.startMs, endMs: batch.signals[0]!.timestampMs + 1 } },
    ]);
  });

  test('the gap of a cut answer spans what was not read', async () => {
    const { ask } = fake(storedLines(36));
    const newest = await ask({ limit: 6, keep: 'newest' });
    expect(newest.gaps[0]!.window).toEqual({
      startMs: window.startMs,
      endMs: newest.signals[0]!.timestampMs + 1,
    });
    const oldest = await ask({ limit: 6, keep: 'oldest' });
    expect(oldest.gaps[0]!.window).toEqual({
      startMs: oldest.signals.at(-1)!.timestampMs,
      endMs: window.endMs,
    });
  });
});
