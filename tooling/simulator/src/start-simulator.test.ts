import { afterEach, expect, test } from 'vitest';
import { createScenario } from './scenario.js';
import { createSimulatorFetch } from './simulator-fetch.js';
import { type Simulator, startSimulator } from './start-simulator.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
let simulator: Simulator | undefined;

afterEach(async () => {
  await simulator?.close();
  simulator = undefined;
});

test('over a socket every source answers what it answers without one', async () => {
  simulator = await startSimulator({ scenario, port: 0 });
  const direct = createSimulatorFetch(scenario);
  const headers = { authorization: `Bearer ${simulator.argocdToken}` };
  const questions = [
    [simulator.lokiUrl, '/loki/api/v1/labels'],
    [simulator.prometheusUrl, '/api/v1/query?query=sum(up)'],
    [simulator.argocdUrl, '/api/v1/applications'],
    [simulator.jaegerUrl, '/api/v3/services'],
  ] as const;
  for (const [base, path] of questions) {
    const [near, far] = [
      await direct(`http://simulator${new URL(base).pathname}${path}`, { headers }),
      await fetch(base + path, { headers }),
    ];
    expect([far.status, await far.text()]).toEqual([near.status, await near.text()]);
    expect(far.headers.get('content-type')).toBe(near.headers.get('content-type'));
  }
  expect(simulator.calls).toMatchObject({ loki: 1, prometheus: 1, argocd: 1, jaeger: 1 });
});

test('a form is read', async () => {
  simulator = await startSimulator({ scenario, port: 0 });
  const body = new URLSearchParams({ query: 'vector(7)' });
  const response = await fetch(`${simulator.prometheusUrl}/api/v1/query`, { method: 'POST', body });
  expect(await response.json()).toMatchObject({
    data: { result: [{ value: [scenario.nowMs / 1000, '7'] }] },
  });
});

test('closing ends answers that would hang', async () => {
  simulator = await startSimulator({ scenario, port: 0, faults: { jaeger: { kind: 'hang' } } });
  const outcome = fetch(`${simulator.jaegerUrl}/api/v3/services`).then(
    () => 'answered',
    () => 'ended',
  );
  await expect.poll(() => simulator?.calls.jaeger).toBe(1);
  await simulator.close();
  simulator = undefined;
  expect(await outcome).toBe('ended');
});
