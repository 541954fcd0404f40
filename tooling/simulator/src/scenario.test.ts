import { describe, expect, test } from 'vitest';
import { toQuery } from './__fixtures__/query-text.js';
import { createScenario, type Scenario } from './scenario.js';
import { scenarioNames } from './scenario-names.js';
import { poolExhaustion } from './scenarios/pool-exhaustion.js';
import { createSimulatorFetch, type SimulatorFetch } from './simulator-fetch.js';

const TWENTY_SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const DAY_MS = 86_400_000;

async function readJson(
  fetch: SimulatorFetch,
  path: string,
  parameters: Readonly<Record<string, string | number>>,
  headers = {},
): Promise<unknown> {
  const response = await fetch(`http://simulator${path}?${toQuery(parameters)}`, { headers });
  expect(response.status).toBe(200);
  return response.json();
}

/** The only value of an instant query. */
async function metricAt(fetch: SimulatorFetch, query: string, atMs: number): Promise<number> {
  const answer = (await readJson(fetch, '/prometheus/api/v1/query', { query, time: atMs / 1000 })) as {
    data: { result: { value: [number, string] }[] };
  };
  expect(answer.data.result).toHaveLength(1);
  return Number(answer.data.result[0]?.value[1]);
}

function frontQueries(scenario: Scenario): { p99: string; errors: string } {
  const selector = `service="${scenario.alert.commonLabels['service']}"`;
  const name = 'http_server_request_duration_seconds';
  return {
    p99: `histogram_quantile(0.99, sum by (le) (rate(${name}_bucket{${selector}}[5m])))`,
    errors: `sum(rate(${name}_count{${selector},http_response_status_code=~"5.."}[5m])) / sum(rate(${name}_count{${selector}}[5m]))`,
  };
}

/** Requests a second that a service serves, whatever it calls them. */
function servedQuery(scenario: Scenario, service: string): string {
  const names =
    'http_server_request_duration_seconds_count|http_requests_total|pgbouncer_stats_queries_pooled_total';
  expect(scenario.world.run.topology.services.some(({ name }) => name === service)).toBe(true);
  return `sum(rate({__name__=~"${names}",service="${service}"}[2m]))`;
}

