import { type Clock, createClock, tickAt } from '../engine/clock.js';
import type { Disturbance } from '../engine/disturbance.js';
import { createRandom, type Random } from '../engine/random.js';
import type { ResourceEffect } from '../engine/resource-effect.js';
import type { PoolSpec } from '../engine/topology.js';
import type { TrafficCurve } from '../engine/traffic.js';
import { alertName, failureAlertName } from '../scenario-names.js';
import { type Cast, pickCast } from './cast.js';
import type { Part } from './pool-exhaustion-releases.js';
import { buildShop } from './shop.js';
import { type ReleasePlan, writeStageReleases } from './stage-releases.js';
import type { Chatter, Story, StoryOptions, Truth } from './story.js';

export const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Who calls whom in the shop. */
const CALLS: readonly (readonly [Part, Part])[] = [
  ['front', 'accounts'],
  ['front', 'orders'],
  ['accounts', 'database'],
  ['orders', 'accounts'],
  ['orders', 'payments'],
  ['orders', 'database'],
  ['payments', 'database'],
];

/** The shop before anything has happened: cast and times as the seed has them. */
export interface Stage {
  readonly name: string;
  readonly seed: number | undefined;
  readonly random: Random;
  readonly cast: Cast;
  readonly clock: Clock;
  readonly onsetMs: number;
  readonly onsetTick: number;
}

export function openStage(name: string, { seed, shiftMs }: StoryOptions): Stage {
  const random = createRandom(name, seed ?? 'default');
  const cast = pickCast(random);
  const onsetMs =
    shiftMs + Date.UTC(2026, 10, random.integer(2, 20), random.integer(0, 23), random.integer(0, 59));
  const clock = createClock(onsetMs - 26 * HOUR_MS, onsetMs + random.integer(10, 14) * MINUTE_MS);
  return { name, seed, random, cast, clock, onsetMs, onsetTick: tickAt(clock, onsetMs) };
}

/** 0 before the onset, `height` from `rampTicks` after it. */
export function risingFrom(tick: number, height = 1, rampTicks = 1): (tick: number) => number {
  return (now) => height * Math.min(Math.max((now - tick) / rampTicks, 0), 1);
}

/** The same disturbance in every call that the part gets. */
export function acrossCallers(
  { cast, name }: Stage,
  callee: Part,
  what: Omit<Disturbance, 'id' | 'place'>,
): Disturbance[] {
  return callersOf(callee).map((caller) => ({
    ...what,
    id: `${name}:${cast[caller]}:${cast[callee]}`,
    place: { kind: 'in-call', caller: cast[caller], callee: cast[callee] },
  }));
}

/** The same disturbance in every call that the part makes, in words that name who is called. */
export function acrossCallees(
  { cast, name }: Stage,
  caller: Part,
  what: (callee: string) => Omit<Disturbance, 'id' | 'place'>,
): Disturbance[] {
  return CALLS.filter(([from]) => from === caller).map(([, callee]) => ({
    ...what(cast[callee]),
    id: `${name}:${cast[caller]}:${cast[callee]}`,
    place: { kind: 'in-call', caller: cast[caller], callee: cast[callee] },
  }));
}

/** The services of which something waits or fails when the part does. */
export function callersAbove(cast: Cast, part: Part): string[] {
  const above = new Set<Part>();
  const climb = (from: Part): void => {
    for (const caller of callersOf(from)) {
      if (above.has(caller)) continue;
      above.add(caller);
      climb(caller);
    }
  };
  climb(part);
  return [...above].map((one) => cast[one]);
}

/** Everything that may be deployed without being to blame. */
export function othersThan(...guilty: readonly (Part | 'worker')[]): (Part | 'worker')[] {
  const all = ['front', 'accounts', 'orders', 'payments', 'database', 'worker'] as const;
  return all.filter((part) => !guilty.includes(part));
}

function callersOf(callee: Part): readonly Part[] {
  return CALLS.filter(([, to]) => to === callee).map(([caller]) => caller);
}

