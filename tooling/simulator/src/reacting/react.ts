import { createClock, tickAt } from '../engine/clock.js';
import type { Disturbance } from '../engine/disturbance.js';
import { poolLimitAt } from '../engine/pool.js';
import type { ResourceEffect } from '../engine/resource-effect.js';
import { findService, type PoolSpec, type Topology } from '../engine/topology.js';
import type { Story } from '../scenarios/story.js';
import { type Rollout, toRelease } from './rollout.js';

interface Reaction {
  /** What was rolled out beyond the story, the oldest first. */
  readonly rollouts: readonly Rollout[];
  readonly nowMs: number;
  /** Whether the planted release is the cause; else nothing that is rolled out changes the fault. */
  readonly helps: boolean;
}

/** The story up to a later moment, with what was rolled out since. Up to the first rollout it is the story itself. */
export function reactTo(story: Story, { rollouts, nowMs, helps }: Reaction): Story {
  const clock = createClock(story.clock.startMs, nowMs);
  const later: Story = {
    ...story,
    clock,
    releases: [...story.releases, ...rollouts.map(toRelease)],
    ...(story.failureLines && { failureLines: { ...story.failureLines, untilMs: story.clock.nowMs } }),
  };
  const { change } = story.truth;
  if (!helps || change === undefined) return later;
  const own = rollouts.filter(({ of }) => of.service === change.service);
  if (own.length === 0) return later;
  const { replicas } = findService(story.topology, change.service);
  /** Share of the service's pods that run the planted release; they change over one by one, a tick apart. */
  const faulty = (tick: number): number =>
    own.reduce((share, { of, deployedAtMs }) => {
      const done = Math.min(Math.max((tick - tickAt(clock, deployedAtMs)) / replicas, 0), 1);
      return share + done * ((of.version === change.to ? 1 : 0) - share);
    }, 1);
  return {
    ...later,
    topology: {
      ...story.topology,
      pools: story.topology.pools.map((pool) =>
        pool.owner === change.service && pool.limits.length > 1 ? withLimits(pool, own) : pool,
      ),
    } satisfies Topology,
    disturbances: story.disturbances.map(
      (disturbance): Disturbance => ({
        ...disturbance,
        intensity: (tick) => disturbance.intensity(tick) * faulty(tick),
      }),
    ),
    ...(story.resources && {
      resources: story.resources.map((effect) =>
        effect.service === change.service ? withShare(effect, faulty) : effect,
      ),
    }),
    ...(story.chatter && {
      chatter: story.chatter.map((chatter) => ({
        ...chatter,
        perMinute: (atMs) => chatter.perMinute(atMs) * faulty(tickAt(clock, atMs)),
      })),
    }),
  };
}

function withLimits(pool: PoolSpec, rollouts: readonly Rollout[]): PoolSpec {
  const limits = rollouts.map(({ of, deployedAtMs }) => ({
    atMs: deployedAtMs,
    max: poolLimitAt(pool, of.deployedAtMs),
  }));
  return { ...pool, limits: [...pool.limits, ...limits] };
}

/** Volumes fill whatever runs: they are left as they are. */
function withShare(effect: ResourceEffect, share: (tick: number) => number): ResourceEffect {
  const { extraCores, throttledShare, leakedShare, kills } = effect;
  return {
    ...effect,
    ...(extraCores && { extraCores: (tick) => extraCores(tick) * share(tick) }),
    ...(throttledShare && { throttledShare: (tick) => throttledShare(tick) * share(tick) }),
    ...(leakedShare && { leakedShare: (tick, pod) => leakedShare(tick, pod) * share(tick) }),
    ...(kills && { kills: (pod) => kills(pod).filter((tick) => share(tick) === 1) }),
  };
}
