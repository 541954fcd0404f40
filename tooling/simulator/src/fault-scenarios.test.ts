import { describe, expect, test } from 'vitest';
import { alertsNow, linesWith, play, readJson, valueAt } from './__fixtures__/reading.js';
import { type Scenario, scenarioKinds } from './scenario.js';
import { scenarioNames } from './scenario-names.js';

const KINDS = scenarioKinds.filter((name) => name !== 'pool-exhaustion');
const SEEDS = [undefined, 1, 2, 3] as const;
const MINUTE_MS = 60_000;

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
    else expect(faulty.size).toBeGreaterThan(1);
  });
});