describe('the story as it is told', () => {
  const scenario = createScenario({ name: 'pool-exhaustion' });
  const fetch = createSimulatorFetch(scenario);
  const { p99, errors } = frontQueries(scenario);

  test('what changed, who changed it, and when', () => {
    expect(scenario.truth).toMatchObject({
      service: 'api-gateway',
      change: {
        service: 'api-gateway',
        from: 'v2.14.2',
        to: 'v2.14.3',
        key: 'POOL_MAX',
        before: '100',
        after: '10',
        atMs: Date.UTC(2026, 10, 17, 21, 30),
        actor: 'Dana Reyes',
        changeRequest: 847,
      },
      decoy: 'user-service',
      redHerring: { atMs: Date.UTC(2026, 10, 18, 3, 30) },
      onsetMs: Date.UTC(2026, 10, 18, 3, 41),
    });
    expect(scenario.truth.redHerring.service).not.toBe('api-gateway');
  });

  test('the alert is an Alertmanager body that names the front door and fires after the rule has held', () => {
    expect(scenario.alert).toMatchObject({
      version: '4',
      status: 'firing',
      commonLabels: { service: 'api-gateway', namespace: 'shop', severity: 'critical' },
      commonAnnotations: { summary: 'p99 latency of api-gateway is 8.2s (threshold 2s)' },
      alerts: [
        {
          startsAt: '2026-11-18T03:46:30.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        },
      ],
    });
    expect(scenario.nowMs).toBeGreaterThan(Date.parse(scenario.alert.alerts[0]?.startsAt ?? ''));
  });

  test('nothing is felt before and after the deploy: p99 stays between 175 and 202 ms, errors at 0.1 %', async () => {
    for (let hoursAgo = 24; hoursAgo >= 0; hoursAgo -= 0.5) {
      const atMs = scenario.truth.onsetMs - hoursAgo * 3_600_000;
      expect(await metricAt(fetch, p99, atMs)).toBeGreaterThan(0.175);
      expect(await metricAt(fetch, p99, atMs)).toBeLessThan(0.202);
      expect(await metricAt(fetch, errors, atMs)).toBeCloseTo(0.001, 4);
    }
    const beforeDeploy = await metricAt(fetch, p99, scenario.truth.change.atMs - 600_000);
    expect(Math.round(beforeDeploy * 100) / 100).toBe(0.18);
  });

  test('p99 jumps within a minute of the onset and stands at 8.2 s, errors at 12.3 %', async () => {
    expect(await metricAt(fetch, p99, scenario.truth.onsetMs)).toBeLessThan(0.205);
    expect(await metricAt(fetch, p99, scenario.truth.onsetMs + 60_000)).toBeGreaterThan(6);
    for (const minutes of [0, 1, 2]) {
      const atMs = scenario.nowMs - minutes * 60_000;
      expect((await metricAt(fetch, p99, atMs)).toFixed(1)).toBe('8.2');
      expect(((await metricAt(fetch, errors, atMs)) * 100).toFixed(1)).toBe('12.3');
    }
  });

  test('the pool tells the story: 100 at most before, 10 after, all in use and many waiting in the fault', async () => {
    const gauge = (name: string, more = '') =>
      `max(db_client_connections_${name}{service="api-gateway",pool_name="user-service"${more}})`;
    const { onsetMs, change } = scenario.truth;
    expect(await metricAt(fetch, gauge('max'), change.atMs - 60_000)).toBe(100);
    expect(await metricAt(fetch, gauge('max'), onsetMs)).toBe(10);
    expect(await metricAt(fetch, gauge('usage', ',state="used"'), onsetMs - 1_800_000)).toBeLessThan(10);
    expect(await metricAt(fetch, gauge('usage', ',state="used"'), scenario.nowMs)).toBe(10);
    expect(await metricAt(fetch, gauge('pending_requests'), onsetMs - 60_000)).toBe(0);
    expect(await metricAt(fetch, gauge('pending_requests'), scenario.nowMs)).toBeGreaterThan(50);
  });

  test('the same traffic came yesterday and did no harm', async () => {
    const served = `sum(rate(http_server_request_duration_seconds_count{service="api-gateway"}[2m]))`;
    const { onsetMs } = scenario.truth;
    const yesterday = await metricAt(fetch, served, onsetMs - DAY_MS + 180_000);
    const quiet = await metricAt(fetch, served, onsetMs - 1_800_000);
    expect(yesterday / quiet).toBeGreaterThan(1.4);
    expect(await metricAt(fetch, p99, onsetMs - DAY_MS + 300_000)).toBeLessThan(0.19);
  });

  test('some thousands of lines and some hundred traces in seventy minutes', async () => {
    const window = { start: `${scenario.nowMs - 4_200_000}000000`, end: `${scenario.nowMs}000000` };
    const statistics = await readJson(fetch, '/loki/loki/api/v1/index/stats', {
      query: '{namespace="shop"}',
      ...window,
    });
    const { entries } = statistics as { entries: number };
    expect(entries).toBeGreaterThan(2500);
    expect(entries).toBeLessThan(5000);
  });
});

describe.each(TWENTY_SEEDS)('seed %d', (seed) => {
  const scenario = createScenario({ name: 'pool-exhaustion', seed });
  const fetch = createSimulatorFetch(scenario);
  const { expectations, truth, nowMs } = scenario;

  test('the alerting service shows the told numbers', async () => {
    const { p99, errors } = frontQueries(scenario);
    const quietMs = truth.change.atMs - 900_000;
    const ratio = async (query: string, atMs: number, told: number): Promise<number> =>
      (await metricAt(fetch, query, atMs)) / told;
    expect(await ratio(p99, quietMs, expectations.p99QuietMs / 1000)).toBeCloseTo(1, 1);
    expect(await ratio(p99, nowMs, expectations.p99FaultMs / 1000)).toBeCloseTo(1, 2);
    expect(await ratio(errors, quietMs, expectations.errorShareQuiet)).toBeCloseTo(1, 1);
    expect(await ratio(errors, nowMs, expectations.errorShareFault)).toBeCloseTo(1, 1);
    const justBefore = await ratio(p99, truth.onsetMs - 60_000, expectations.p99QuietMs / 1000);
    expect(justBefore).toBeLessThan(1.2);
  });

  test('exactly so many lines tell of the failure, all of them from the service at fault after the onset', async () => {
    const window = { start: `${truth.onsetMs - DAY_MS / 24}000000`, end: `${nowMs}000000`, limit: 5000 };
    const query = `{namespace=~".+"} |= "${expectations.failureText}"`;
    const { data } = (await readJson(fetch, '/loki/loki/api/v1/query_range', { query, ...window })) as {
      data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
    };
    const lines = data.result.flatMap(({ stream, values }) =>
      values.map(([time]) => ({ app: stream['app'], atMs: Number(time) / 1e6 })),
    );
    expect(lines).toHaveLength(expectations.failureLines);
    expect(new Set(lines.map(({ app }) => app))).toEqual(new Set([truth.service]));
    for (const { atMs } of lines) expect(atMs).toBeGreaterThan(truth.onsetMs);
  });

  test('traffic of the decoy falls', async () => {
    const query = servedQuery(scenario, truth.decoy);
    const before = await metricAt(fetch, query, truth.onsetMs - 1_500_000);
    expect(await metricAt(fetch, query, nowMs)).toBeLessThan(before * 0.85);
  });

  test('the manifests of the two revisions show the key and its values', async () => {
    const headers = { authorization: `Bearer ${scenario.argocdToken}` };
    const { change } = truth;
    const settings = async (revision: string): Promise<string | undefined> => {
      const path = `/argocd/api/v1/applications/${change.service}/manifests`;
      const { manifests } = (await readJson(fetch, path, { revision }, headers)) as { manifests: string[] };
      const text = manifests.join('\n');
      const inMap = new RegExp(`"${change.key}":"(\\d+)"`).exec(text)?.[1];
      return inMap ?? new RegExp(`"name":"${change.key}","value":"(\\d+)"`).exec(text)?.[1];
    };
    expect(await settings(change.previousRevision)).toBe(change.before);
    expect(await settings(change.revision)).toBe(change.after);
  });

  test('recorded requests wait or fail where the truth says', async () => {
    const path = '/jaeger/api/traces';
    const parameters = {
      service: truth.service,
      start: (truth.onsetMs + 60_000) * 1000,
      end: nowMs * 1000,
      limit: 2000,
    };
    const { data } = (await readJson(fetch, path, { ...parameters, minDuration: '1s' })) as {
      data: {
        spans: {
          spanID: string;
          startTime: number;
          duration: number;
          processID: string;
          references: { spanID: string }[];
        }[];
        processes: Record<string, { serviceName: string }>;
      }[];
    };
    expect(data.length).toBeGreaterThan(3);
    for (const { spans, processes } of data) {
      const own = spans.map((span) => {
        const inside = spans
          .filter(({ references }) => references[0]?.spanID === span.spanID)
          .reduce((sum, child) => sum + child.duration, 0);
        return { service: processes[span.processID]?.serviceName, selfTime: span.duration - inside };
      });
      expect(own.toSorted((left, right) => right.selfTime - left.selfTime)[0]?.service).toBe(truth.service);
    }
  });
});

describe('determinism', () => {
  const paths = [
    '/loki/loki/api/v1/query_range?limit=400&query=%7Bnamespace%3D~%22.%2B%22%7D',
    '/prometheus/api/v1/query?query=%7B__name__%3D~%22.%2B%22%7D',
    '/prometheus/api/v1/rules',
    '/argocd/api/v1/applications',
    '/jaeger/api/v3/services',
  ];

  async function answers(scenario: Scenario): Promise<string[]> {
    const fetch = createSimulatorFetch(scenario);
    const jaeger = `/jaeger/api/traces?limit=50&service=${scenario.truth.service}`;
    const headers = { authorization: `Bearer ${scenario.argocdToken}` };
    const texts: string[] = [];
    for (const path of [...paths, jaeger]) {
      const response = await fetch(`http://simulator${path}`, { headers });
      expect(response.status).toBe(200);
      texts.push(await response.text());
    }
    return texts;
  }

  test.each([undefined, 7])('seed %s gives the same bytes again', async (seed) => {
    const options = { name: 'pool-exhaustion', ...(seed !== undefined && { seed }) };
    const [first, second] = [createScenario(options), createScenario(options)];
    expect(JSON.stringify(second.alert)).toBe(JSON.stringify(first.alert));
    expect(second.truth).toEqual(first.truth);
    expect(await answers(second)).toEqual(await answers(first));
  });

  test('asking in another order gives the same bytes', async () => {
    const scenario = createScenario({ name: 'pool-exhaustion', seed: 3 });
    const fetch = createSimulatorFetch(scenario);
    const later = `/loki/loki/api/v1/query_range?limit=50&query=%7Bnamespace%3D~%22.%2B%22%7D&end=${scenario.nowMs - 7_200_000}000000`;
    await fetch(`http://simulator${later}`);
    const [lines] = await answers(scenario);
    const again = createSimulatorFetch(scenario);
    expect(await (await again(`http://simulator${paths[0]}`)).text()).toBe(lines);
  });

  test('twenty seeds put the fault into different services', () => {
    const faulty = new Set(
      TWENTY_SEEDS.map((seed) => poolExhaustion({ seed: seed, shiftMs: 0 }).truth.service),
    );
    expect(faulty.size).toBeGreaterThan(8);
  });
});

test('every service, key, person and alert of twenty seeds stands in the list that the house checks against', () => {
  const names = new Set(scenarioNames);
  for (const seed of [undefined, ...TWENTY_SEEDS]) {
    const { topology, truth, alertRule } = poolExhaustion({ seed: seed, shiftMs: 0 });
    const family = truth.change.actor.split(' ')[1] ?? '';
    const used = [...topology.services.map(({ name }) => name), truth.change.key, alertRule.name, family];
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  }
});

test('an unknown scenario is said, with those that there are', () => {
  expect(() => createScenario({ name: 'nope' })).toThrow(
    'no scenario is called nope; there are: pool-exhaustion',
  );
});

test('a scenario can happen now: the same story, later by whole minutes', () => {
  const asTold = createScenario({ name: 'bad-configuration', seed: 3 });
  const nowMs = Date.UTC(2027, 2, 4, 12, 34, 56, 789);
  const later = createScenario({ name: 'bad-configuration', seed: 3, nowMs });
  const shiftMs = later.nowMs - asTold.nowMs;
  expect(nowMs - later.nowMs).toBeGreaterThanOrEqual(0);
  expect(nowMs - later.nowMs).toBeLessThan(60_000);
  expect(shiftMs % 60_000).toBe(0);
  expect(later.truth.onsetMs).toBe(asTold.truth.onsetMs + shiftMs);
  expect(later.truth.change).toEqual({
    ...asTold.truth.change,
    atMs: (asTold.truth.change?.atMs ?? 0) + shiftMs,
  });
});
