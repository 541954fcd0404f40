import { request as rawRequest } from 'node:http';
import type { AnalysisUsage, Analyzer } from '@midwatch/core/incident';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import {
  alertOf,
  analysisOf,
  linesOf,
  logSource,
  openRoom,
  START_MS,
} from '../__fixtures__/incident-room.js';
import {
  alertmanagerBody,
  closeAll,
  listenAsSlack,
  post,
  startHere,
} from '../__fixtures__/running-server.js';
import { simulateSources } from '../simulated-sources.js';
import { createMetrics } from './create-metrics.js';

afterEach(closeAll);

/** `name{labels}` by value, of Midwatch's own, without the buckets. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith('midwatch_') && !line.includes('_bucket'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

async function scrape(url: string) {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  return { text, samples: samplesOf(text) };
}

it('counts alerts, steps, sources, deliveries and requests', async () => {
  const { environment } = await listenAsSlack();
  const broken = logSource('broken', () => Promise.reject(new Error('no')));
  const lines = logSource('lines', async () => linesOf('checkout', 3));
  const { url } = await startHere(environment, { connectors: [lines, broken] });
  for (const body of [alertmanagerBody(), alertmanagerBody(), '{}'])
    await post(`${url}/webhooks/alertmanager`, body);
  const delivered = 'midwatch_delivery_duration_seconds_count{channel="slack",outcome="done"}';
  await expect.poll(async () => (await scrape(url)).samples.get(delivered)).toBe(1);
  const { samples } = await scrape(url);
  const count = (name: string) => samples.get(name);
  const alerts = (outcome: string) =>
    count(`midwatch_alerts_received_total{source="alertmanager",outcome="${outcome}"}`);
  expect([alerts('opened'), alerts('repeated'), alerts('unreadable')]).toEqual([1, 1, 1]);
  expect(count('midwatch_step_duration_seconds_count{kind="collect",outcome="done"}')).toBe(1);
  const asked = (connector: string, state: string) =>
    count(
      `midwatch_source_query_duration_seconds_count{connector="${connector}",kind="logs",state="${state}"}`,
    );
  expect(asked('lines', 'ok')).toBeGreaterThan(0);
  expect(asked('broken', 'failed')).toBeGreaterThan(0);
  const request = 'method="POST",route="/webhooks/alertmanager"';
  expect(count(`midwatch_http_request_duration_seconds_count{${request},status="202"}`)).toBe(2);
  expect(count(`midwatch_http_request_duration_seconds_count{${request},status="400"}`)).toBe(1);
  expect(count('midwatch_build_info{version="0.0.0"}')).toBe(1);
  expect(count('midwatch_budget_usd{budget="day"}')).toBe(10);
  expect(count('midwatch_store_up')).toBe(1);
  expect(count('midwatch_queue_items{queue="steps",state="failed"}')).toBe(0);
  expect(count('midwatch_queue_overdue_seconds{queue="deliveries"}')).toBe(0);
  expect(count('midwatch_spent_today_usd')).toBe(0);
});

it('counts and logs a brief that stands without its picture', async () => {
  const { environment, slack } = await listenAsSlack({ scopes: ['chat:write'] });
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line) => logged.push(line) });
  const { service, ...sources } = simulateSources(Date.now());
  const { url } = await startHere(environment, { ...sources, log });
  const labels = { alertname: 'ErrorsHigh', service };
  await post(
    `${url}/webhooks/alertmanager`,
    alertmanagerBody({ labels, startsAt: new Date().toISOString() }),
  );
  const dropped = 'midwatch_pictures_dropped_total{channel="slack",reason="config"}';
  await expect.poll(async () => (await scrape(url)).samples.get(dropped)).toBeGreaterThan(0);
  expect(slack.messages).toHaveLength(1);
  expect(logged.join('')).toMatch(
    /"channel":"slack","code":"config","message":"\[slack\][^"]*missing_scope[^"]*","msg":"a brief stands without its picture"/,
  );
});

it('takes no label from outside', async () => {
  const { url } = await startHere();
  const { port } = new URL(url);
  for (const method of ['PROPFIND', 'DELETE', 'GET', 'POST']) {
    await new Promise((resolve, reject) => {
      rawRequest({ port, method, path: `/made-up-${method}?made-up` }, (response) =>
        response.resume().on('end', resolve),
      )
        .on('error', reject)
        .end();
    });
  }
  await fetch(`${url}/incidents/made-up`);
  const source = 'made-up';
  await post(
    `${url}/webhooks/generic`,
    JSON.stringify({
      name: source,
      status: 'firing',
      service: source,
      source,
      startsAt: '2026-11-01T03:28:00Z',
    }),
  );
  const { samples, text } = await scrape(url);
  expect(text).not.toContain('made-up');
  expect(
    samples.get('midwatch_http_request_duration_seconds_count{method="any",route="none",status="404"}'),
  ).toBe(4);
  expect(samples.get('midwatch_alerts_received_total{source="generic",outcome="opened"}')).toBe(1);
});

const usage: AnalysisUsage = {
  ...{ model: 'what-the-server-says', inputTokens: 100, cacheWriteTokens: 20, cacheReadTokens: 3 },
  ...{ outputTokens: 50, thinkingTokens: 10, costUsd: 0.25 },
};

it('counts questions to a model, what they took and cost, also of those that failed', async () => {
  const metrics = createMetrics({ store: createMemoryStore(), budgets: DEFAULT_BUDGETS, version: '1' });
  const aborted = AbortSignal.abort();
  const ask = (analyze: Analyzer['analyze'], signal = new AbortController().signal) => {
    const analyzer = metrics.observe({ name: 'claude', model: 'small', mostCostUsd: () => 0.5, analyze });
    expect(analyzer.mostCostUsd?.({} as never)).toBe(0.5);
    return analyzer.analyze({} as never, { signal, deadlineAtMs: 0 }).catch((error: Error) => error.message);
  };
  expect(await ask(async () => ({ ...analysisOf('s'), usage }))).toMatchObject({ summary: 's', usage });
  expect(await ask(() => Promise.reject(Object.assign(new Error('refused'), { usage })))).toBe('refused');
  expect(await ask(() => Promise.reject(new Error('late')), aborted)).toBe('late');
  const samples = samplesOf(await metrics.read());
  const calls = (outcome: string) =>
    samples.get(`midwatch_model_call_duration_seconds_count{model="small",outcome="${outcome}"}`);
  expect([calls('answered'), calls('failed'), calls('late')]).toEqual([1, 1, 1]);
  expect(samples.get('midwatch_model_tokens_total{model="small",kind="input"}')).toBe(200);
  expect(samples.get('midwatch_model_tokens_total{model="small",kind="output"}')).toBe(100);
  expect(samples.get('midwatch_model_cost_usd_total{model="small"}')).toBe(0.5);
});

it('tells how much work is left, and for how long the longest due waits', async () => {
  const store = createMemoryStore();
  const { responder } = openRoom(store);
  await responder.receive(alertOf());
  const metrics = createMetrics({ store, budgets: DEFAULT_BUDGETS, version: '1' });
  const samples = samplesOf(await metrics.read());
  // The first look, and the two that are taken by themselves while it burns.
  expect(samples.get('midwatch_queue_items{queue="steps",state="waiting"}')).toBe(3);
  const overdue = (Date.now() - START_MS) / 1000;
  expect(samples.get('midwatch_queue_overdue_seconds{queue="steps"}')).toBeCloseTo(overdue, -2);
});

it('says that the store is down, and shows no old figure of it', async () => {
  const store = createMemoryStore();
  const metrics = createMetrics({ store, budgets: DEFAULT_BUDGETS, version: '1' });
  expect(samplesOf(await metrics.read()).get('midwatch_store_up')).toBe(1);
  store.spending.sumOfDay = () => Promise.reject(new Error('disk is full'));
  const samples = samplesOf(await metrics.read());
  expect([samples.get('midwatch_store_up'), samples.get('midwatch_spent_today_usd')]).toEqual([
    0,
    Number.NaN,
  ]);
});
