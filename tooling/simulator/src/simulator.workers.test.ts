import { expect, test } from 'vitest';
import { createScenario } from './scenario.js';
import { createSimulatorFetch } from './simulator-fetch.js';

test('a scenario plays and answers without Node', async () => {
  const scenario = createScenario({ name: 'pool-exhaustion' });
  const fetch = createSimulatorFetch(scenario);
  const query = encodeURIComponent(
    `{app="${scenario.truth.service}"} |= "${scenario.expectations.failureText}"`,
  );
  const lines = await fetch(`http://simulator/loki/loki/api/v1/query_range?query=${query}&limit=100`);
  const { data } = (await lines.json()) as { data: { result: { values: unknown[] }[] } };
  expect(data.result.flatMap(({ values }) => values)).toHaveLength(scenario.expectations.failureLines);
  for (const path of [
    '/prometheus/api/v1/query?query=sum(up)',
    '/jaeger/api/v3/services',
    '/argocd/api/version',
  ]) {
    expect((await fetch(`http://simulator${path}`)).status).toBe(200);
  }
});
