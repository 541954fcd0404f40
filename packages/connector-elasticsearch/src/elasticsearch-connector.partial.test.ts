import { expect, test } from 'vitest';
import { connect, fake, records, window } from './__fixtures__/connect.js';
import { createFakeElasticsearch } from './__fixtures__/fake-elasticsearch.js';

const answering = (inSearch: object) => fake(records(9), { inSearch: () => ({ ...inSearch }) });
const shards = (counts: object) => ({
  _shards: { total: 5, successful: 5, skipped: 0, failed: 0, ...counts },
});

test.each([
  ['timed_out', { timed_out: true }, { reason: 'vendor-timeout', window }],
  [
    'shards that failed',
    shards({ successful: 3, failed: 2, failures: [{ reason: { type: 'x', reason: 'SECRET' } }] }),
    { reason: 'shard-failure', window, detail: '2 of 5 shards did not answer' },
  ],
  [
    'shards without a copy, which count as no failure',
    shards({ successful: 4 }),
    { reason: 'shard-failure' },
  ],
  [
    'remote clusters',
    { _clusters: { total: 3, successful: 1, skipped: 1, partial: 1 } },
    { reason: 'shard-failure', detail: '2 remote clusters did not answer, or in part' },
  ],
  ['terminated_early', { terminated_early: true }, { reason: 'row-limit', window }],
])('a 200 with %s has a gap beside the lines', async (_, inSearch, gap) => {
  const { gaps, signals } = await answering(inSearch).ask();
  expect(signals).toHaveLength(9);
  expect(gaps).toHaveLength(1);
  expect(gaps).toMatchObject([gap]);
  expect(JSON.stringify(gaps)).not.toContain('SECRET');
});

test.each([
  ['shards skipped, since they hold nothing of the window', shards({ skipped: 4 })],
  ['clusters that all answered', { _clusters: { total: 2, successful: 2, skipped: 0 } }],
])('no gap for %s', async (_, inSearch) => {
  expect((await answering(inSearch).ask()).gaps).toEqual([]);
});

test.each([
  ['counted', { total: { value: 9, relation: 'eq' } }, { count: 5, exact: true }],
  ['counted no further', { total: { value: 10_000, relation: 'gte' } }, { count: 1, exact: false }],
  ['a bare number', { total: 9 }, { count: 5, exact: true }],
  ['absent', {}, { count: 1, exact: false }],
])('the total of a cut answer, %s', async (_, total, missing) => {
  const answer = createFakeElasticsearch(records(9));
  const { ask } = connect(async (request) => {
    const response = await answer(request);
    if (!request.url.includes('/_search')) return response;
    const body = (await response.json()) as { hits: { hits: unknown } };
    return Response.json({ ...body, hits: { ...total, hits: body.hits.hits } });
  });
  const { gaps, signals } = await ask({ limit: 4 });
  expect(signals.map(({ body }) => body)).toEqual(['line 5', 'line 6', 'line 7', 'line 8']);
  expect(gaps).toEqual([
    {
      reason: 'row-limit',
      window: { startMs: window.startMs, endMs: (signals[0]?.timestampMs ?? 0) + 1 },
      missing,
    },
  ]);
});

test('with oldest the rest of the window is what is missing', async () => {
  const { gaps, signals } = await fake(records(9)).ask({ limit: 4, keep: 'oldest' });
  expect(signals.at(-1)?.body).toBe('line 3');
  expect(gaps).toMatchObject([{ window: { startMs: signals.at(-1)?.timestampMs, endMs: window.endMs } }]);
});

test.each([
  [404, 'the point in time was gone'],
  [429, 'a later request failed: rate-limited'],
  [503, 'a later request failed: unavailable'],
])('page 2 with %i: what was read, and why not the rest', async (status, detail) => {
  let searches = 0;
  const { ask, lines } = fake(records(9), {
    options: { maxEntriesPerRequest: 4 },
    instead: (request) => {
      if (!request.url.includes('/_search?')) return undefined;
      searches += 1;
      return searches === 2
        ? Response.json({ error: { type: 'es_rejected_execution_exception' } }, { status })
        : undefined;
    },
  });
  const { gaps, signals } = await ask();
  expect(signals.map(({ body }) => body)).toEqual(['line 5', 'line 6', 'line 7', 'line 8']);
  expect(gaps).toMatchObject([{ reason: 'page-failure', detail, window: { startMs: window.startMs } }]);
  expect(lines().at(-1)).toBe('DELETE /_pit');
});

