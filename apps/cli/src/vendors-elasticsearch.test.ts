import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createElasticsearchConnector } from '@midwatch/connector-elasticsearch';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1 } from '@midwatch/core';
import { createScenario, createSimulatorFetch, type Scenario } from '@midwatch/simulator';
import { describe, expect, it } from 'vitest';
import { investigate, redactor } from './investigation-parts.js';

/** A change, a change of code, and faults that only lines or only resources tell of. */
const INCIDENTS: readonly (readonly [name: string, seed: number])[] = [
  ['pool-exhaustion', 7],
  ['faulty-release', 1],
  ['disk-full', 1],
  ['certificate-expiry', 1],
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
  return {
    suspect: brief.suspects[0]?.service,
    verdict: analysis.verdict,
    confidence: analysis.confidence,
    version: brief.change?.version,
  };
}

describe.each(INCIDENTS)('%s, seed %i', (name, seed) => {
  it('with the lines in Elasticsearch has the same first suspect, change and confidence as with them in Loki', async () => {
    const scenario = createScenario({ name, seed });
    const fetch = createSimulatorFetch(scenario);
    const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
    const others = () => [
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ];
    const throughElasticsearch = await look(scenario, [
      createElasticsearchConnector(at('elasticsearch')),
      ...others(),
    ]);
    expect(fetch.calls.loki).toBe(0);
    expect(fetch.calls.elasticsearch).toBeGreaterThan(3);
    // Of core's budget for an incident.
    expect(fetch.calls.elasticsearch).toBeLessThan(60);
    const throughLoki = await look(scenario, [createLokiConnector(at('loki')), ...others()]);
    expect(throughElasticsearch).toEqual(throughLoki);
    expect(throughElasticsearch.suspect).toBe(scenario.truth.service);
    expect(throughElasticsearch.version).toBe(scenario.truth.change?.to);
  });
});
