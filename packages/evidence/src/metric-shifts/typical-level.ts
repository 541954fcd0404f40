import type { MetricPoint, MetricRole, MetricSignal } from '@midwatch/core';
import { ascending, median as medianOf, quantile } from '../statistics/quantile.js';

/** What is ordinary for a series, and how far a value may be from it and still be. */
export interface TypicalLevel {
  readonly median: number;
  /** Beyond `median + upward` or below `median - downward` a value is out of the ordinary. Both positive. */
  readonly upward: number;
  readonly downward: number;
}

interface NoiseFloor {
  readonly absolute: number;
  readonly relative: number;
}

/**
 * Differences below these do not matter to anybody, however still the series is: an absolute one in the role's unit, and one
 * in proportion to the ordinary level.
 */
const floors: Partial<Record<MetricRole, NoiseFloor>> = {
  'error.ratio': { absolute: 0.01, relative: 0.5 },
  'latency.p50': { absolute: 0.01, relative: 0.3 },
  'latency.p95': { absolute: 0.02, relative: 0.3 },
  'latency.p99': { absolute: 0.03, relative: 0.3 },
  'request.rate': { absolute: 0.05, relative: 0.3 },
  'cpu.throttling': { absolute: 0.05, relative: 0.5 },
  'cpu.usage': { absolute: 0.05, relative: 0.3 },
  restarts: { absolute: 0.5, relative: 0 },
  'connections.used': { absolute: 1.5, relative: 0.3 },
  'connections.max': { absolute: 0.5, relative: 0.05 },
  'connections.waiting': { absolute: 1.5, relative: 0.5 },
  'queue.depth': { absolute: 5, relative: 0.5 },
  'disk.usage': { absolute: 0.02, relative: 0.1 },
  'memory.usage': { absolute: 0, relative: 0.2 },
};
const otherFloor: NoiseFloor = { absolute: 0, relative: 0.3 };

/** Standard deviations of a normal distribution in a median absolute deviation. */
const MAD_TO_SIGMA = 1.4826;
const SIGMAS = 5;
/** A new level must also leave the range that the baseline itself ran through. */
const RANGE_SHARE = 1.1;

export function toTypicalLevel(baseline: readonly MetricPoint[], { role }: MetricSignal): TypicalLevel {
  const values = ascending(baseline.map(([, value]) => value));
  const median = quantile(values, 0.5);
  const deviation = medianOf(values.map((value) => Math.abs(value - median)));
  const { absolute, relative } = (role === undefined ? undefined : floors[role]) ?? otherFloor;
  const floor = Math.max(absolute, relative * Math.abs(median), Number.EPSILON);
  const noise = Math.max(floor, SIGMAS * MAD_TO_SIGMA * deviation);
  return {
    median,
    upward: Math.max(noise, RANGE_SHARE * ((values.at(-1) ?? median) - median)),
    downward: Math.max(noise, RANGE_SHARE * (median - (values[0] ?? median))),
  };
}
