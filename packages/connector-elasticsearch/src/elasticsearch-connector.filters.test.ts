import { expect, test } from 'vitest';
import { fake, type LogsQuery, records } from './__fixtures__/connect.js';
import { ecsMapping } from './__fixtures__/fake-elasticsearch.js';
import type { Source } from './__fixtures__/match-clause.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

async function found(
  sources: readonly Source[],
  query: Partial<LogsQuery>,
  mapping: Record<string, string> = ecsMapping,
) {
  const { ask, searches } = fake(
    records(sources.length, (index) => sources[index] ?? {}),
    { mapping },
  );
  const { gaps, signals } = await ask(query);
  return { bodies: signals.map(({ body }) => body), gaps, query: searches()[0]?.body['query'], searches };
}

test('a level is asked for in every spelling, and where a line tells none by words in it', async () => {
  const untold = { log: {} };
  const { bodies, gaps, query } = await found(
    [
      { message: 'a', log: { level: 'Warning' } },
      { message: 'b', log: { level: 'INFO' } },
      { message: 'c', log: { level: 'CRIT' } },
      { message: 'd error in nothing', log: { level: 'debug' } },
      { message: 'e ERROR no level field', ...untold },
      { message: 'f quiet', ...untold },
      { message: 'INFO no error at all', ...untold },
    ],
    { minLevel: 'warn' },
  );
  expect(bodies).toEqual(['a', 'c', 'e ERROR no level field']);
  expect(JSON.stringify(query)).toContain('"must_not":[{"exists":{"field":"log.level"}}]');
  expect(gaps).toEqual([
    { reason: 'unsupported-filter', detail: '1 lines carry no level: chosen by words such as warn' },
  ]);
});

test('numbers are levels, too: of pino upwards, of syslog downwards, of OpenTelemetry by fours', async () => {
  const mapping = {
    '@timestamp': 'date',
    message: 'text',
    'service.name': 'keyword',
    level: 'long',
    severity_number: 'long',
  };
  const { bodies, gaps } = await found(
    [
      { message: 'pino error', level: 50 },
      { message: 'pino info', level: 30 },
      { message: 'syslog err', level: 3 },
      { message: 'syslog notice', level: 5 },
      { message: 'otel fatal', severity_number: 21 },
      { message: 'otel warn', severity_number: 16 },
    ].map((source) => ({ log: {}, ...source })),
    { minLevel: 'error' },
    mapping,
  );
  expect(bodies).toEqual(['pino error', 'syslog err', 'otel fatal']);
  expect(gaps).toEqual([]);
});

test('text holds whole words on the server and the very text here, and the gap says what that misses', async () => {
  const sources = [
    { message: 'pool exhausted: timeout' },
    { message: 'Pool Exhausted' },
    { message: 'pool exhausteds' },
  ];
  const { bodies, gaps, query } = await found(sources, { contains: ['pool exhausted'] });
  expect(bodies).toEqual(['pool exhausted: timeout']);
  expect(JSON.stringify(query)).toContain(
    '{"match_phrase":{"message":{"query":"pool exhausted","zero_terms_query":"all"}}}',
  );
  expect(gaps).toEqual([{ reason: 'unsupported-filter', detail: expect.stringContaining('whole words') }]);
});

test.each([
  ['wildcard', 0],
  ['keyword', 1],
])('in a field of type %s a text is a pattern whose signs are escaped', async (type, gapCount) => {
  const { bodies, gaps, query } = await found(
    [{ message: 'a*b?' }, { message: 'axb' }],
    { contains: ['a*b?'] },
    { ...ecsMapping, message: type },
  );
  expect(bodies).toEqual(['a*b?']);
  expect(JSON.stringify(query)).toContain(JSON.stringify({ value: '*a\\*b\\?*' }));
  expect(gaps).toHaveLength(gapCount);
});