export interface Incident {
  readonly releases: ReleasePlan;
  readonly disturbances: readonly Disturbance[];
  readonly resources?: readonly ResourceEffect[];
  readonly chatter?: readonly Chatter[];
  readonly sharedNode?: Story['sharedNode'];
  readonly traffic?: readonly (readonly [offsetMs: number, factor: number])[];
  readonly alert:
    | { readonly on: 'latency'; readonly thresholdSeconds: number }
    | { readonly on: 'failures'; readonly thresholdErrorShare: number };
  readonly notifiedAtMs?: number;
  readonly truth: Pick<Truth, 'kind' | 'service' | 'victims'>;
}

/** Lets the incident happen on the stage. */
export function toStory(stage: Stage, incident: Incident): Story {
  const { cast, clock, name, onsetMs, random, seed } = stage;
  const { chatter, notifiedAtMs, sharedNode, truth } = incident;
  const { change, redHerring, releases } = writeStageReleases(stage, incident.releases);
  return {
    name,
    seed,
    clock,
    topology: buildShop(cast, calmPools(cast)),
    traffic: { curve: writeTraffic(onsetMs, incident.traffic), lossAtFullFault: 0.08 },
    targets: {
      service: cast.front,
      p99QuietMs: random.integer(90, 240),
      errorShareQuiet: random.integer(5, 30) / 10_000,
    },
    disturbances: incident.disturbances,
    resources: [...calmVolumes(stage, incident.resources ?? []), ...(incident.resources ?? [])],
    ...(chatter !== undefined && { chatter }),
    ...(sharedNode !== undefined && { sharedNode }),
    ...(notifiedAtMs !== undefined && { notifiedAtMs }),
    poolFailure: (_owner, target) => ({
      status: 503,
      errorType: 'PoolTimeout',
      message: `connection pool exhausted: no connection to ${target}`,
    }),
    releases,
    configIn: random.pick(['config-map', 'environment']),
    onsetMs,
    alertRule: writeAlertRule(cast, incident.alert),
    truth: { ...truth, ...(change !== undefined && { change }), redHerring, onsetMs },
  };
}

function writeAlertRule(cast: Cast, alert: Incident['alert']): Story['alertRule'] {
  const shared = { severity: 'critical', team: 'storefront', service: cast.front, forMs: 3 * MINUTE_MS };
  return alert.on === 'latency'
    ? { ...shared, name: alertName, thresholdSeconds: alert.thresholdSeconds }
    : { ...shared, name: failureAlertName, thresholdErrorShare: alert.thresholdErrorShare };
}

/** A day like any other; from the onset on as the incident wants it. */
function writeTraffic(onsetMs: number, later: Incident['traffic']): TrafficCurve {
  const points: readonly (readonly [number, number])[] = [
    [-26 * HOUR_MS, 1],
    [-24 * HOUR_MS, 1.04],
    [-18 * HOUR_MS, 1.3],
    [-9 * HOUR_MS, 1.2],
    [-2 * HOUR_MS, 1.02],
    [-1 * MINUTE_MS, 1],
    ...(later ?? [[HOUR_MS, 1.04]]),
  ];
  return points.map(([offsetMs, factor]) => ({ atMs: onsetMs + offsetMs, factor }));
}

/** Wide enough for any traffic. */
function calmPools(cast: Cast): PoolSpec[] {
  return CALLS.filter(([caller, callee]) => caller !== 'orders' || callee !== 'accounts').map(
    ([caller, callee]) => ({
      owner: cast[caller],
      target: cast[callee],
      acquireTimeoutMs: 5000,
      quietUse: 9,
      limits: [{ atMs: 0, max: 60 }],
    }),
  );
}

/** Services that write to a disk, except those whose disk is part of the story. */
function calmVolumes({ cast, clock, random }: Stage, told: readonly ResourceEffect[]): ResourceEffect[] {
  return [cast.database, cast.orders, cast.payments].flatMap((service) => {
    const used = random.between(0.3, 0.62);
    const perTick = random.between(0.005, 0.02) / clock.ticks;
    const known = told.some((effect) => effect.service === service && effect.diskUsed !== undefined);
    return known ? [] : [{ service, diskUsed: (tick: number) => used + tick * perTick }];
  });
}
