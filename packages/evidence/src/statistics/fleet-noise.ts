import { judgement } from '../judgement.js';
import { ascending, countAtLeast, median } from './quantile.js';

/** The healthy values of one measure, and how far they lie from their typical value. */
export interface MeasureBaseline {
  /** NaN when the baseline has none. */
  readonly typical: number;
  readonly count: number;
  /** Excess over the typical value, ascending. */
  readonly excess: Float64Array;
}

export function toMeasureBaseline(
  values: readonly number[],
  excessOf: (value: number, typical: number) => number,
): MeasureBaseline {
  const typical = median(values);
  return {
    typical,
    count: values.length,
    excess: ascending(values.map((value) => excessOf(value, typical))),
  };
}

/** How far healthy values of one kind of measure stray, over the whole fleet: what a single outlier is worth. */
export interface FleetNoise {
  /** -ln of the share of healthy observations at least as extreme; its mean on healthy data is about 1. */
  surprise(excess: number, own: MeasureBaseline): number;
  /** The worst healthy excess. */
  readonly worst: number;
  readonly count: number;
}

const { fewestForNoise } = judgement.times;

export function toFleetNoise(baselines: Iterable<MeasureBaseline>): FleetNoise {
  const pooled: number[] = [];
  for (const baseline of baselines) {
    if (baseline.count < fewestForNoise) continue;
    for (const excess of baseline.excess) pooled.push(excess);
  }
  const fleet = ascending(pooled);
  return {
    worst: fleet[fleet.length - 1] ?? 0,
    count: fleet.length,
    surprise(excess, own) {
      const inFleet = (1 + countAtLeast(fleet, excess)) / (fleet.length + 1);
      const inOwn = own.count === 0 ? 0 : countAtLeast(own.excess, excess) / own.count;
      return -Math.log(Math.max(inFleet, inOwn));
    },
  };
}
