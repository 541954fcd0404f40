import { alertStates, writeRules } from './alerting/alert-state.js';
import { type AlertmanagerBody, alertmanagerBody } from './alerting/alertmanager-body.js';
import { createRandom } from './engine/random.js';
import { createWorld, type World } from './engine/world.js';
import { createMetricStore, type MetricStore } from './metrics/metric-store.js';
import type { Alerting } from './prometheus/prometheus-api.js';
import { poolExhaustion } from './scenarios/pool-exhaustion.js';
import type { Story, Truth } from './scenarios/story.js';

const SCENARIOS: ReadonlyMap<string, (seed: number | undefined) => Story> = new Map([
  ['pool-exhaustion', poolExhaustion],
]);

export const scenarioKinds: readonly string[] = [...SCENARIOS.keys()];

/** What telemetry must show, told beforehand; read by tests and by whoever compares a brief with the story. */
export interface Expectations {
  /** Of the alerting service, by its own histogram over five minutes. */
  readonly p99QuietMs: number;
  readonly p99FaultMs: number;
  readonly errorShareQuiet: number;
  readonly errorShareFault: number;
  readonly failureText: string;
  readonly failureLines: number;
  /** Its traffic falls although it is innocent. */
  readonly fallingService: string;
}

export interface Scenario {
  readonly name: string;
  /** Absent for the story as it is told in the documentation. */
  readonly seed: number | undefined;
  /** The moment at which the alert is looked at; no telemetry is younger. Epoch milliseconds. */
  readonly nowMs: number;
  /** Webhook body of Alertmanager, version 4. */
  readonly alert: AlertmanagerBody;
  readonly truth: Truth;
  readonly expectations: Expectations;
  /** Bearer token that the Argo CD of this scenario accepts. */
  readonly argocdToken: string;
  /** For the servers in front of it. */
  readonly world: World;
  readonly metrics: MetricStore;
  readonly alerting: Alerting;
}

/** Plays a story through. The same name and seed give the same bytes everywhere. Throws on an unknown name. */
export function createScenario(options: { readonly name: string; readonly seed?: number }): Scenario {
  const create = SCENARIOS.get(options.name);
  if (create === undefined) {
    throw new RangeError(`no scenario is called ${options.name}; there are: ${scenarioKinds.join(', ')}`);
  }
  const story = create(options.seed);
  const world = createWorld(story);
  const metrics = createMetricStore(world);
  const rules = writeRules(story.alertRule);
  const states = alertStates(metrics, rules);
  const { targets, failureLines } = story;
  const failure = world.run
    .momentAt(0)
    .disturbances.find(({ id }) => id === failureLines.disturbanceId)?.failure;
  return {
    name: story.name,
    seed: story.seed,
    nowMs: story.clock.nowMs,
    alert: alertmanagerBody(story, rules, states),
    truth: story.truth,
    expectations: {
      p99QuietMs: targets.p99QuietMs,
      p99FaultMs: targets.p99FaultMs,
      errorShareQuiet: targets.errorShareQuiet,
      errorShareFault: targets.errorShareFault,
      failureText: failure?.message.split(':')[0] ?? '',
      failureLines: failureLines.count,
      fallingService: story.truth.decoy,
    },
    argocdToken: `simulated-${createRandom(world.seed, 'argocd').hex(24)}`,
    world,
    metrics,
    alerting: { rules, states: () => states },
  };
}
