import { createElasticsearchConnector } from '@midwatch/connector-elasticsearch';
import { createLokiConnector } from '@midwatch/connector-loki';
import { type ConnectorV1, querySignals } from '@midwatch/core';
import { expect, test } from 'vitest';
import { createScenario } from '../scenario.js';
import { createSimulatorFetch } from '../simulator-fetch.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const fetch = createSimulatorFetch(scenario);
const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
const window = { startMs: scenario.nowMs - 300_000, endMs: scenario.nowMs };
const target = { service: scenario.truth.service ?? '' };

const ask = (connector: ConnectorV1, query: object = {}) =>
  querySignals(
    connector,
    'logs',
    { target, window, limit: 2000, ...query },
    { redact: 'none', deadlineMs: 20_000 },
  );

async function send(path: string, body?: unknown, method = 'POST') {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`http://simulator/elasticsearch${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('the same lines as through Loki, in one page and in many', async () => {
  const toLine = ({
    body,
    timeUnixNano,
    traceId,
  }: {
    body: string;
    timeUnixNano: string;
    traceId?: string | undefined;
  }) => `${timeUnixNano} ${traceId} ${body}`;
  const loki = await ask(createLokiConnector(at('loki')), { minLevel: 'warn' });
  expect(loki.signals.length).toBeGreaterThan(20);
  for (const maxEntriesPerRequest of [2500, 50]) {
    const connector = createElasticsearchConnector({ ...at('elasticsearch'), maxEntriesPerRequest });
    const { gaps, signals } = await ask(connector, { minLevel: 'warn' });
    expect(gaps).toEqual(loki.gaps);
    expect(signals.map(toLine).sort()).toEqual(loki.signals.map(toLine).sort());
  }
});

test('the connector finds its fields, and spreads what is too much', async () => {
  const connector = createElasticsearchConnector(at('elasticsearch'));
  const { gaps, signals } = await ask(connector, { limit: 40, keep: 'spread' });
  expect(signals).toHaveLength(40);
  expect(gaps[0]).toMatchObject({ reason: 'row-limit', missing: { exact: true } });
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 20_000, fetch };
  expect(await connector.checkHealth(call)).toMatchObject({ state: 'healthy', version: '9.1.0' });
});

test('refuses what a server refuses', async () => {
  const range = {
    range: {
      '@timestamp': { gte: new Date(window.startMs).toISOString(), lt: new Date(window.endMs).toISOString() },
    },
  };
  const query = { bool: { filter: [range, { shape: {} }] } };
  expect(await send('/logs-*/_search', { query })).toMatchObject({
    status: 400,
    body: { error: { type: 'parsing_exception' } },
  });
  expect((await send('/logs-*/_search', { size: 10_001 })).status).toBe(400);
  expect((await send('/logs-*/_delete_by_query', { query: range })).status).toBe(400);
  expect(await send('/_search', { pit: { id: 'pit-0' } })).toMatchObject({
    status: 404,
    body: { status: 404 },
  });
  const { body } = await send('/logs-*/_pit?keep_alive=5s');
  expect((await send('/_pit', { id: body['id'] }, 'DELETE')).status).toBe(200);
  expect((await send('/_search', { pit: { id: body['id'] } })).status).toBe(404);
});

test('an index that is another holds nothing', async () => {
  const { body } = await send('/metrics-*/_search', { size: 1 });
  expect(body['hits']).toMatchObject({ total: { value: 0, relation: 'eq' }, hits: [] });
});
