import { createLokiConnector } from '@midwatch/connector-loki';
import { querySignals } from '@midwatch/core';
import { describe, expect, test } from 'vitest';
import { MINUTE_MS, openShop, planOf } from '../__fixtures__/acting.js';
import { createSimulatorFetch } from '../simulator-fetch.js';

type Shop = ReturnType<typeof openShop>;

/** Lines that tell of the fault, in the last minutes. */
async function failures({ clock, namespace, service, simulator }: Shop, minutes: number): Promise<number> {
  const connector = createLokiConnector({ baseUrl: 'http://simulator/loki' });
  const window = { startMs: clock.nowMs - minutes * MINUTE_MS, endMs: clock.nowMs };
  const contains = [simulator.scenario.expectations?.failureText ?? ''];
  const request = { window, target: { service, namespace }, limit: 1000, contains };
  const options = { redact: 'none', fetch: simulator.fetch } as const;
  return (await querySignals(connector, 'logs', request, options)).signals.length;
}

async function ask(fetch: Shop['simulator']['fetch'], path: string, token?: string): Promise<string> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await fetch(`http://simulator${path}`, { headers })).text();
}

function questions({ simulator: { scenario } }: Shop): readonly string[] {
  const [startS, endS] = [scenario.truth.onsetMs / 1000 - 600, scenario.nowMs / 1000];
  const range = `start=${startS}&end=${endS}&step=60`;
  const nanos = `start=${startS}000000000&end=${endS - 60}000000000`;
  return [
    `/prometheus/api/v1/query_range?query=${encodeURIComponent('{__name__=~"http_.+count"}')}&${range}`,
    `/loki/loki/api/v1/query_range?query=${encodeURIComponent('{service_name=~".+"}')}&limit=5000&${nanos}`,
    `/jaeger/api/v3/services`,
    `/jaeger/api/traces?service=${scenario.truth.service}&start=${startS}000000&end=${endS - 120}000000&limit=50`,
  ];
}

test('as long as nobody does anything it is the scenario, also later', async () => {
  const shop = openShop({ helps: true });
  const { clock, simulator } = shop;
  const plain = createSimulatorFetch(simulator.scenario);
  const { argocd } = simulator.tokens;
  for (const laterMs of [0, 7 * MINUTE_MS]) {
    clock.nowMs = simulator.scenario.nowMs + laterMs;
    for (const path of questions(shop)) expect(await ask(simulator.fetch, path)).toBe(await ask(plain, path));
  }
  clock.nowMs = simulator.scenario.nowMs;
  for (const path of ['/argocd/api/v1/applications', '/argocd/api/version'])
    expect(await ask(simulator.fetch, path, argocd)).toBe(await ask(plain, path, argocd));
  expect(simulator.alert()).toEqual(simulator.scenario.alert);
});

describe.each(['argocd', 'kubectl'] as const)('a shop that %s deploys', (deployedBy) => {
  test('is rolled back: the fault ends and the alert resolves; taken back, it comes again', async () => {
    const shop = openShop({ deployedBy, helps: true });
    const { apply, call, clock, deploys, executor, service, simulator } = shop;
    const { change } = simulator.scenario.truth;
    expect(simulator.running(service).version).toBe(change?.to);
    const plan = planOf(await shop.planRollback());
    expect(await apply(plan)).toMatchObject({ outcome: 'applied', wrote: true });
    expect(await apply(plan)).toMatchObject({ outcome: 'applied', wrote: false });
    expect(simulator.writes).toMatchObject([{ service, what: 'rollback' }]);
    expect(simulator.running(service)).toMatchObject({
      version: change?.from,
      config: { [change?.key ?? '']: change?.before },
    });
    expect(await failures(shop, 1)).toBeGreaterThan(0);
    expect(simulator.alert().status).toBe('firing');

    clock.nowMs += 8 * MINUTE_MS;
    expect(await failures(shop, 5)).toBe(0);
    expect(simulator.alert()).toMatchObject({
      status: 'resolved',
      alerts: [{ fingerprint: simulator.scenario.alert.alerts[0]?.fingerprint, status: 'resolved' }],
    });
    expect((await deploys()).at(-1)).toMatchObject({ version: change?.from, previousVersion: change?.to });

    const undo = planOf(await executor.planUndo(plan, call()));
    expect(await apply(undo)).toMatchObject({ outcome: 'applied', wrote: true });
    expect(simulator.running(service)).toMatchObject({
      version: change?.to,
      config: { [change?.key ?? '']: change?.after },
    });
    clock.nowMs += 10 * MINUTE_MS;
    expect(simulator.alert().status).toBe('firing');
    expect(await failures(shop, 5)).toBeGreaterThan(0);
    expect(simulator.writes).toHaveLength(2);
  });

  test('in the other twin a rollback changes what runs, and nothing else', async () => {
    const shop = openShop({ deployedBy, helps: false });
    const { apply, clock, service, simulator } = shop;
    const before = await failures(shop, 1);
    expect(await apply(planOf(await shop.planRollback()))).toMatchObject({ outcome: 'applied' });
    clock.nowMs += 10 * MINUTE_MS;
    expect(simulator.running(service).version).toBe(simulator.scenario.truth.change?.from);
    expect(simulator.alert().status).toBe('firing');
    expect(before).toBeGreaterThan(0);
    expect(await failures(shop, 1)).toBeGreaterThan(0);
  });
});

test('the same writes at the same times leave the same bytes', async () => {
  const answers = await Promise.all(
    [1, 2].map(async () => {
      const shop = openShop({ helps: true });
      await shop.apply(planOf(await shop.planRollback()));
      shop.clock.nowMs += 5 * MINUTE_MS;
      return Promise.all(questions(shop).map((path) => ask(shop.simulator.fetch, path)));
    }),
  );
  expect(Math.min(...(answers[0] ?? []).map(({ length }) => length))).toBeGreaterThan(80);
  expect(answers[0]).toEqual(answers[1]);
});
