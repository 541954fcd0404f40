import { describe, expect, test } from 'vitest';
import { toQuery } from './__fixtures__/query-text.js';
import { createRandom } from './engine/random.js';
import { simulateRequest, type Visit } from './engine/request.js';
import { findOperation } from './engine/topology.js';
import { createScenario, type Scenario, scenarioKinds } from './scenario.js';
import { scenarioNames } from './scenario-names.js';
import { createSimulatorFetch } from './simulator-fetch.js';

const KINDS = scenarioKinds.filter((name) => name !== 'pool-exhaustion');
const SEEDS = [undefined, 1, 2, 3] as const;
const MINUTE_MS = 60_000;

function play(name: string, seed: number | undefined): Scenario {
  return createScenario({ name, ...(seed !== undefined && { seed }) });
}

async function readJson(
  scenario: Scenario,
  path: string,
  parameters: Readonly<Record<string, string | number>>,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${scenario.argocdToken}` };
  const url = `http://simulator${path}?${toQuery(parameters)}`;
  const response = await createSimulatorFetch(scenario)(url, { headers });
  expect(response.status).toBe(200);
  return response.json();
}

/** All values of an instant query. */
async function valuesAt(scenario: Scenario, query: string, atMs: number): Promise<number[]> {
  const { data } = (await readJson(scenario, '/prometheus/api/v1/query', { query, time: atMs / 1000 })) as {
    data: { result: { value: [number, string] }[] };
  };
  return data.result.map(({ value }) => Number(value[1]));
}

async function valueAt(scenario: Scenario, query: string, atMs: number): Promise<number> {
  const values = await valuesAt(scenario, query, atMs);
  expect(values).toHaveLength(1);
  return values[0] ?? Number.NaN;
}

interface Line {
  readonly app: string;
  readonly text: string;
}

async function linesWith(scenario: Scenario, text: string, startMs: number, endMs: number): Promise<Line[]> {
  const query = `{namespace=~".+"} |= ${JSON.stringify(text)}`;
  const window = { start: `${startMs}000000`, end: `${endMs}000000`, limit: 5000 };
  const { data } = (await readJson(scenario, '/loki/loki/api/v1/query_range', { query, ...window })) as {
    data: { result: { stream: Record<string, string>; values: [string, string][] }[] };
  };
  return data.result.flatMap(({ stream, values }) =>
    values.map(([, line]) => ({ app: stream['app'] ?? '', text: line })),
  );
}

async function alertsNow(scenario: Scenario): Promise<{ labels: Record<string, string>; state: string }[]> {
  const { data } = (await readJson(scenario, '/prometheus/api/v1/alerts', {})) as {
    data: { alerts: { labels: Record<string, string>; state: string }[] };
  };
  return data.alerts;
}

/** Requests as they fare at a moment: every visit that any of them makes. */
function visitsAt(scenario: Scenario, atMs: number): readonly Visit[] {
  const { run } = scenario.world;
  const moment = run.momentAt(Math.ceil((atMs - run.clock.startMs) / run.clock.tickMs));
  const random = createRandom('looked-at', atMs);
  const all: Visit[] = [];
  const collect = (visit: Visit): void => {
    all.push(visit);
    for (const { visit: below } of visit.calls) if (below !== undefined) collect(below);
  };
  for (const { operation } of run.topology.entries) {
    for (let index = 0; index < 60; index += 1) {
      collect(simulateRequest(findOperation(run.topology, operation), 0, moment, random));
    }
  }
  return all;
}

const isFailed = ({ failure }: Visit): boolean =>
  failure?.own === true && failure.disturbanceId !== undefined;

