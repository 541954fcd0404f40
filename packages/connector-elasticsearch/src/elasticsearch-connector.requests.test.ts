import { expect, test, vi } from 'vitest';
import { connect, fake, records } from './__fixtures__/connect.js';
import { createFakeElasticsearch } from './__fixtures__/fake-elasticsearch.js';

const PATTERN = 'logs-*,filebeat-*,logstash-*,ss4o_logs-*';
const paged = { options: { maxEntriesPerRequest: 4 } };
const bodies = ({ signals }: { signals: readonly { body: string }[] }) => signals.map(({ body }) => body);

test('what fits one page is one search, without a point in time and without asking who answers', async () => {
  const { ask, lines } = fake(records(9));
  expect((await ask()).signals).toHaveLength(9);
  expect(lines()).toEqual([`GET /${PATTERN}/_field_caps`, `POST /${PATTERN}/_search`]);
});

test('Elasticsearch: a search in a point in time has no index, and goes on after the last sort with its tiebreaker', async () => {
  const { ask, lines, searches, sent } = fake(records(9), paged);
  const { gaps, signals } = await ask();
  expect(signals.map(({ body }) => body)).toEqual(Array.from({ length: 9 }, (_, index) => `line ${index}`));
  expect(gaps).toEqual([]);
  expect(lines()).toEqual([
    `GET /${PATTERN}/_field_caps`,
    'GET /',
    `POST /${PATTERN}/_pit`,
    ...Array(3).fill('POST /_search'),
    'DELETE /_pit',
  ]);
  expect(sent[2]?.url.searchParams.get('keep_alive')).toBe('5s');
  expect(searches().map(({ body }) => [body['pit'], body['search_after']])).toEqual([
    [{ id: 'pit-1' }, undefined],
    [{ id: 'pit-1' }, ['2026-08-24T10:33:20.000000000Z', 5]],
    [{ id: 'pit-1' }, ['2026-08-24T10:06:40.000000000Z', 1]],
  ]);
  expect(searches()[0]?.body['sort']).toMatchObject([
    { '@timestamp': { format: 'strict_date_optional_time_nanos' } },
  ]);
  expect(sent.at(-1)?.body).toEqual({ id: 'pit-1' });
});

test('OpenSearch: other paths, no format in a sort, and without a tiebreaker the last moment comes again', async () => {
  const { ask, lines, searches, sent } = fake(records(9), { ...paged, flavor: 'opensearch' });
  expect(bodies(await ask())).toHaveLength(9);
  expect(lines()[2]).toBe(`POST /${PATTERN}/_search/point_in_time`);
  expect(lines().at(-1)).toBe('DELETE /_search/point_in_time');
  expect(sent.at(-1)?.body).toEqual({ pit_id: ['pit-1'] });
  expect(JSON.stringify(searches().map(({ body }) => body['sort']))).not.toContain('format');
  expect(searches()[1]?.body['search_after']).toEqual(['2026-08-24T10:33:20.001000000Z']);
});

test.each(['elasticsearch', 'opensearch'] as const)(
  '%s: lines of one moment are neither lost nor doubled',
  async (flavor) => {
    const same = { '@timestamp': '2026-08-24T10:30:00.000Z' };
    const stored = records(9, (index) => (index > 2 && index < 6 ? same : {}));
    for (const keep of ['newest', 'oldest'] as const) {
      const { ask } = fake(stored, { ...paged, flavor });
      const { gaps, signals } = await ask({ keep });
      expect(gaps).toEqual([]);
      expect(new Set(signals.map(({ body }) => body)).size).toBe(9);
      expect(signals).toHaveLength(9);
    }
  },
);

test('OpenSearch: more lines in one moment than a page holds are a gap, not a loop', async () => {
  const stored = records(9, () => ({ '@timestamp': '2026-08-24T10:30:00.000Z' }));
  const { ask, searches } = fake(stored, { ...paged, flavor: 'opensearch' });
  const { gaps, signals } = await ask();
  expect(signals).toHaveLength(4);
  expect(gaps).toMatchObject([{ reason: 'row-limit', window: { endMs: Date.UTC(2026, 7, 24, 10, 30) + 1 } }]);
  expect(searches()).toHaveLength(2);
});

test('nanoseconds: sorted as such over indices of both types, and exact though they are no safe number', async () => {
  const mapping = { '@timestamp': ['date', 'date_nanos'], message: 'text', 'service.name': 'keyword' };
  const stored = records(6, (index) => ({ '@timestamp': `2026-08-24T10:30:00.12345678${index}Z` }));
  for (const flavor of ['elasticsearch', 'opensearch'] as const) {
    const { ask, searches } = fake(stored, { ...paged, flavor, mapping });
    const { signals } = await ask({ keep: 'oldest' });
    expect(signals.map(({ timeUnixNano }) => timeUnixNano)).toEqual(
      [0, 1, 2, 3, 4, 5].map((digit) => `178756740012345678${digit}`),
    );
    expect(searches()[0]?.body['sort']).toMatchObject([{ '@timestamp': { numeric_type: 'date_nanos' } }]);
    const after =
      flavor === 'elasticsearch' ? ['2026-08-24T10:30:00.123456783Z', 3] : ['2026-08-24T10:30:00.123456782Z'];
    expect(searches()[1]?.body['search_after']).toEqual(after);
  }
});

