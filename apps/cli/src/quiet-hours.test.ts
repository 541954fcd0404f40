import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { createScenario, createSimulatorFetch } from '@midwatch/simulator';
import { expect, it } from 'vitest';
import { investigate, redactor } from './investigation-parts.js';

const SEEDS = [1, 2, 3, 4, 5];
/** Before the planted fault begins: nothing is wrong, whatever the alert says. */
const HOURS_BEFORE = [2, 5, 9, 14];
const HOUR_MS = 3_600_000;

async function judgeQuietHour(seed: number, hours: number): Promise<string> {
  const scenario = createScenario({ name: 'pool-exhaustion', seed });
  const fetch = createSimulatorFetch(scenario);
  const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
  const [fired] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (fired === undefined) throw new Error('the scenario fires no alert');
  const nowMs = scenario.truth.onsetMs - hours * HOUR_MS;
  const { analysis } = await investigate({
    alert: { ...fired, startsAtMs: nowMs - 150_000 },
    nowMs,
    redact: redactor,
    collectDeadlineMs: 15_000,
    connectors: [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ],
  });
  return `${analysis.verdict} ${analysis.confidence}`;
}

it('twenty quiet hours are taken for no incident', async () => {
  const alarms: string[] = [];
  for (const seed of SEEDS) {
    for (const hours of HOURS_BEFORE) {
      const said = await judgeQuietHour(seed, hours);
      if (/^(?:cause-found|candidates)/.test(said)) alarms.push(`seed ${seed}, ${hours} h before: ${said}`);
    }
  }
  expect(alarms).toEqual([]);
}, 300_000);
