import { describe, expect, test } from 'vitest';
import { alertsNow, linesWith, play, readJson, valueAt, valuesAt, visitsAt } from './__fixtures__/reading.js';
import type { Visit } from './engine/request.js';
import { findOperation } from './engine/topology.js';

const MINUTE_MS = 60_000;

const isFailed = ({ failure }: Visit): boolean =>
  failure?.own === true && failure.disturbanceId !== undefined;

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
