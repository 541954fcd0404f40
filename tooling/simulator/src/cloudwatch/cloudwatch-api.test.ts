import { describe, expect, test } from 'vitest';
import { createScenario } from '../scenario.js';
import { createSimulatorFetch } from '../simulator-fetch.js';
import { InsightsSyntaxError, parseInsights } from './insights-query.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const fetch = createSimulatorFetch(scenario);
const { cluster } = scenario.world.run.topology;
const group = `/aws/containerinsights/${cluster}/application`;

async function ask(target: string, body: unknown, authorization = 'AWS4-HMAC-SHA256 Credential=A/b') {
  const headers = { 'x-amz-target': target, authorization };
  const response = await fetch('http://simulator/cloudwatch/', {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a filter of Insights', () => {
  const fields = new Map([
    ['@timestamp', '1700000000500'],
    ['@message', 'pool "main" | is full'],
    ['kubernetes.labels.app.kubernetes.io/name', 'checkout'],
  ]);
  test.each([
    ['@message like "main"', true],
    ['@message like "a | b"', false],
    ['@message like /(?i)POOL|else/', true],
    ['@message like /^is/ or @message like "full"', true],
    ['@message like "pool" and not ispresent(level)', true],
    ['toMillis(@timestamp) >= 1700000000500 and toMillis(@timestamp) < 1700000000501', true],
    ['toMillis(@timestamp) < 1700000000500', false],
    ['`kubernetes.labels.app.kubernetes.io/name` = "checkout"', true],
    ['(a = "1" or a = "2") and @message like "pool"', false],
  ])('%s is %s', (filter, matches) => {
    const query = parseInsights(
      `# a comment\nfields @message\n| filter ${filter}\n| sort @timestamp asc\n| limit 7`,
    );
    expect([query.matches(fields), query.isDescending, query.limit]).toEqual([matches, false, 7]);
  });

  test.each(['filter a ~ "b"', 'filter a = "b" c', 'delete x', 'filter ('])('%s is refused', (text) => {
    expect(() => parseInsights(text)).toThrow(InsightsSyntaxError);
  });
});

test('a query from start to rows, in seconds, with times as CloudWatch writes them', async () => {
  const endTime = Math.floor(scenario.nowMs / 1000);
  const queryString =
    'fields @timestamp, @message | filter @message like "pool exhausted" | sort @timestamp desc | limit 5';
  const started = await ask('Logs_20140328.StartQuery', {
    logGroupNames: [group],
    startTime: endTime - 600,
    endTime,
    queryString,
  });
  const { body } = await ask('Logs_20140328.GetQueryResults', started.body);
  const rows = body['results'] as { field: string; value: string }[][];
  expect(rows).toHaveLength(5);
  expect(rows[0]!.map(({ field }) => field)).toEqual([
    '@timestamp',
    '@message',
    '@logStream',
    '@log',
    '@ptr',
  ]);
  expect(rows[0]![0]!.value).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  expect(JSON.parse(rows[0]![1]!.value)).toMatchObject({ kubernetes: { namespace_name: 'shop' } });
});

test('metrics: listed by dimension, read in seconds, a period by what happened in it', async () => {
  const service = scenario.truth.service!;
  const dimensions = [{ Name: 'Service', Value: service }];
  const listed = await ask('GraniteServiceVersion20100801.ListMetrics', {
    Namespace: 'ApplicationSignals',
    Dimensions: dimensions,
  });
  const [metric] = listed.body['Metrics'] as { Dimensions: unknown }[];
  const EndTime = Math.floor(scenario.nowMs / 60_000) * 60;
  const { body } = await ask('GraniteServiceVersion20100801.GetMetricData', {
    ...{ StartTime: EndTime - 3600, EndTime },
    MetricDataQueries: [{ Id: 'm0', MetricStat: { Metric: metric, Period: 60, Stat: 'p99' } }],
  });
  const [result] = body['MetricDataResults'] as { Timestamps: number[]; Values: number[] }[];
  // Newest first unless asked otherwise; the fault is felt at the end.
  expect(result!.Timestamps[0]!).toBeGreaterThan(result!.Timestamps.at(-1)!);
  expect(result!.Values[0]!).toBeGreaterThan(10 * result!.Values.at(-1)!);
});

test.each([
  ['Logs_20140328.DeleteLogGroup', 'UnknownOperationException', undefined],
  ['Logs_20140328.StartQuery', 'ResourceNotFoundException', undefined],
  ['Logs_20140328.DescribeLogGroups', 'MissingAuthenticationTokenException', 'Bearer x'],
])('%s: %s', async (target, name, authorization) => {
  const answer = await ask(target, { logGroupNames: ['/none'] }, authorization);
  expect([answer.status, answer.body['__type']]).toEqual([400, name]);
});
