import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { ConnectorV1, FetchLike, SignalQueryByKind } from '../connector/v1/connector.js';
import type { SignalByKind, SignalKind } from '../connector/v1/signal.js';
import { createHttpClient } from '../http/http-client.js';
import { plan } from '../plan/plan.js';
import {
  ALERT,
  deploy,
  incident,
  log,
  metric,
  NOW_MS,
  span,
  trace,
  WINDOW,
} from './__fixtures__/connectors.js';
import { collectSignals } from './collect-signals.js';

beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
afterEach(() => void vi.useRealTimers());

const T = WINDOW.startMs + 60_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A connector as they are written: the shared transport, one request for each query. */
function httpConnector<K extends SignalKind>(id: string, kind: K, signal: SignalByKind[K]): ConnectorV1 {
  const client = createHttpClient({
    connectorId: id,
    baseUrl: `https://${id}.example`,
    userAgent: 'test',
    allow: [{ method: 'GET', path: '/query' }],
  });
  async function doQuery(
    { window, target, limit }: SignalQueryByKind[K],
    call: Parameters<typeof client.request>[1],
  ) {
    const query = { service: target.service, limit };
    await client.request({ method: 'GET', path: '/query', query, schema: z.object({}) }, call);
    const provenance = [{ queryId: 'q1', language: 'test', text: `service=${target.service}`, window }];
    const isInside = signal.timestampMs >= window.startMs && signal.timestampMs < window.endMs;
    return { signals: isInside ? [signal] : [], gaps: [], provenance };
  }
  const sources = { [kind]: { limits: { maxItems: 1000 }, doQuery } };
  return { specVersion: 'v1', id, sources, checkHealth: async () => ({ state: 'healthy' }) };
}

const spans = [span('edge', T, 90), span('stock', T + 5, 80, { parentSpanId: `edge-${T}`, status: 'error' })];
const connectors = [
  httpConnector('late', 'logs', log('late', 'l2', T)),
  httpConnector('never', 'metrics', metric('never', 'm2', [[T, 1]])),
  httpConnector('drips', 'traces', trace('drips', 't2', spans)),
  httpConnector('logs', 'logs', log('logs', 'l1', T)),
  httpConnector('metrics', 'metrics', metric('metrics', 'm1', [[T, 1]])),
  httpConnector('traces', 'traces', trace('traces', 't1', spans)),
  httpConnector('deploys', 'deploys', deploy('deploys', 'd1', T)),
  httpConnector('incidents', 'incidents', incident('incidents', 'i1', T)),
];

const answers: Record<string, () => Promise<Response>> = {
  late: () => sleep(10_000).then(() => new Response('{}')),
  never: () => new Promise(() => undefined),
  drips: async () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await sleep(1000);
          controller.enqueue(new TextEncoder().encode(' '));
        },
      }),
    ),
};
const fetch: FetchLike = (input) => {
  const id = new URL(input).host.replace('.example', '');
  return (answers[id] ?? (() => sleep(120).then(() => new Response('{}'))))();
};

async function collect(from: readonly ConnectorV1[]) {
  const running = collectSignals({ connectors: from, plan: plan(ALERT, NOW_MS), redact: 'none', fetch });
  await vi.advanceTimersByTimeAsync(3000);
  return running;
}

it('of eight sources three go wrong, and the other five keep their time', async () => {
  const collection = await collect(connectors);
  expect(collection.durationMs).toBeLessThanOrEqual(3000);
  const { logs, metrics, traces, deploys, incidents } = collection.signals;
  expect([logs, metrics, traces, deploys, incidents].map((list) => list.map(({ id }) => id))).toEqual([
    ['l1'],
    ['m1'],
    ['t1'],
    ['d1'],
    ['i1'],
  ]);

  const bad = ['late', 'never', 'drips'];
  const goodReports = collection.sources.filter(({ connectorId }) => !bad.includes(connectorId));
  expect(goodReports.every(({ state }) => state === 'ok' || state === 'empty')).toBe(true);
  // 19 queries of 120 ms, first in two, soon in three slots; what the plan wants first comes first.
  const endOf = (reports: typeof goodReports) =>
    Math.max(...reports.map(({ startedMs, durationMs }) => startedMs + durationMs));
  expect(endOf(goodReports)).toBeLessThanOrEqual(Math.ceil(19 / 3) * 120 + 240);
  const wanted = goodReports.filter(({ wave, purpose }) => wave === 1 && purpose === 'window');
  expect(endOf(wanted)).toBeLessThan(800);

  const second = goodReports.filter(({ wave }) => wave === 2);
  expect(second.some(({ connectorId, target }) => connectorId === 'logs' && target === 'stock in prod')).toBe(
    true,
  );
  expect(Math.min(...second.map(({ startedMs }) => startedMs))).toBeLessThan(600);
});

it('names the three with the query that was tried', async () => {
  const collection = await collect(connectors);
  for (const id of ['late', 'never', 'drips']) {
    const reports = collection.sources.filter(({ connectorId }) => connectorId === id);
    expect(reports.map(({ state }) => state)).not.toContain('ok');
    const report = reports[0];
    expect(report).toMatchObject({ state: 'failed', error: { code: 'timeout' } });
    expect(report?.provenance[0]).toMatchObject({
      language: 'http',
      text: expect.stringMatching(/^GET \/query\?service=edge&limit=\d+$/),
    });
  }
});
