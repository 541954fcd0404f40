import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { Confidence } from '@midwatch/core/incident';
import { createScenario, createSimulatorFetch, type Scenario, scenarioKinds } from '@midwatch/simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { investigate, redactor } from './investigation-parts.js';

const SEEDS = [1, 2, 3];

/** Of all runs, the answers that are right at HIGH. None at HIGH may be wrong. */
const LEAST_SURE = 23;

interface Outcome {
  readonly found: boolean;
  readonly confidence: Confidence;
  /** First suspect, the version blamed, verdict and confidence. */
  readonly said: string;
}

interface Score {
  found: number;
  sure: number;
}

const scores = new Map<string, Score>();
const sureAndWrong: string[] = [];

async function judge(scenario: Scenario): Promise<Outcome> {
  const fetch = createSimulatorFetch(scenario);
  const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
  const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (alert === undefined) throw new Error('the scenario fires no alert');
  const { analysis, brief } = await investigate({
    alert,
    nowMs: scenario.nowMs,
    redact: redactor,
    // The simulated servers compute on this very thread.
    collectDeadlineMs: 15_000,
    connectors: [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ],
  });
  const { truth } = scenario;
  const { confidence, verdict } = analysis;
  const suspect = brief.suspects[0]?.service;
  const said = `${suspect ?? 'nobody'} ${brief.change?.version ?? 'no change'}, ${verdict} ${confidence}`;
  if (truth.kind === 'no-fault') {
    return { found: !(verdict === 'cause-found' && confidence === 'HIGH'), confidence, said };
  }
  const blamesChange = truth.change === undefined || brief.change?.version === truth.change.to;
  return { found: suspect === truth.service && blamesChange, confidence, said };
}

describe.each(scenarioKinds)('%s', (name) => {
  it.each(SEEDS)(
    'seed %i: the planted fault is found, and its change where there is one',
    async (seed) => {
      const scenario = createScenario({ name, seed });
      const { confidence, found, said } = await judge(scenario);
      const score = scores.get(name) ?? { found: 0, sure: 0 };
      scores.set(name, score);
      if (found) score.found += 1;
      if (found && confidence === 'HIGH') score.sure += 1;
      if (!found && confidence === 'HIGH') sureAndWrong.push(`${name} ${seed}`);
      const { service, change } = scenario.truth;
      const truth = `${service ?? 'no fault'} ${change?.to ?? 'no change'}`;
      expect(found, `${truth}, but it says: ${said}`).toBe(true);
    },
    60_000,
  );
});

it('the answers are sure as often as they were, and never wrongly', () => {
  expect(sureAndWrong).toEqual([]);
  if (scores.size === scenarioKinds.length) expect(total('sure')).toBeGreaterThanOrEqual(LEAST_SURE);
});

function total(what: keyof Score): number {
  return [...scores.values()].reduce((sum, score) => sum + score[what], 0);
}

afterAll(() => {
  const runs = scenarioKinds.length * SEEDS.length;
  const parts = [...scores].map(([name, { found }]) => `${name} ${found}/${SEEDS.length}`);
  process.stdout.write(
    `scenarios: ${total('found')}/${runs} (${parts.join(', ')}); right at HIGH: ${total('sure')}; wrong at HIGH: ${sureAndWrong.length}\n`,
  );
});
