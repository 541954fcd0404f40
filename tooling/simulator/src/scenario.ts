import { alertStates, writeRules } from './alerting/alert-state.js';
import { type AlertmanagerBody, alertmanagerBody } from './alerting/alertmanager-body.js';
import { createRandom } from './engine/random.js';
import { createWorld, type World } from './engine/world.js';
import { createMetricStore, type MetricStore } from './metrics/metric-store.js';
import type { Alerting } from './prometheus/prometheus-api.js';
import { badConfiguration } from './scenarios/bad-configuration.js';
import { certificateExpiry } from './scenarios/certificate-expiry.js';
import { cpuContention } from './scenarios/cpu-contention.js';
import { dependencyDown } from './scenarios/dependency-down.js';
import { diskFull } from './scenarios/disk-full.js';
import { dnsFailure } from './scenarios/dns-failure.js';
import { falseAlarm } from './scenarios/false-alarm.js';
import { faultyRelease } from './scenarios/faulty-release.js';
import { networkDelay } from './scenarios/network-delay.js';
import { noisyNeighbour } from './scenarios/noisy-neighbour.js';
import { oomKills } from './scenarios/oom-kills.js';
import { poolExhaustion } from './scenarios/pool-exhaustion.js';
import type { PoolTruth, Story, StoryOptions, Truth } from './scenarios/story.js';
import { trafficSurge } from './scenarios/traffic-surge.js';

const SCENARIOS: ReadonlyMap<string, (options: StoryOptions) => Story> = new Map([
  ['pool-exhaustion', poolExhaustion],
  ['bad-configuration', badConfiguration],
  ['certificate-expiry', certificateExpiry],
  ['cpu-contention', cpuContention],
  ['dependency-down', dependencyDown],
  ['disk-full', diskFull],
  ['dns-failure', dnsFailure],
  ['false-alarm', falseAlarm],
  ['faulty-release', faultyRelease],
  ['network-delay', networkDelay],
  ['noisy-neighbour', noisyNeighbour],
  ['oom-kills', oomKills],
  ['traffic-surge', trafficSurge],
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
  /** Of stories whose numbers are told: a pool that runs full. */
  readonly expectations?: Expectations;
  /** Bearer token that the Argo CD of this scenario accepts. */
  readonly argocdToken: string;
  /** For the servers in front of it. */
  readonly world: World;
  readonly metrics: MetricStore;
  readonly alerting: Alerting;
}

export interface PoolScenario extends Scenario {
  readonly truth: PoolTruth;
  readonly expectations: Expectations;
}

export interface ScenarioOptions {
  readonly name: string;
  readonly seed?: number;
  /** Lets it happen now: what was `nowMs` falls into the last minute before. @default when the story says */
  readonly nowMs?: number;
}

/** Plays a story through. The same options give the same bytes everywhere. Throws on an unknown name. */
export function createScenario(options: ScenarioOptions & { readonly name: 'pool-exhaustion' }): PoolScenario;
export function createScenario(options: ScenarioOptions): Scenario;
export function createScenario(options: ScenarioOptions): Scenario {
  const story = tellStory(options);
  const { alerting, metrics, world } = playStory(story);
  const { notifiedAtMs = story.clock.nowMs } = story;
  const notified =
    notifiedAtMs === story.clock.nowMs
      ? alerting.states()
      : alertStates({ ...metrics, nowMs: notifiedAtMs }, alerting.rules);
  const expectations = expectationsOf(story, world);
  return {
    name: story.name,
    seed: story.seed,
    nowMs: story.clock.nowMs,
    alert: alertmanagerBody(story, alerting.rules, notified),
    truth: story.truth,
    ...(expectations !== undefined && { expectations }),
    argocdToken: argocdTokenOf(world),
    world,
    metrics,
    alerting,
  };
}

/** Throws on an unknown name. */
function tellStory({ name, nowMs, seed }: ScenarioOptions): Story {
  const create = SCENARIOS.get(name);
  if (create === undefined) {
    throw new RangeError(`no scenario is called ${name}; there are: ${scenarioKinds.join(', ')}`);
  }
  const asTold = create({ seed, shiftMs: 0 });
  const shiftMs = nowMs === undefined ? 0 : wholeMinutes(nowMs - asTold.clock.nowMs);
  return shiftMs === 0 ? asTold : create({ seed, shiftMs });
}

/** What servers read from; the alerts are those that hold at the end of the story's clock. */
export function playStory(story: Story): Pick<Scenario, 'alerting' | 'metrics' | 'world'> {
  const world = createWorld(story);
  const metrics = createMetricStore(world);
  const rules = writeRules(story.alertRule);
  const states = alertStates(metrics, rules);
  return { world, metrics, alerting: { rules, states: () => states } };
}

export function argocdTokenOf(world: World): string {
  return `simulated-${createRandom(world.seed, 'argocd').hex(24)}`;
}

function wholeMinutes(ms: number): number {
  return Math.floor(ms / 60_000) * 60_000;
}

function expectationsOf({ failureLines, targets, truth }: Story, world: World): Expectations | undefined {
  if (failureLines === undefined || targets.fault === undefined) return undefined;
  const failure = world.run
    .momentAt(0)
    .disturbances.find(({ id }) => id === failureLines.disturbanceId)?.failure;
  return {
    p99QuietMs: targets.p99QuietMs,
    p99FaultMs: targets.fault.p99FaultMs,
    errorShareQuiet: targets.errorShareQuiet,
    errorShareFault: targets.fault.errorShareFault,
    failureText: failure?.message.split(':')[0] ?? '',
    failureLines: failureLines.count,
    fallingService: truth.decoy ?? '',
  };
}
