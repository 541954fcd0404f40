import { type LogSignal, querySignals } from '@midwatch/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createElasticsearchConnector, type ElasticsearchConnectorOptions } from './index.js';

/** Addresses of servers that run for this, by commas; `tooling/setup/elasticsearch` starts some. */
const addresses = (process.env['MIDWATCH_REAL_ELASTICSEARCH'] ?? '').split(',').filter((one) => one !== '');

const START_MS = Date.UTC(2026, 7, 24, 10);
const window = { startMs: START_MS, endMs: START_MS + 3_600_000 };
const INDEX = 'midwatch-real';
const TRACE = '0af7651916cd43dd8448eb211c80319c';

const keyword = { type: 'keyword' };
const mappings = {
  ecs: {
    '@timestamp': { type: 'date_nanos' },
    message: { type: 'text' },
    'log.level': keyword,
    'service.name': keyword,
    'trace.id': keyword,
  },
  shipped: {
    '@timestamp': { type: 'date' },
    log: { type: 'text' },
    app: { type: 'text', fields: { keyword } },
  },
  otel: {
    '@timestamp': { type: 'date' },
    body: { properties: { text: { type: 'text' } } },
    severity_text: keyword,
    trace_id: keyword,
    'resource.attributes.service.name': keyword,
    message: { type: 'alias', path: 'body.text' },
    'log.level': { type: 'alias', path: 'severity_text' },
    'service.name': { type: 'alias', path: 'resource.attributes.service.name' },
    'trace.id': { type: 'alias', path: 'trace_id' },
  },
};

/** Five at each of six nanoseconds, five in one millisecond, one whose names are aliases. */
const documents = [
  ...Array.from({ length: 30 }, (_, index) => ({
    index: 'ecs',
    source: {
      '@timestamp': `2026-08-24T10:10:00.12345678${Math.floor(index / 5)}Z`,
      message: `line ${index} of the pool`,
      log: { level: index % 2 === 0 ? 'ERROR' : 'info' },
      'service.name': 'checkout',
      trace: { id: index === 3 ? TRACE : 'f'.repeat(32) },
    },
  })),
  ...Array.from({ length: 5 }, (_, index) => ({
    index: 'shipped',
    source: {
      '@timestamp': '2026-08-24T10:40:00.500Z',
      log: `WARN shipped ${index} trace_id=${TRACE}`,
      app: 'checkout',
    },
  })),
  {
    index: 'otel',
    source: {
      '@timestamp': '2026-08-24T10:50:00.000Z',
      body: { text: 'written by a collector' },
      severity_text: 'FATAL',
      trace_id: TRACE,
      resource: { attributes: { 'service.name': 'checkout' } },
    },
  },
];

async function send(url: string, method: string, body: string): Promise<unknown> {
  const type = url.includes('_bulk') ? 'application/x-ndjson' : 'application/json';
  const response = await fetch(url, {
    method,
    headers: { 'content-type': type },
    ...(body === '' ? {} : { body }),
  });
  return response.json();
}

if (addresses.length === 0) {
  test.skip('real Elasticsearch or OpenSearch: needs MIDWATCH_REAL_ELASTICSEARCH, see tooling/setup/elasticsearch', () =>
    undefined);
}

