import { type Release, releasesOf } from '../deploys/release.js';
import { tickAt } from '../engine/clock.js';
import { createRandom } from '../engine/random.js';
import type { Pod } from '../engine/rollout.js';
import type { World } from '../engine/world.js';
import { argocdTokenOf, playStory, type Scenario } from '../scenario.js';
import type { Story } from '../scenarios/story.js';
import { createSimulatorFetch, type SimulatorFetch } from '../simulator-fetch.js';
import { reactTo } from './react.js';
import type { Rollout } from './rollout.js';

/** One write that was carried out. */
export interface ShopWrite {
  readonly atMs: number;
  readonly service: string;
  readonly what: 'rollback' | 'restart' | 'scale' | 'eviction';
}

/** The shop as it is at one moment. */
export interface ShopLook extends Pick<Scenario, 'alerting' | 'metrics' | 'world'> {
  readonly nowMs: number;
  readonly fetch: SimulatorFetch;
}

/** The state behind the servers: what was done to the shop, and what follows from it. */
export interface Shop {
  readonly story: Story;
  /** The story without what was done since: names and manifests of releases. */
  readonly told: World;
  readonly nowMs: () => number;
  readonly look: () => ShopLook;
  /** All that a service ran or was asked to run, the oldest first. */
  readonly rolloutsOf: (service: string) => readonly Rollout[];
  readonly rollOut: (rollout: Rollout) => void;
  readonly evict: (podName: string) => void;
  readonly writes: readonly ShopWrite[];
  readonly note: (write: Omit<ShopWrite, 'atMs'>) => void;
}

export interface ShopOptions {
  readonly helps: boolean;
  readonly now: () => number;
}

export function createShop(told: World, { helps, now }: ShopOptions): Shop {
  const { story } = told;
  const rollouts: Rollout[] = [];
  const evictions: Eviction[] = [];
  const writes: ShopWrite[] = [];
  let known: { readonly key: string; readonly look: ShopLook } | undefined;

  function play(nowMs: number): ShopLook {
    const done = rollouts.filter(({ deployedAtMs }) => deployedAtMs <= nowMs);
    const played = playStory(reactTo(story, { rollouts: done, nowMs, helps }));
    const pods = withEvictions(played.world, inSets(played.world.pods, told, done), evictions);
    const world = { ...played.world, pods };
    const scenario: Scenario = {
      ...{ name: story.name, seed: story.seed, nowMs, truth: story.truth },
      // Nobody asks the servers for it.
      alert: undefined as never,
      argocdToken: argocdTokenOf(told),
      ...played,
      world,
    };
    return { ...played, world, nowMs, fetch: createSimulatorFetch(scenario) };
  }

  return {
    story,
    told,
    nowMs: now,
    look() {
      const { nowMs: toldMs, tickMs } = story.clock;
      const nowMs = Math.max(toldMs, Math.floor(now() / tickMs) * tickMs);
      const key = [nowMs, rollouts.length, evictions.length].join();
      if (known?.key !== key) known = { key, look: play(nowMs) };
      return known.look;
    },
    rolloutsOf: (service) => [
      ...releasesOf(story.releases, service)
        .filter(({ deployedAtMs }) => deployedAtMs <= story.clock.nowMs)
        .map(toRollout),
      ...rollouts.filter(({ of, startedAtMs }) => of.service === service && startedAtMs <= now()),
    ],
    rollOut: (rollout) => void rollouts.push(rollout),
    evict: (pod) => void evictions.push({ pod, atMs: now() }),
    writes,
    note: (write) => void writes.push({ atMs: now(), ...write }),
  };
}

function toRollout(of: Release): Rollout {
  const { deployedAtMs, startedAtMs, syncedBy } = of;
  return { of, deployedAtMs, startedAtMs, login: syncedBy?.login ?? 'argocd-controller' };
}

/** Name of the ReplicaSet of a rollout; a template that goes out again takes its old one. */
export function replicaSetOf(told: World, { of, restartedAt }: Rollout): string {
  const { service, version } = of;
  const pod = told.pods.find(({ release }) => release.service === service && release.version === version);
  if (pod !== undefined && restartedAt === undefined) return pod.replicaSet;
  return `${service}-${createRandom(told.seed, 'sets', service, version, restartedAt ?? '').hex(9)}`;
}

function inSets(pods: readonly Pod[], told: World, rollouts: readonly Rollout[]): readonly Pod[] {
  return pods.map((pod) => {
    const { service, deployedAtMs } = pod.release;
    const rollout = rollouts.find((one) => one.of.service === service && one.deployedAtMs === deployedAtMs);
    if (rollout === undefined) return pod;
    const replicaSet = replicaSetOf(told, rollout);
    return { ...pod, replicaSet, name: pod.name.replace(pod.replicaSet, replicaSet) };
  });
}

interface Eviction {
  readonly pod: string;
  readonly atMs: number;
}

/** Another pod takes the place of each that was evicted. */
function withEvictions(world: World, pods: readonly Pod[], evictions: readonly Eviction[]): readonly Pod[] {
  return evictions.reduce<readonly Pod[]>((now, { pod: name, atMs }) => {
    const tick = tickAt(world.run.clock, atMs);
    return now.flatMap((pod) => {
      if (pod.name !== name || pod.toTick <= tick) return [pod];
      const next = `${pod.replicaSet}-${createRandom(world.seed, 'evicted', name).hex(5)}`;
      return [
        { ...pod, toTick: tick },
        { ...pod, name: next, fromTick: tick, ageTicks: 0 },
      ];
    });
  }, pods);
}