test.each([
  [401, 'auth', { error: { type: 'security_exception', reason: 'SECRET' } }],
  [403, 'auth', { error: { type: 'security_exception' } }],
  [404, 'bad-query', { error: { type: 'index_not_found_exception' } }],
  [400, 'bad-query', { error: 'no handler found for uri' }],
  [429, 'rate-limited', { error: { type: 'circuit_breaking_exception' } }],
  [503, 'unavailable', { error: { type: 'search_phase_execution_exception' } }],
])('HTTP %i is %s, without a word of the body', async (status, code, body) => {
  const { ask } = fake(records(9), {
    instead: (request) => (request.url.includes('/_search') ? Response.json(body, { status }) : undefined),
  });
  const error = await ask().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, status });
  expect(String(error)).not.toContain('SECRET');
});

test('spread: quarters are counted first, read from their starts, and the busy ones take what quiet ones leave', async () => {
  const at = (minute: number, second: number) =>
    new Date(window.startMs + minute * 60_000 + second * 1000).toISOString();
  // 2 lines in the first quarter, 30 in the second, none in the third, 20 in the fourth.
  const times = [
    ...[1, 2].map((second) => at(0, second)),
    ...Array.from({ length: 30 }, (_, index) => at(15, index)),
    ...Array.from({ length: 20 }, (_, index) => at(45, index)),
  ];
  const stored = records(times.length, (index) => ({ '@timestamp': times[index] }));
  const { ask, searches } = fake(stored);
  const { gaps, signals } = await ask({ keep: 'spread', limit: 22 });
  const inQuarter = [0, 1, 2, 3].map(
    (quarter) =>
      signals.filter(({ timestampMs }) => Math.floor((timestampMs - window.startMs) / 900_000) === quarter)
        .length,
  );
  expect(inQuarter).toEqual([2, 10, 0, 10]);
  expect(gaps[0]).toEqual({ reason: 'row-limit', window, missing: { count: 30, exact: true } });
  expect(gaps.slice(1)).toEqual([
    { reason: 'sampled', window: { startMs: Date.parse(at(15, 9)), endMs: Date.parse(at(30, 0)) } },
    { reason: 'sampled', window: { startMs: Date.parse(at(45, 9)), endMs: window.endMs } },
  ]);
  // The count, and the three quarters that hold something.
  expect(searches()).toHaveLength(4);
  expect(searches()[0]?.body).toMatchObject({ size: 0, track_total_hits: true });
});

test('spread: what fits is read whole', async () => {
  const { ask, searches } = fake(records(9));
  expect(await ask({ keep: 'spread', limit: 9 })).toMatchObject({ gaps: [], signals: { length: 9 } });
  expect(searches()).toHaveLength(2);
});

test('a record whose time is none is told, not lost in silence', async () => {
  const { ask } = fake(records(3), {
    instead(request) {
      if (!request.url.includes('/_search')) return undefined;
      const hit = (id: string, time: string) => ({
        _index: 'a',
        _id: id,
        _source: { message: id },
        fields: { '@timestamp': [time] },
      });
      const hits = [hit('good', '2026-08-24T10:30:00.5Z'), hit('bad', '+292278994-08-17')];
      return Response.json({
        timed_out: false,
        _shards: { total: 1, successful: 1, failed: 0 },
        hits: { hits },
      });
    },
  });
  const { gaps, signals } = await ask();
  expect(signals.map(({ body }) => body)).toEqual(['good']);
  expect(gaps).toEqual([{ reason: 'invalid-item', missing: { count: 1, exact: true } }]);
});
