import { type Release, releasesOf } from '../deploys/release.js';
import { type Clock, tickAt } from './clock.js';
import { createRandom, type Random } from './random.js';
import type { ServiceSpec, Topology } from './topology.js';

/** One pod of one release; alive from `fromTick` up to and without `toTick`. */
export interface Pod {
  readonly service: string;
  readonly name: string;
  readonly replicaSet: string;
  /** Counts the pods of one release from 0. */
  readonly index: number;
  readonly node: string;
  readonly address: string;
  readonly release: Release;
  readonly fromTick: number;
  readonly toTick: number;
  /** Share of its service's requests. */
  readonly share: number;
  /** Ticks it had already run when simulated time began. */
  readonly ageTicks: number;
}

const POD_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const TICKS_BETWEEN_PODS = 1;

/** All pods of all services over simulated time: each release replaces the pods of the one before, one by one. */
export function rollOut(
  seed: string,
  clock: Clock,
  topology: Topology,
  releases: readonly Release[],
): readonly Pod[] {
  return topology.services.flatMap((service) => {
    const random = createRandom(seed, 'pods', service.name);
    const own = releasesOf(releases, service.name).filter(
      (_release, index, all) => (all[index + 1]?.deployedAtMs ?? Number.POSITIVE_INFINITY) > clock.startMs,
    );
    return own.flatMap((release, index) => podsOf(service, release, own[index + 1], clock, random));
  });
}

function podsOf(
  service: ServiceSpec,
  release: Release,
  next: Release | undefined,
  clock: Clock,
  random: Random,
): Pod[] {
  const replicaSet = `${service.name}-${letters(random, 9)}`;
  return Array.from({ length: service.replicas }, (_, index) => {
    const delay = index * TICKS_BETWEEN_PODS;
    const middle = (service.replicas - 1) / 2;
    const startsInside = release.deployedAtMs > clock.startMs;
    return {
      service: service.name,
      name: `${replicaSet}-${letters(random, 5)}`,
      replicaSet,
      index,
      node: `node-${random.integer(1, 9)}`,
      address: `10.${random.integer(20, 60)}.${random.integer(0, 250)}.${random.integer(2, 250)}:${service.port}`,
      release,
      fromTick: startsInside ? tickAt(clock, release.deployedAtMs) + delay : 0,
      toTick: next === undefined ? clock.ticks + 1 : tickAt(clock, next.deployedAtMs) + delay,
      share: (1 + 0.03 * (index - middle)) / service.replicas,
      ageTicks: startsInside ? 0 : random.integer(2_000, 40_000),
    };
  });
}

export function isAlive(pod: Pod, tick: number): boolean {
  return pod.fromTick <= tick && tick < pod.toTick;
}

function letters(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick([...POD_LETTERS])).join('');
}