describe.each(KINDS)('%s', (name) => {
  describe.each(SEEDS)('seed %s', (seed) => {
    const scenario = play(name, seed);
    const { alert, nowMs, truth, world } = scenario;
    const front = alert.commonLabels['service'] ?? '';
    const count = 'http_server_request_duration_seconds_count';
    const p99 = `histogram_quantile(0.99, sum by (le) (rate(http_server_request_duration_seconds_bucket{service="${front}"}[5m])))`;
    const errors = `sum(rate(${count}{service="${front}",http_response_status_code=~"5.."}[2m])) / sum(rate(${count}{service="${front}"}[2m]))`;

    test('nobody feels anything before the onset', async () => {
      const { p99QuietMs, errorShareQuiet } = world.story.targets;
      for (const minutesAgo of [0.25, 30, 120, 600, 1430]) {
        const atMs = truth.onsetMs - minutesAgo * MINUTE_MS;
        expect(await valueAt(scenario, p99, atMs)).toBeLessThan((p99QuietMs / 1000) * 1.15);
        expect(await valueAt(scenario, errors, atMs)).toBeLessThan(errorShareQuiet * 1.5);
      }
      const { disturbances } = world.run.momentAt(0);
      for (const { failure } of disturbances) {
        const before = await linesWith(
          scenario,
          failure.message,
          truth.onsetMs - 120 * MINUTE_MS,
          truth.onsetMs,
        );
        expect(before).toEqual([]);
      }
    });

    test('the front door alerts after the onset, and still does unless it was a false alarm', async () => {
      const firedAtMs = Date.parse(alert.alerts[0]?.startsAt ?? '');
      expect(firedAtMs).toBeGreaterThan(truth.onsetMs);
      expect(firedAtMs).toBeLessThanOrEqual(nowMs);
      const own = (await alertsNow(scenario)).filter(
        ({ labels }) =>
          labels['alertname'] === alert.commonLabels['alertname'] && labels['service'] === front,
      );
      expect(own.map(({ state }) => state)).toEqual(truth.kind === 'fault' ? ['firing'] : []);
    });

    test('the lines that tell of it come from where the truth has it happen', async () => {
      const { disturbances } = world.run.momentAt(0);
      const told = disturbances.filter(({ failShare }) => failShare > 0.5);
      const apps = new Set<string>();
      for (const { failure } of told) {
        for (const { app } of await linesWith(scenario, failure.message, truth.onsetMs, nowMs)) apps.add(app);
      }
      expect(apps.size > 0).toBe(told.length > 0);
      const touched = [truth.service ?? '', ...truth.victims];
      for (const app of apps) expect(touched).toContain(app);
    });

    test('a deploy that has nothing to do with it went out in the half hour before', () => {
      const { redHerring } = truth;
      expect(redHerring?.service).not.toBe(truth.service);
      expect(truth.onsetMs - (redHerring?.atMs ?? 0)).toBeLessThan(30 * MINUTE_MS);
      expect(redHerring?.atMs).toBeLessThan(truth.onsetMs);
      const release = world.releases.find(({ deployedAtMs }) => deployedAtMs === redHerring?.atMs);
      expect(release).toMatchObject({ service: redHerring?.service, version: redHerring?.version });
      if (truth.change !== undefined) {
        expect(truth.change.service).toBe(truth.service);
        expect(truth.change.atMs).toBeLessThanOrEqual(truth.onsetMs);
      }
    });

    test('every name stands in the list that the house checks against', () => {
      const used = [
        ...world.run.topology.services.map((service) => service.name),
        alert.commonLabels['alertname'] ?? '',
        ...(truth.change === undefined ? [] : [truth.change.actor.split(' ')[1] ?? '']),
        ...(truth.change?.key === undefined ? [] : [truth.change.key]),
      ];
      expect(used.filter((one) => !scenarioNames.includes(one))).toEqual([]);
    });
  });

  test('the same seed gives the same bytes, another seed another shop', async () => {
    const [first, again, other] = [play(name, 3), play(name, 3), play(name, 4)];
    const window = {
      start: `${first.nowMs - 20 * MINUTE_MS}000000`,
      end: `${first.nowMs}000000`,
      limit: 2000,
    };
    const path = '/loki/loki/api/v1/query_range';
    const lines = (scenario: Scenario) => readJson(scenario, path, { query: '{namespace=~".+"}', ...window });
    expect(again.alert).toEqual(first.alert);
    expect(again.truth).toEqual(first.truth);
    expect(await lines(again)).toEqual(await lines(first));
    expect(other.alert).not.toEqual(first.alert);
  });

  test('seeds put the fault into different services', () => {
    const faulty = new Set(SEEDS.map((seed) => play(name, seed).truth.service));
    if (name === 'false-alarm') expect([...faulty]).toEqual([undefined]);
    else expect(faulty.size).toBeGreaterThan(2);
  });
});

const of = (service: string | undefined): string => `{service="${service}"}`;