test('the newest id of a point in time is used, and closed', async () => {
  const answer = createFakeElasticsearch(records(9));
  let page = 0;
  const { ask, searches, sent } = connect(async (request) => {
    if (!request.url.includes('/_search?')) return answer(request);
    const text = (await request.text()).replace(/pit-1-\d/, 'pit-1');
    const response = await answer(new Request(request.url, { method: 'POST', body: text }));
    page += 1;
    return Response.json({ ...((await response.json()) as object), pit_id: `pit-1-${page}` });
  }, paged.options);
  expect((await ask()).signals).toHaveLength(9);
  expect(searches().map(({ body }) => body['pit'])).toEqual([
    { id: 'pit-1' },
    { id: 'pit-1-1' },
    { id: 'pit-1-2' },
  ]);
  expect(sent.at(-1)?.body).toEqual({ id: 'pit-1-3' });
});

test('a point in time is closed when a search fails, at the deadline, and when the caller gives up', async () => {
  const failing = fake(records(9), {
    ...paged,
    instead: (request) =>
      request.url.includes('/_search?') ? new Response('no', { status: 500 }) : undefined,
  });
  await expect(failing.ask()).rejects.toMatchObject({ code: 'unavailable' });
  expect(failing.lines().at(-1)).toBe('DELETE /_pit');

  const controller = new AbortController();
  const hanging = {
    ...paged,
    instead: (request: Request) => {
      if (!request.url.includes('/_search?')) return undefined;
      queueMicrotask(() => controller.abort());
      return new Promise<Response>(() => undefined);
    },
  };
  const aborted = fake(records(9), hanging);
  await expect(aborted.ask({}, { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
  await expect.poll(() => aborted.lines().at(-1)).toBe('DELETE /_pit');

  const late = fake(records(9), hanging);
  await expect(late.ask({}, { deadlineAtMs: Date.now() + 1500 })).rejects.toMatchObject({ code: 'timeout' });
  await expect.poll(() => late.lines().at(-1)).toBe('DELETE /_pit');
});

test('a close that hangs or fails harms no answer', async () => {
  for (const close of [
    () => new Promise<Response>(() => undefined),
    () => new Response('no', { status: 500 }),
  ]) {
    const { ask } = fake(records(9), {
      ...paged,
      instead: (request) => (request.method === 'DELETE' ? close() : undefined),
    });
    expect(await ask()).toMatchObject({ gaps: [], signals: { length: 9 } });
  }
});

test('a server that has no points in time is paged by the time of the last line', async () => {
  const { ask, lines } = fake(records(9), {
    ...paged,
    flavor: 'opensearch',
    instead: (request) =>
      request.url.includes('point_in_time') ? new Response('{}', { status: 400 }) : undefined,
  });
  expect((await ask()).signals).toHaveLength(9);
  expect(lines().filter((line) => line.startsWith('DELETE'))).toEqual([]);
});

test('where `GET /` is refused, a header of other answers or its absence tells the two apart', async () => {
  for (const [flavor, path] of [
    ['elasticsearch', '/_pit'],
    ['opensearch', '/_search/point_in_time'],
  ] as const) {
    const instead = (request: Request) =>
      new URL(request.url).pathname === '/' ? new Response('', { status: 403 }) : undefined;
    const { ask, lines } = fake(records(9), { ...paged, flavor, instead });
    expect((await ask()).signals).toHaveLength(9);
    expect(lines().at(-1)).toBe(`DELETE ${path}`);
  }
});

test('every request keeps the prefix, carries a User-Agent and lets the server stop before the deadline', async () => {
  const { ask, searches, sent } = fake(records(9), {
    options: { ...paged.options, baseUrl: 'https://gateway.example/some/prefix/', flavor: 'elasticsearch' },
  });
  await ask();
  for (const { headers, url } of sent) {
    expect(url.pathname).toMatch(/^\/some\/prefix\//);
    expect(headers.get('user-agent')).toMatch(/^midwatch-connector-elasticsearch\/\d/);
  }
  expect(sent.filter(({ method }) => method === 'GET')).toHaveLength(1);
  for (const { body, url } of searches()) {
    expect(Number.parseInt(String(body['timeout']), 10)).toBeLessThan(5000);
    expect(url.searchParams.get('allow_partial_search_results')).toBe('true');
  }
});

test('the fields are asked for in an address below 4 KB, and kept for five minutes', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const { ask, lines, sent } = fake(records(3));
    const asked = () => lines().filter((line) => line.endsWith('/_field_caps')).length;
    await Promise.all([ask(), ask()]);
    expect(asked()).toBe(1);
    expect(sent[0]?.url.href.length).toBeLessThan(3500);
    expect(sent[0]?.url.search).toContain('&ignore_unavailable=true&allow_no_indices=true');
    vi.setSystemTime(Date.now() + 299_000);
    await ask();
    expect(asked()).toBe(1);
    vi.setSystemTime(Date.now() + 2000);
    await ask();
    expect(asked()).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