test('a name in mere text is asked for by its words, and checked', async () => {
  const mapping = { ...ecsMapping, 'service.name': 'text' };
  const sources = [{ service: { name: 'checkout' } }, { service: { name: 'checkout api' } }];
  const { bodies, query } = await found(sources, {}, mapping);
  expect(bodies).toEqual(['line 0']);
  expect(JSON.stringify(query)).toContain('{"match_phrase":{"service.name":"checkout"}}');
});

test('a name in text with a `.keyword` is asked for there', async () => {
  const { query } = await found(
    [{}],
    {},
    { ...ecsMapping, 'service.name': 'text', 'service.name.keyword': 'keyword' },
  );
  expect(JSON.stringify(query)).toContain('{"terms":{"service.name.keyword":["checkout"]}}');
});

test('trace ids are looked for in their field in every spelling, and as words of the line', async () => {
  const sources = [
    { message: 'a', trace: { id: TRACE } },
    { message: 'b', trace: { id: TRACE.toUpperCase() } },
    { message: `c trace_id=${TRACE}` },
    { message: 'd', trace: { id: 'b7ad6b7169203331' } },
    { message: 'e', trace: { id: 'f'.repeat(32) } },
  ];
  const { bodies } = await found(sources, { traceIds: [TRACE, `${'0'.repeat(16)}b7ad6b7169203331`] });
  expect(bodies).toEqual(['a', 'b', `c trace_id=${TRACE}`, 'd']);
});

test('parts of a target that no field carries are said; without a field for the service nothing is asked', async () => {
  const { bodies, gaps } = await found([{ kubernetes: { namespace: 'shop' } }, {}], {
    target: { service: 'checkout', namespace: 'shop', cluster: 'eu-1', operation: 'POST /pay' },
  });
  expect(bodies).toEqual(['line 0']);
  expect(gaps.map(({ reason, detail }) => `${reason}: ${detail}`)).toEqual([
    'unmapped-target: no field of the index carries the cluster; lines of others are in',
    'unsupported-filter: logs are not told apart by operation',
  ]);
  const none = await found([{}], {}, { '@timestamp': 'date', message: 'text' });
  expect(none).toMatchObject({ bodies: [], gaps: [{ reason: 'unmapped-target' }] });
  expect(none.searches()).toHaveLength(0);
});

test('labels of a target are looked for where shippers put them', async () => {
  const { bodies } = await found(
    [{ labels: { team: 'a' } }, { kubernetes: { labels: { team: 'a' } } }, { team: 'b' }],
    {
      target: { service: 'checkout', labels: { team: 'a' } },
    },
  );
  expect(bodies).toEqual(['line 0', 'line 1']);
});

test('nothing found: a service that nobody is called by is told from a quiet one', async () => {
  const { bodies, gaps, searches } = await found([{}], { target: { service: 'nobody' } });
  expect(bodies).toEqual([]);
  expect(gaps).toMatchObject([{ reason: 'unmapped-target' }]);
  expect(searches()[1]?.body).toMatchObject({ terminate_after: 1, size: 1, _source: false });
  const quiet = await found([{ '@timestamp': '2026-08-20T00:00:00Z' }], {});
  expect(quiet).toMatchObject({ bodies: [], gaps: [] });
});

test('a native query stands for the built one, within the window', async () => {
  const native = { elasticsearch: { query: { term: { 'event.dataset': 'nginx.error' } } } };
  const { bodies, query } = await found([{ event: { dataset: 'nginx.error' }, service: {} }, {}], { native });
  expect(bodies).toEqual(['line 0']);
  expect(JSON.stringify(query)).toContain('"range"');
  const wrong = fake([]).ask({ native: { elasticsearch: { query: 'error OR 1' } } });
  await expect(wrong).rejects.toMatchObject({ code: 'bad-query' });
});

test('a name is a value and never part of the query language', async () => {
  const name = '"}}]}},"size":9,*:* OR \u0000 {{';
  const { query } = await found([{}], { target: { service: name }, contains: [name] });
  expect(JSON.stringify(query)).toContain(JSON.stringify({ terms: { 'service.name': [name] } }));
});
