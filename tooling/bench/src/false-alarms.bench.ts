// How often an alert without a fault is taken for one: 200 quiet hours of simulated shops (50 seeds, four hours of the day
// each, with another load and other deploys), through the same plan, connectors, limits and evidence as in an incident.
import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { collectSignals, plan } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createScenario, createSimulatorFetch } from '@midwatch/simulator';
import { printResult } from './bench-result.ts';

const SEEDS = 50;
/** Before the planted fault begins; its change may already be out, and does no harm yet. */
const HOURS_BEFORE = [2, 5, 9, 14];
const HOUR_MS = 3_600_000;

const analyzer = createEvidenceAnalyzer();
const alarms: string[] = [];
let high = 0;
for (let seed = 1; seed <= SEEDS; seed++) {
  const scenario = createScenario({ name: 'pool-exhaustion', seed });
  const fetch = createSimulatorFetch(scenario);
  const [fired] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (fired === undefined) throw new Error('the scenario fires no alert');
  for (const hours of HOURS_BEFORE) {
    const nowMs = scenario.truth.onsetMs - hours * HOUR_MS;
    const { verdict, confidence } = await judge(
      { ...fired, startsAtMs: nowMs - 150_000 },
      nowMs,
      fetch,
      scenario.argocdToken,
    );
    if (verdict !== 'cause-found' && verdict !== 'candidates') continue;
    alarms.push(`seed ${seed}, ${hours} h before: ${verdict} ${confidence}`);
    if (confidence === 'HIGH') high += 1;
  }
}
const pairs = SEEDS * HOURS_BEFORE.length;
for (const alarm of alarms) process.stderr.write(`false-alarms: ${alarm}\n`);
printResult({ name: 'false-alarms', value: alarms.length / pairs, unit: `share of ${pairs} quiet hours` });
printResult({ name: 'false-alarms.high', value: high / pairs, unit: `share of ${pairs} quiet hours` });

async function judge(
  alert: Alert,
  nowMs: number,
  fetch: ReturnType<typeof createSimulatorFetch>,
  token: string,
) {
  const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
  const collection = await collectSignals({
    connectors: [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token }),
      createJaegerConnector(at('jaeger')),
    ],
    plan: plan(alert, nowMs),
    redact: 'none',
    // The simulator computes on this thread; the count limits are those of production.
    deadlineMs: 20_000,
  });
  const evidence = reduce(collection, alert);
  const dossier = format({ alert, evidence, collection, nowMs, fence: 'b'.repeat(20) });
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 60_000 };
  return admit(await analyzer.analyze({ alert, evidence, dossier }, call), evidence, { name: analyzer.name });
}
