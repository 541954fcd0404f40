import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { createScenario, createSimulatorFetch, type Scenario, scenarioKinds } from '@midwatch/simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { investigate, redactor } from './investigation-parts.js';

const SEEDS = [1, 2, 3];

/**
 * What is not found today, with what was said instead: the truth stays the expectation. A miss that is found again must be
 * taken out of this table, and a find that is lost fails: the score cannot fall, nor rise, without being seen.
 */
const KNOWN_MISSES: ReadonlyMap<string, string> = new Map([]);

interface Outcome {
  readonly found: boolean;
  /** First suspect, the version blamed, verdict and confidence. */
  readonly said: string;
}

const score = new Map<string, number>();

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
  if (truth.kind === 'no-fault') return { found: !(verdict === 'cause-found' && confidence === 'HIGH'), said };
  const blamesChange = truth.change === undefined || brief.change?.version === truth.change.to;
  return { found: suspect === truth.service && blamesChange, said };
}

describe.each(scenarioKinds)('%s', (name) => {
  it.each(SEEDS)(
    'seed %i: the planted fault, or a miss that is known',
    async (seed) => {
      const scenario = createScenario({ name, seed });
      const { found, said } = await judge(scenario);
      score.set(name, (score.get(name) ?? 0) + (found ? 1 : 0));
      const { service, change } = scenario.truth;
      const truth = `${service ?? 'no fault'} ${change?.to ?? 'no change'}`;
      const miss = KNOWN_MISSES.get(`${name} ${seed}`);
      if (miss === undefined) expect(found, `${truth}, but it says: ${said}`).toBe(true);
      else expect({ found, said }, `${truth}: keep the table of misses true`).toEqual({ found: false, said: miss });
    },
    60_000,
  );
});

it('the table of misses names nothing that is not run', () => {
  const run = scenarioKinds.flatMap((name) => SEEDS.map((seed) => `${name} ${seed}`));
  expect([...KNOWN_MISSES.keys()].filter((key) => !run.includes(key))).toEqual([]);
});

afterAll(() => {
  const total = [...score.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...score].map(([name, count]) => `${name} ${count}/${SEEDS.length}`);
  process.stdout.write(`scenarios: ${total}/${scenarioKinds.length * SEEDS.length} (${parts.join(', ')})\n`);
});