describe.each(addresses)('%s', (baseUrl) => {
  beforeAll(async () => {
    for (const [name, properties] of Object.entries(mappings)) {
      await send(`${baseUrl}/${INDEX}-${name}?ignore_unavailable=true`, 'DELETE', '');
      await send(`${baseUrl}/${INDEX}-${name}`, 'PUT', JSON.stringify({ mappings: { properties } }));
    }
    const lines = documents.flatMap(({ index, source }) => [
      { create: { _index: `${INDEX}-${index}` } },
      source,
    ]);
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(await send(`${baseUrl}/_bulk?refresh=true`, 'POST', body)).toMatchObject({ errors: false });
  });

  const ask = (query: object, options: Partial<ElasticsearchConnectorOptions> = {}) =>
    querySignals(
      createElasticsearchConnector({ baseUrl, index: `${INDEX}-*`, ...options }),
      'logs',
      { target: { service: 'checkout' }, window, limit: 100, ...query },
      { redact: 'none', deadlineMs: 9000 },
    );
  const bodies = ({ signals }: { signals: readonly LogSignal[] }) => signals.map(({ body }) => body);

  test.each(['newest', 'oldest'] as const)(
    '%s: pages of seven hold every line once, in order to the nanosecond',
    async (keep) => {
      const { gaps, signals } = await ask({ keep }, { maxEntriesPerRequest: 7 });
      expect(gaps).toEqual([]);
      expect(signals).toHaveLength(documents.length);
      expect(new Set(signals.map(({ id }) => id)).size).toBe(documents.length);
      const times = signals.map(({ timeUnixNano }) => timeUnixNano);
      expect(times).toEqual(times.toSorted());
      expect(times[0]).toBe('1787566200123456780');
    },
  );

  test('one page is the same as many, and a cut one says how many are missing', async () => {
    expect(new Set(bodies(await ask({})))).toEqual(
      new Set(bodies(await ask({}, { maxEntriesPerRequest: 7 }))),
    );
    const cut = await ask({ limit: 4, keep: 'newest' });
    expect(cut.gaps).toMatchObject([{ reason: 'row-limit', missing: { count: 32, exact: true } }]);
    const spread = await ask({ limit: 10, keep: 'spread' });
    expect(spread.signals).toHaveLength(10);
    expect(spread.gaps[0]).toMatchObject({ missing: { count: 26, exact: true } });
    expect(bodies(spread).filter((body) => body.startsWith('line'))).toHaveLength(5);
  });

  test('levels, texts and traces, of fields, of aliases and of lines', async () => {
    const severe = await ask({ minLevel: 'warn' });
    expect(severe.signals).toHaveLength(15 + 5 + 1);
    expect(severe.gaps).toMatchObject([
      { reason: 'unsupported-filter', detail: expect.stringContaining('5 lines') },
    ]);
    expect(bodies(await ask({ contains: ['7 of the pool'] }))).toEqual(['line 7 of the pool']);
    const traced = await ask({ traceIds: [TRACE] });
    expect(new Set(traced.signals.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(bodies(traced)).toHaveLength(7);
    expect(traced.signals.at(-1)).toMatchObject({
      body: 'written by a collector',
      level: 'fatal',
      service: 'checkout',
    });
  });

  test('what is not there, and what is refused', async () => {
    expect((await ask({ target: { service: 'nobody' } })).gaps).toMatchObject([
      { reason: 'unmapped-target' },
    ]);
    expect((await ask({}, { index: 'no-such-*' })).gaps).toMatchObject([{ reason: 'unmapped-target' }]);
    expect((await ask({}, { index: 'no-such', maxEntriesPerRequest: 7 })).gaps).toMatchObject([
      { reason: 'unmapped-target' },
    ]);
    const settings = JSON.stringify({ index: { max_result_window: 10 } });
    await send(`${baseUrl}/${INDEX}-ecs/_settings`, 'PUT', settings);
    await expect(ask({}, { index: `${INDEX}-ecs` })).rejects.toMatchObject({ code: 'bad-query' });
    expect((await ask({}, { index: `${INDEX}-ecs`, maxEntriesPerRequest: 10 })).signals).toHaveLength(30);
  });

  test('no point in time is left open', async () => {
    const stats = JSON.stringify(await send(`${baseUrl}/_nodes/stats/indices/search`, 'GET', ''));
    expect(stats).toContain('"open_contexts":0');
    expect(stats).not.toMatch(/"point_in_time_current":[1-9]/);
  });

  test('health names the fields of all three', async () => {
    const connector = createElasticsearchConnector({ baseUrl, index: `${INDEX}-*` });
    const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 9000, fetch };
    const { labels = [], state } = await connector.checkHealth(call);
    expect(state).toBe('healthy');
    const names = labels.filter(({ field }) => field === 'service').map(({ label }) => label);
    expect(names).toEqual(['service.name', 'resource.attributes.service.name', 'app']);
  });
});
