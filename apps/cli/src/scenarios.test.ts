import type { Confidence } from '@midwatch/core/incident';
import { createScenario, type Scenario, scenarioKinds } from '@midwatch/simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { type AskedQuestion, askScripted, readCostPage } from './__fixtures__/cost-page.js';
import { measureRecall, type Remembered, toRemembered } from './__fixtures__/recall-page.js';
import { playScenario } from './__fixtures__/scenario-bundle.js';
import { refusedBySlack } from './__fixtures__/slack-states.js';

const SEEDS = [1, 2, 3];

/** Of all runs, the answers that are right at HIGH. None at HIGH may be wrong. */
const LEAST_SURE = 23;

/** Of repeats in another fleet and of look-alikes of another cause: the floor of what helps, the ceilings of what misleads. */
const RECALL = { hits: 0.38, repeatMisleads: 0.18, lookAlikeMisleads: 0.25 };

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
const questions: AskedQuestion[] = [];
const refusals: string[] = [];
const remembered: Remembered[] = [];

async function judge(scenario: Scenario): Promise<Outcome> {
  const investigation = await playScenario(scenario);
  questions.push(await askScripted(investigation));
  refusals.push(...(await refusedBySlack(scenario, investigation)));
  const { analysis, brief } = investigation;
  const { truth } = scenario;
  if (truth.service !== undefined)
    remembered.push(toRemembered(scenario.name, scenario.seed ?? 0, investigation.evidence));
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

it('Slack takes every message of every state, and each incident is one message and one reply', () => {
  expect(refusals).toEqual([]);
});

it('the answers are sure as often as they were, and never wrongly', () => {
  expect(sureAndWrong).toEqual([]);
  if (scores.size === scenarioKinds.length) expect(total('sure')).toBeGreaterThanOrEqual(LEAST_SURE);
});

it('what is asked of a model is as large, as dear and as seldom asked twice as docs/cost.md says', () => {
  if (questions.length !== scenarioKinds.length * SEEDS.length) return;
  const page = readCostPage('simulated');
  const sizes = questions.map(({ tokens }) => tokens);
  const mean = sizes.reduce((sum, tokens) => sum + tokens, 0) / sizes.length;
  expect(Math.max(...sizes)).toBeLessThanOrEqual(8000);
  expect(page.requests).toBe(questions.length);
  const isNear = (said: number, is: number, share: number) => Math.abs(said - is) <= share * is;
  expect(isNear(page.meanTokens, mean, 0.05), `on average ${mean}`).toBe(true);
  expect(isNear(page.mostTokens, Math.max(...sizes), 0.05), `at most ${Math.max(...sizes)}`).toBe(true);
  const escalated = (how: 'ifItAgrees' | 'ifInDoubt') =>
    questions.filter((question) => question[how] !== undefined).length;
  expect(page.escalated).toBe(escalated('ifItAgrees'));
  expect(
    isNear(page.escalatedInDoubt, escalated('ifInDoubt'), 0.25),
    `in doubt ${escalated('ifInDoubt')}`,
  ).toBe(true);
});

it('memory shows the same story of another fleet as often as it did, and misleads no more often', () => {
  if (scores.size !== scenarioKinds.length) return;
  const { hits, lookAlikeMisleads, repeatMisleads } = measureRecall(remembered);
  expect(hits).toBeGreaterThanOrEqual(RECALL.hits);
  expect(repeatMisleads).toBeLessThanOrEqual(RECALL.repeatMisleads);
  expect(lookAlikeMisleads).toBeLessThanOrEqual(RECALL.lookAlikeMisleads);
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
  process.stdout.write(`memory: ${JSON.stringify(measureRecall(remembered))}\n`);
  const escalated = (how: 'ifItAgrees' | 'ifInDoubt') =>
    [...Map.groupBy(questions, (question) => question[how] ?? 'not escalated')]
      .map(([reason, those]) => `${reason} ${those.length}`)
      .join(', ');
  process.stdout.write(
    `escalation: ${escalated('ifItAgrees')}; a model less sure than MEDIUM evidence: ${escalated('ifInDoubt')}\n`,
  );
});
