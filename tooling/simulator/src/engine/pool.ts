import type { TunableDisturbance } from './calibration.js';
import { type Clock, timeOfTick } from './clock.js';
import type { Strain } from './disturbance.js';
import type { PoolSpec } from './topology.js';
import { type TrafficCurve, trafficAt } from './traffic.js';

/** Offered load over the limit at which the queue starts to grow, and at which everybody waits. */
const SATURATION_BEGINS = 0.97;
const SATURATION_COMPLETE = 1.03;
const STRAIN_BEGINS = 0.5;

export function poolLimitAt(pool: PoolSpec, atMs: number): number {
  const current = pool.limits.findLast((limit) => limit.atMs <= atMs) ?? pool.limits[0];
  if (current === undefined) throw new TypeError(`the pool of ${pool.owner} to ${pool.target} has no limit`);
  return current.max;
}

/** The traffic factor at which requests begin to queue for a limit of `max`. */
export function saturatingTraffic(quietUse: number, max: number): number {
  return (SATURATION_BEGINS * max) / quietUse;
}

/** Offered load over the limit, by tick; from the curve alone, so that noise cannot blur the onset. */
function loads(pool: PoolSpec, curve: TrafficCurve, clock: Clock): Float64Array {
  return Float64Array.from({ length: clock.ticks + 1 }, (_, tick) => {
    const atMs = timeOfTick(clock, tick);
    return (pool.quietUse * trafficAt(curve, atMs)) / poolLimitAt(pool, atMs);
  });
}

export interface PoolPressure {
  readonly pool: PoolSpec;
  readonly tunable: TunableDisturbance;
  readonly strain: Strain;
  /** Whether it ever runs full in simulated time. */
  readonly saturates: boolean;
}

/**
 * What a pool does to the requests that need it. Below its limit it adds small waits; at the limit every request waits
 * up to the acquire timeout, and those whose turn does not come are failed.
 */
export function poolPressure(
  pool: PoolSpec,
  curve: TrafficCurve,
  clock: Clock,
  words: { readonly errorType: string; readonly message: string; readonly status: number },
): PoolPressure {
  const load = loads(pool, curve, clock);
  const place = { kind: 'before-call', caller: pool.owner, callee: pool.target } as const;
  const intensity = (tick: number): number =>
    smoothStep(((load[tick] ?? 0) - SATURATION_BEGINS) / (SATURATION_COMPLETE - SATURATION_BEGINS));
  const level = (tick: number): number =>
    clamp(((load[tick] ?? 0) - STRAIN_BEGINS) / (SATURATION_BEGINS - STRAIN_BEGINS)) ** 2;
  const timeoutMs = pool.acquireTimeoutMs;
  return {
    pool,
    saturates: load.some((value) => value > SATURATION_BEGINS),
    strain: { place, meanMs: 0, level },
    tunable: {
      disturbance: {
        id: `pool:${pool.owner}:${pool.target}`,
        place,
        intensity,
        failShare: 0,
        servedDelayMs: (unit) => timeoutMs * unit ** 0.8,
        failedDelayMs: () => timeoutMs,
        failure: { status: words.status, errorType: words.errorType, message: words.message },
      },
      // A little longer than the timeout: the timer fires late, and more so when many wait.
      failedDelayMs: (unit, exponent) => timeoutMs * (1 + 0.35 * unit ** exponent),
    },
  };
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}

function smoothStep(value: number): number {
  const inside = clamp(value);
  return inside * inside * (3 - 2 * inside);
}
