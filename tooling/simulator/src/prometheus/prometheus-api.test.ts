import { describe, expect, test } from 'vitest';
import { toQuery } from '../__fixtures__/query-text.js';
import { readRecorded } from '../__fixtures__/recorded.js';
import { shapeOf } from '../__fixtures__/shape.js';
import { createScenario } from '../scenario.js';
import { createSimulatorFetch } from '../simulator-fetch.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const simulatorFetch = createSimulatorFetch(scenario);
const recorded = readRecorded('prometheus');
const now = scenario.nowMs / 1000;

async function ask(
  path: string,
  parameters: Readonly<Record<string, string | number>> = {},
  init?: RequestInit,
) {
  const response = await simulatorFetch(`http://simulator/prometheus${path}?${toQuery(parameters)}`, init);
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), text };
}

/** The same question to our own series, where the recorded server had others. */
const OWN_QUERIES: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  query_vector_up: { query: 'up' },
  query_scalar: { query: '42' },
  query_matrix_range_selector: { query: 'worker_queue_depth[1m]', time: now },
  query_limit_2: { query: 'http_requests_total', limit: 2 },
  series: { 'match[]': 'db_client_connections_max' },
  metadata_one: { metric: 'http_requests_total' },
  rules_by_name: { 'rule_name[]': scenario.alert.groupLabels['alertname'] ?? '' },
  labels: {},
};

describe('answers have the shape of a recorded Prometheus 3.5', () => {
  const successes = [...recorded].filter(([, { status }]) => status === 200);
  test.each(successes)('%s', async (name, exchange) => {
    const answer = await ask(exchange.path, OWN_QUERIES[name] ?? exchange.params);
    expect(answer.type).toBe(exchange.contentType);
    expect(shapeOf(JSON.parse(answer.text))).toEqual(shapeOf(JSON.parse(exchange.body)));
  });
});

describe('errors are those of a recorded Prometheus 3.5', () => {
  const failures = [...recorded].filter(([, { status }]) => status !== 200);
  test.each(failures)('%s', async (_, exchange) => {
    const answer = await ask(exchange.path, exchange.params);
    expect(answer).toEqual({ status: exchange.status, type: exchange.contentType, text: exchange.body });
  });
});

test('a query may come as a form', async () => {
  const body = new URLSearchParams({ query: 'sum(up)', time: String(now) }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await ask('/api/v1/query', {}, { method: 'POST', headers, body });
  const asked = await ask('/api/v1/query', { query: 'sum(up)', time: now });
  expect(answer).toEqual(asked);
  expect(JSON.parse(answer.text)).toMatchObject({ data: { result: [{ value: [now, '13'] }] } });
});

test('a range query of exactly 11,000 steps is answered, one more is not', async () => {
  const range = { query: '1', end: now, step: 1 };
  expect((await ask('/api/v1/query_range', { ...range, start: now - 11_000 })).status).toBe(200);
  expect((await ask('/api/v1/query_range', { ...range, start: now - 11_001 })).status).toBe(400);
});

test('names and labels lead to series, and only to those that lived in the window', async () => {
  const names = JSON.parse((await ask('/api/v1/label/__name__/values')).text) as { data: string[] };
  expect(names.data).toContain('http_server_request_duration_seconds_bucket');
  expect(names.data).toContain('kube_pod_container_status_restarts_total');
  const change = scenario.truth.change.atMs / 1000;
  const selector = { 'match[]': `up{service="${scenario.truth.service}"}` };
  const pods = async (start: number, end: number): Promise<number> => {
    const answer = await ask('/api/v1/label/pod/values', { ...selector, start, end });
    return (JSON.parse(answer.text) as { data: string[] }).data.length;
  };
  expect(await pods(change - 3600, change - 60)).toBe(3);
  expect(await pods(change - 3600, change + 3600)).toBe(6);
  expect(await pods(change + 600, change + 3600)).toBe(3);
});

test('metadata knows the type and help of every metric', async () => {
  const { data } = JSON.parse((await ask('/api/v1/metadata')).text) as {
    data: Record<string, { type: string; help: string }[]>;
  };
  const { data: names } = JSON.parse((await ask('/api/v1/label/__name__/values')).text) as { data: string[] };
  const undocumented = names.filter((name) => {
    const family = data[name.replace(/_(bucket|count|sum)$/, '')] ?? data[name];
    return family === undefined || family[0]?.help === '';
  });
  expect(undocumented).toEqual([]);
});

test('the rule tells how long its condition must hold, and its alert since when it has', async () => {
  const { data } = JSON.parse((await ask('/api/v1/rules')).text) as {
    data: {
      groups: {
        rules: { name: string; state: string; duration: number; alerts: { activeAt: string }[] }[];
      }[];
    };
  };
  const rule = data.groups[0]?.rules.find(({ name }) => name === scenario.alert.groupLabels['alertname']);
  expect(rule).toMatchObject({ state: 'firing', duration: 300 });
  const activeMs = Date.parse(rule?.alerts[0]?.activeAt ?? '');
  expect(activeMs).toBeGreaterThanOrEqual(scenario.truth.onsetMs);
  expect(new Date(activeMs + 300_000).toISOString()).toBe(scenario.alert.alerts[0]?.startsAt);
});

test('nothing but reads is allowed', async () => {
  expect((await ask('/api/v1/query', { query: 'up' }, { method: 'DELETE' })).status).toBe(405);
  expect((await ask('/api/v1/admin/tsdb/delete_series', {}, { method: 'POST' })).status).toBe(404);
});
