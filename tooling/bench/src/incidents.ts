import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { openBundle } from '@midwatch/connector-otlp-file/node';
import { readTruth } from '@midwatch/connector-otlp-file/node/scoring';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { type ConnectorV1, collectSignals, plan, type TimeWindow } from '@midwatch/core';
import type { Alert, Collection } from '@midwatch/core/incident';
import { createScenario, createSimulatorFetch, scenarioKinds } from '@midwatch/simulator';

/** What was collected for an alert, and who was at fault; nobody, when it was a false alarm. */
export interface Incident {
  readonly name: string;
  readonly alert: Alert;
  readonly collection: Collection;
  readonly guilty: string | undefined;
}

/** Incident bundles that lie beside the checkout. */
export const bundleFolders: readonly string[] = globSync('*/*/incident.json', {
  cwd: resolve(import.meta.dirname, '../../../../shared/eval'),
})
  .sort()
  .map((file) => resolve(import.meta.dirname, '../../../../shared/eval', dirname(file)));

/** A recorded incident, by the same plan and limits as in production. */
export async function readIncident(folder: string): Promise<Incident> {
  const { id, connector, nowMs, window, baseline } = await openBundle(folder);
  const alert = parseAlert(readFileSync(join(folder, 'alert.json'), 'utf8'));
  const collection = await collect([connector], alert, nowMs, { window, baseline });
  return { name: id, alert, collection, guilty: (await readTruth(folder)).service };
}

/** One incident of each kind that the simulator knows. */
export async function simulateIncidents(seed: number): Promise<readonly Incident[]> {
  const incidents: Incident[] = [];
  for (const name of scenarioKinds) {
    const scenario = createScenario({ name, seed });
    const fetch = createSimulatorFetch(scenario);
    const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
    const alert = parseAlert(JSON.stringify(scenario.alert));
    const connectors = [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ];
    const collection = await collect(connectors, alert, scenario.nowMs);
    incidents.push({ name: `${name} ${seed}`, alert, collection, guilty: scenario.truth.service });
  }
  return incidents;
}

function parseAlert(body: string): Alert {
  const [alert] = parseAlertmanager(body).alerts;
  if (alert === undefined) throw new Error('the body holds no alert');
  return alert;
}

function collect(
  connectors: readonly ConnectorV1[],
  alert: Alert,
  nowMs: number,
  given: { readonly window?: TimeWindow; readonly baseline?: TimeWindow } = {},
): Promise<Collection> {
  // The simulated servers compute on this very thread; the count limits are those of production.
  return collectSignals({ connectors, plan: plan(alert, nowMs, given), redact: 'none', deadlineMs: 20_000 });
}
