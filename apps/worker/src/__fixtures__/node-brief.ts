import { createClaudeAnalyzer } from '@midwatch/analyzer-claude';
import { parseAlertmanager } from '@midwatch/alerts';
import { toBrief } from '@midwatch/brief';
import type { Brief } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createRedactor } from '@midwatch/redaction';
import { createResponder } from '@midwatch/responder';
import { createChangesConnector } from '@midwatch/server/changes';
import type { Scenario } from '@midwatch/simulator';
import { createMemoryStore } from '@midwatch/store/memory';
import type { Environment } from '../environment.js';
import { readSources } from '../midwatch.config.js';

/** The brief of the same incident, by the same sources and model, in Node. */
export async function investigateInNode(scenario: Scenario, worldUrl: string): Promise<Brief | undefined> {
  const environment = {
    LOKI_URL: `${worldUrl}/loki`,
    PROMETHEUS_URL: `${worldUrl}/prometheus`,
    JAEGER_URL: `${worldUrl}/jaeger`,
    ARGOCD_URL: `${worldUrl}/argocd`,
    ARGOCD_TOKEN: 'replaced-by-the-world',
  } as Environment;
  const store = createMemoryStore();
  const { connectors, plan } = readSources(environment);
  const responder = createResponder({
    parts: { reduce, format, evidenceAnalyzer: createEvidenceAnalyzer(), admit, toBrief },
    redact: createRedactor(),
    store,
    connectors: [...connectors, createChangesConnector(store.changes)],
    plan,
    notifiers: [],
    collectDeadlineMs: 20_000,
    analyzer: createClaudeAnalyzer({ token: 'sk-test-0123456789', baseUrl: `${worldUrl}/claude` }),
  });
  const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (alert === undefined) throw new Error('the scenario fires no alert');
  const { incidentId } = await responder.receive(alert);
  while (await responder.runStep());
  return (await store.getIncident(incidentId))?.brief;
}
