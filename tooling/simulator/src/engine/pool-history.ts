import { type Clock, timeOfTick } from './clock.js';
import type { Fate } from './flow.js';
import { poolLimitAt } from './pool.js';
import type { Moment } from './request.js';
import { findService, type Operation, type PoolSpec, type Topology } from './topology.js';
import { type TrafficCurve, trafficAt } from './traffic.js';

/** One pool over simulated time. */
export interface PoolHistory {
  readonly pool: PoolSpec;
  /** Per pod, by tick. */
  readonly used: Float64Array;
  readonly waiting: Float64Array;
  /** Requests that gave up waiting, all pods, up to each tick. */
  readonly timeouts: Float64Array;
}

export interface DraftPool extends PoolHistory {
  /** Attempts a second to get a connection, all pods, by tick. */
  readonly attempts: Float64Array;
  /** Share of the attempts that wait, by tick, and their mean wait. */
  readonly delayed: Float64Array;
  meanWaitSeconds: number;
}

export function draftPool(pool: PoolSpec, clock: Clock): DraftPool {
  const empty = (): Float64Array => new Float64Array(clock.ticks + 1);
  return {
    pool,
    used: empty(),
    waiting: empty(),
    timeouts: empty(),
    attempts: empty(),
    delayed: empty(),
    meanWaitSeconds: 0,
  };
}

export function recordPools(
  pools: readonly DraftPool[],
  operation: Operation,
  fate: Fate,
  rate: number,
  moment: Moment,
  clock: Clock,
): void {
  for (const draft of pools) {
    if (draft.pool.owner !== operation.service) continue;
    const { tick } = moment;
    const id = `pool:${draft.pool.owner}:${draft.pool.target}`;
    const disturbance = moment.disturbances.find((one) => one.id === id);
    const hit = disturbance?.intensity(tick) ?? 0;
    for (const [index, call] of operation.calls.entries()) {
      const callee = moment.topology.operations.find((one) => one.id === call.to);
      if (callee?.service !== draft.pool.target) continue;
      const attempts = rate * (fate.attempts[index] ?? 0);
      draft.attempts[tick] = (draft.attempts[tick] ?? 0) + attempts;
      const lost = attempts * hit * (disturbance?.failShare ?? 0);
      draft.timeouts[tick] = (draft.timeouts[tick] ?? 0) + (lost * clock.tickMs) / 1000;
    }
    draft.delayed[tick] = hit;
    if (disturbance !== undefined) draft.meanWaitSeconds = disturbance.servedDelayMs(0.5) / 1000;
  }
}

/** Turns attempts into gauges: in use by load, waiting by Little's law; timeouts become a running sum. */
export function finishPools(
  pools: readonly DraftPool[],
  clock: Clock,
  curve: TrafficCurve,
  topology: Topology,
): void {
  for (const { pool, used, waiting, timeouts, attempts, delayed, meanWaitSeconds } of pools) {
    const quiet = quietAttempts(attempts, clock, curve);
    const { replicas } = findService(topology, pool.owner);
    for (let tick = 1; tick <= clock.ticks; tick += 1) {
      timeouts[tick] = (timeouts[tick] ?? 0) + (timeouts[tick - 1] ?? 0);
      const max = poolLimitAt(pool, timeOfTick(clock, tick));
      const byLoad = Math.min((pool.quietUse * (attempts[tick] ?? 0)) / quiet, max);
      const hit = delayed[tick] ?? 0;
      used[tick] = byLoad * (1 - hit) + max * hit;
      waiting[tick] = (hit * (attempts[tick] ?? 0) * meanWaitSeconds) / replicas;
    }
    const first = used[1] ?? 0;
    used[0] = first;
  }
}

/** Attempts a second at traffic 1: the reading nearest to it. */
function quietAttempts(attempts: Float64Array, clock: Clock, curve: TrafficCurve): number {
  const first = attempts[1] ?? 0;
  return first / trafficAt(curve, timeOfTick(clock, 1)) || 1;
}
