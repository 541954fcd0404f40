import type { Release } from '../deploys/release.js';
import type { Story } from '../scenarios/story.js';
import { calibrate } from './calibration.js';
import { poolPressure } from './pool.js';
import { hashText } from './random.js';
import { type Pod, rollOut } from './rollout.js';
import { runShop, type ShopRun } from './shop-run.js';
import type { PoolSpec, Topology } from './topology.js';

/** A story that has been lived through: everything that telemetry is read from. */
export interface World {
  readonly story: Story;
  /** Text that every random stream of this world starts from. */
  readonly seed: string;
  readonly run: ShopRun;
  readonly pods: readonly Pod[];
  readonly releases: readonly Release[];
}

const LOAD_PER_SECOND = { least: 120, most: 480 };

export function createWorld(story: Story): World {
  const seed = `${story.name}/${story.seed ?? 'default'}/${hashText(story.topology.namespace)}`;
  const { clock, topology, traffic } = story;
  const pressures = topology.pools
    .map((pool) =>
      poolPressure(
        pool,
        traffic.curve,
        clock,
        story.poolFailure(pool.owner, pool.target, pool.acquireTimeoutMs),
      ),
    )
    .filter((pressure) => pressure.saturates);
  const [first, ...rest] = pressures;
  if (rest.length > 0) throw new TypeError('more than one pool runs full: the story cannot be calibrated');
  const strains = first === undefined ? [] : [first.strain];
  const calibration = calibrate(topology, story.targets, first?.tunable, story.disturbances, strains, seed);
  const requestsPerSecond =
    first === undefined
      ? LOAD_PER_SECOND.least
      : rateFillingPool(first.pool, topology, calibration.samples, calibration.latencyScale);
  const run = runShop(seed, clock, topology, { ...traffic, requestsPerSecond }, calibration, strains);
  const { sharedNode } = story;
  const pods = rollOut(seed, clock, topology, story.releases).map((pod) =>
    sharedNode?.services.includes(pod.service) === true ? { ...pod, node: sharedNode.node } : pod,
  );
  return { story, seed, run, pods, releases: story.releases };
}

/** The traffic at which calls through the pool keep as many connections busy as the story says. */
function rateFillingPool(
  pool: PoolSpec,
  topology: Topology,
  samples: ReturnType<typeof calibrate>['samples'],
  scale: number,
): number {
  const id = `pool:${pool.owner}:${pool.target}`;
  const callees = new Set(
    topology.operations.filter((one) => one.service === pool.target).map((one) => one.id),
  );
  const owners = new Set(
    topology.operations.filter((one) => one.service === pool.owner).map((one) => one.id),
  );
  let calls = 0;
  let weight = 0;
  let seconds = 0;
  for (const sample of samples) {
    if (owners.has(sample.operationId) && sample.reached.has(id)) calls += sample.weight;
    if (!callees.has(sample.operationId)) continue;
    weight += sample.weight;
    seconds += (sample.weight * sample.durationMs * scale) / 1000;
  }
  const replicas = topology.services.find((one) => one.name === pool.owner)?.replicas ?? 1;
  const rate = (pool.quietUse * replicas) / (calls * (seconds / weight));
  return Math.round(Math.min(Math.max(rate, LOAD_PER_SECOND.least), LOAD_PER_SECOND.most));
}