describe.each([1, 2, 3])('what each kind shows, seed %i', (seed) => {
  test('bad-configuration: manifests of both revisions show the setting', async () => {
    const scenario = play('bad-configuration', seed);
    const { change } = scenario.truth;
    if (change?.key === undefined) throw new Error('a setting is planted');
    const read = async (revision: string): Promise<string> => {
      const path = `/argocd/api/v1/applications/${change.service}/manifests`;
      const { manifests } = (await readJson(scenario, path, { revision })) as { manifests: string[] };
      return manifests.join('\n');
    };
    const written = (value = ''): RegExp => new RegExp(`"${change.key}"(?::|,"value":)"${value}"`);
    expect(await read(change.previousRevision)).toMatch(written(change.before));
    expect(await read(change.revision)).toMatch(written(change.after));
  });

  test('faulty-release: the front door never calls the service at fault itself', () => {
    const { truth, world, alert } = play('faulty-release', seed);
    const { topology } = world.run;
    const direct = topology.operations
      .filter(({ service }) => service === alert.commonLabels['service'])
      .flatMap(({ calls }) => calls.map(({ to }) => findOperation(topology, to).service));
    expect(direct).not.toContain(truth.service);
    expect(truth.victims).toContain(alert.commonLabels['service']);
  });

  test('oom-kills: memory grows from the release on, restarts begin with the onset, counters begin anew', async () => {
    const scenario = play('oom-kills', seed);
    const { nowMs, truth, world } = scenario;
    const restarts = `max(increase(kube_pod_container_status_restarts_total${of(truth.service)}[5m]))`;
    expect(await valueAt(scenario, restarts, truth.onsetMs - 15_000)).toBe(0);
    expect(await valueAt(scenario, restarts, truth.onsetMs + 120_000)).toBeGreaterThan(0.5);
    const memory = `max(container_memory_working_set_bytes${of(truth.service)})`;
    const limit =
      world.run.topology.services.find(({ name }) => name === truth.service)?.memoryLimitBytes ?? 0;
    const before = await valueAt(scenario, memory, (truth.change?.atMs ?? 0) - 60_000);
    expect(await valueAt(scenario, memory, truth.onsetMs - 15_000)).toBeGreaterThan(limit * 0.93);
    expect(before).toBeLessThan(limit * 0.65);
    const resets = `sum(resets(container_cpu_usage_seconds_total${of(truth.service)}[10m]))`;
    expect(await valueAt(scenario, resets, nowMs)).toBeGreaterThan(0);
    const firing = (await alertsNow(scenario)).map(
      ({ labels }) => `${labels['alertname']} ${labels['service']}`,
    );
    expect(firing).toContain(`ContainerRestarted ${truth.service}`);
    expect(
      await valuesAt(scenario, `kube_pod_container_status_last_terminated_reason${of(truth.service)}`, nowMs),
    ).not.toEqual([]);
  });

  test('cpu-contention: held back by the scheduler, its own time grows', async () => {
    const scenario = play('cpu-contention', seed);
    const { nowMs, truth } = scenario;
    const share = `sum(rate(container_cpu_cfs_throttled_periods_total${of(truth.service)}[2m])) / sum(rate(container_cpu_cfs_periods_total${of(truth.service)}[2m]))`;
    expect(await valueAt(scenario, share, truth.onsetMs - 15_000)).toBeLessThan(0.01);
    expect(await valueAt(scenario, share, nowMs)).toBeGreaterThan(0.5);
    const own = visitsAt(scenario, nowMs).filter(({ operation }) => operation.service === truth.service);
    const slow = own.filter(
      ({ calls, durationMs }) => durationMs - calls.reduce((sum, one) => sum + one.durationMs, 0) > 110,
    );
    expect(slow.length / own.length).toBeGreaterThan(0.6);
  });

  test('network-delay: the gap between client and server span grows for all who call, and for nobody else', () => {
    const scenario = play('network-delay', seed);
    const { nowMs, truth } = scenario;
    const calls = visitsAt(scenario, nowMs).flatMap((one) => one.calls);
    const slow = (hits: boolean): number => {
      const some = calls.filter(({ callee }) => (callee.service === truth.service) === hits);
      const late = some.filter(({ durationMs, visit }) => durationMs - (visit?.durationMs ?? 0) > 600);
      return late.length / some.length;
    };
    expect(slow(true)).toBeGreaterThan(0.8);
    expect(slow(false)).toBe(0);
  });

  test('dependency-down: no answer to calls and scrapes, no line any more', async () => {
    const scenario = play('dependency-down', seed);
    const { nowMs, truth } = scenario;
    expect(new Set(await valuesAt(scenario, `up${of(truth.service)}`, nowMs))).toEqual(new Set([0]));
    expect(new Set(await valuesAt(scenario, `up${of(truth.service)}`, truth.onsetMs))).toEqual(new Set([1]));
    const down = (await alertsNow(scenario)).filter(({ labels }) => labels['alertname'] === 'TargetDown');
    expect(new Set(down.map(({ labels }) => labels['service']))).toEqual(new Set([truth.service]));
    const later = await linesWith(scenario, '', truth.onsetMs + 30_000, nowMs);
    expect(later.length).toBeGreaterThan(50);
    expect(later.filter(({ app }) => app === truth.service)).toEqual([]);
    expect(visitsAt(scenario, nowMs).filter(({ operation }) => operation.service === truth.service)).toEqual(
      [],
    );
  });

  test('dns-failure: either all that one service calls, or all who call one service', () => {
    const scenario = play('dns-failure', seed);
    const { nowMs, truth } = scenario;
    const visits = visitsAt(scenario, nowMs);
    const failed = visits.flatMap(({ operation, calls }) =>
      calls
        .filter(({ visit }) => visit === undefined)
        .map(({ callee }) => [operation.service, callee.service]),
    );
    expect(failed.length).toBeGreaterThan(10);
    const [callers, callees] = [0, 1].map((side) => new Set(failed.map((pair) => pair[side])));
    const alone = new Set([truth.service]);
    const byCaller = callers?.size === 1;
    expect(byCaller ? callers : callees).toEqual(alone);
    expect((byCaller ? callees : callers)?.size).toBeGreaterThan(1);
  });

  test('certificate-expiry: everything arrives until the second, and nothing after it', () => {
    const scenario = play('certificate-expiry', seed);
    const { nowMs, truth } = scenario;
    const arriving = (atMs: number): number =>
      visitsAt(scenario, atMs).filter(({ operation }) => operation.service === truth.service).length;
    expect(arriving(truth.onsetMs)).toBeGreaterThan(30);
    expect(arriving(truth.onsetMs + 15_000)).toBe(0);
    expect(arriving(nowMs)).toBe(0);
  });

  test('disk-full: the volume fills, writes fail, reads go on', async () => {
    const scenario = play('disk-full', seed);
    const { nowMs, truth } = scenario;
    const used = `max(1 - kubelet_volume_stats_available_bytes${of(truth.service)} / kubelet_volume_stats_capacity_bytes${of(truth.service)})`;
    expect(await valueAt(scenario, used, nowMs)).toBe(1);
    expect(await valueAt(scenario, used, truth.onsetMs - 6 * 60 * MINUTE_MS)).toBeLessThan(0.9);
    const own = visitsAt(scenario, nowMs).filter(({ operation }) => operation.service === truth.service);
    const writes = new Set(own.filter(isFailed).map(({ operation }) => operation.id));
    expect([...writes].every((id) => /insert|create|charge/.test(id))).toBe(true);
    expect(writes.size).toBeGreaterThan(0);
    const reads = own.filter(({ operation }) => /select|read/.test(operation.id));
    expect(reads.some(isFailed)).toBe(false);
  });

  test('noisy-neighbour: the one that computes shares a node with the one that is slow, and no call', async () => {
    const scenario = play('noisy-neighbour', seed);
    const { nowMs, truth, world } = scenario;
    const cpu = `sum(rate(container_cpu_usage_seconds_total${of(truth.service)}[2m]))`;
    expect(await valueAt(scenario, cpu, truth.onsetMs - 15_000)).toBeLessThan(0.2);
    expect(await valueAt(scenario, cpu, nowMs)).toBeGreaterThan(1.6);
    const nodes = (service: string | undefined) =>
      new Set(world.pods.filter((pod) => pod.service === service).map(({ node }) => node));
    expect(nodes(truth.victims[0])).toEqual(nodes(truth.service));
    const { topology } = world.run;
    const calls = topology.operations
      .filter(({ service }) => service === truth.service)
      .flatMap((one) => one.calls);
    expect(calls).toEqual([]);
  });

  test('traffic-surge: demand at the front door multiplies, and no release is near but the herring', async () => {
    const scenario = play('traffic-surge', seed);
    const { alert, nowMs, truth, world } = scenario;
    const rate = `sum(rate(http_server_request_duration_seconds_count${of(alert.commonLabels['service'])}[2m]))`;
    const quiet = await valueAt(scenario, rate, truth.onsetMs - 60_000);
    expect((await valueAt(scenario, rate, nowMs)) / quiet).toBeGreaterThan(2);
    const near = world.releases.filter(({ deployedAtMs }) => truth.onsetMs - deployedAtMs < 60 * MINUTE_MS);
    expect(near.map(({ service }) => service)).toEqual([truth.redHerring?.service]);
  });

  test('false-alarm: slow for some minutes, and well again when it is looked at', async () => {
    const scenario = play('false-alarm', seed);
    const { alert, nowMs, truth, world } = scenario;
    const p99 = `histogram_quantile(0.99, sum by (le) (rate(http_server_request_duration_seconds_bucket${of(alert.commonLabels['service'])}[2m])))`;
    expect(await valueAt(scenario, p99, truth.onsetMs + 90_000)).toBeGreaterThan(1);
    expect(await valueAt(scenario, p99, nowMs)).toBeLessThan((world.story.targets.p99QuietMs / 1000) * 1.1);
    expect(visitsAt(scenario, nowMs).some(isFailed)).toBe(false);
  });
});
