import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createDatadogConnector } from '@midwatch/connector-datadog';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1 } from '@midwatch/core';
import { createScenario, createSimulatorFetch, datadogKeys, type Scenario } from '@midwatch/simulator';
import { describe, expect, it } from 'vitest';
import { investigate, redactor } from './investigation-parts.js';

/** A change, a change of code, a resource, and a way between two services. */
const INCIDENTS: readonly (readonly [name: string, seed: number])[] = [
  ['pool-exhaustion', 7],
  ['faulty-release', 1],
  ['disk-full', 1],
  ['network-delay', 1],
];

async function look(scenario: Scenario, connectors: readonly ConnectorV1[]) {
  const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (alert === undefined) throw new Error('the scenario fires no alert');
  const { analysis, brief } = await investigate({
    alert,
    nowMs: scenario.nowMs,
    redact: redactor,
    // The simulated servers compute on this very thread.
    collectDeadlineMs: 15_000,
    connectors,
  });
  const { change } = brief;
  return {
    suspect: brief.suspects[0]?.service,
    verdict: analysis.verdict,
    version: change?.version,
    changes: change?.changes.map(({ before, after }) => [before, after]),
  };
}

describe.each(INCIDENTS)('%s, seed %i', (name, seed) => {
  const scenario = createScenario({ name, seed });
  const fetch = createSimulatorFetch(scenario);
  const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });

  it('through Datadog alone has the same first suspect and change as through Loki, Prometheus, Argo CD and Jaeger', async () => {
    const { apiKey: token, applicationKey } = datadogKeys;
    const datadog = await look(scenario, [
      createDatadogConnector({ ...at('datadog'), token, applicationKey }),
    ]);
    const { datadog: asked, ...others } = fetch.calls;
    expect(Object.values(others).every((count) => count === 0)).toBe(true);
    expect(asked).toBeGreaterThan(10);
    // Core's budget of an incident.
    expect(asked).toBeLessThan(100);
    const several = await look(scenario, [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ]);
    const { changes, ...found } = datadog;
    const { changes: _, ...same } = several;
    expect(found).toEqual(same);
    expect(found.suspect).toBe(scenario.truth.service);
    const { change } = scenario.truth;
    expect(found.version).toBe(change?.to);
    if (change?.key !== undefined) expect(changes).toContainEqual([change.before, change.after]);
  });
});
