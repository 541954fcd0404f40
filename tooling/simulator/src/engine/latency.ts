import type { Disturbance } from './disturbance.js';
import { createRandom } from './random.js';
import { type Moment, simulateRequest, type Visit } from './request.js';
import { findOperation, type Topology } from './topology.js';

/** A latency distribution as a histogram sees it: share of requests at or below each bound, and the mean. */
export interface LatencyShape {
  readonly cumulative: readonly number[];
  readonly meanSeconds: number;
}

/** One undisturbed visit of an operation, with what a disturbance or strain would have met. */
export interface VisitSample {
  readonly operationId: string;
  readonly durationMs: number;
  readonly strainUnits: number;
  readonly reached: ReadonlyMap<string, number>;
  /** Share of the root entry's requests over its number of samples. */
  readonly weight: number;
}

export interface WeightedValue {
  readonly ms: number;
  readonly weight: number;
}

const SAMPLES_PER_SHARE = 3000;
const SAMPLES_AT_LEAST = 300;
/** Delays drawn for each sample: evenly spread, so that a small sample does not bring its own noise. */
const STRATA = 4;

/** Sends undisturbed requests through the shop and notes every visit they make. */
export function sampleVisits(
  topology: Topology,
  disturbances: readonly Disturbance[],
  strains: Moment['strains'],
  seed: string,
): readonly VisitSample[] {
  const quiet = disturbances.map((disturbance) => ({ ...disturbance, intensity: () => 0 }));
  const relaxed = strains.map((strain) => ({ ...strain, level: () => 0 }));
  const moment = { topology, tick: 0, latencyScale: 1, disturbances: quiet, strains: relaxed, errorShare: 0 };
  const samples: VisitSample[] = [];
  for (const entry of topology.entries) {
    const random = createRandom(seed, 'latency', entry.operation);
    const count = Math.max(SAMPLES_AT_LEAST, Math.round(SAMPLES_PER_SHARE * entry.share));
    for (let index = 0; index < count; index += 1) {
      const root = simulateRequest(findOperation(topology, entry.operation), 0, moment, random);
      collectVisits(root, entry.share / count, samples);
    }
  }
  return samples;
}

function collectVisits(visit: Visit, weight: number, into: VisitSample[]): void {
  const { durationMs, strainUnits, reached } = visit;
  into.push({ operationId: visit.operation.id, durationMs, strainUnits, reached, weight });
  for (const call of visit.calls) {
    if (call.visit !== undefined) collectVisits(call.visit, weight, into);
  }
}

export function quietValues(
  samples: readonly VisitSample[],
  scale: number,
  strainMeanMs: number,
): WeightedValue[] {
  return samples.map(({ durationMs, strainUnits, weight }) => ({
    ms: durationMs * scale + strainUnits * strainMeanMs,
    weight,
  }));
}

/** Latency is never still: from one scrape to the next every time moves between these factors. */
export const RESTLESSNESS = { least: 0.97, most: 1.03 };

/** Undisturbed times over a while: half of them at the lively end, half at the sluggish. */
export function restlessValues(samples: readonly VisitSample[], scale: number): WeightedValue[] {
  return [
    ...quietValues(samples, scale * RESTLESSNESS.least, 0),
    ...quietValues(samples, scale * RESTLESSNESS.most, 0),
  ];
}

/** Times of requests that a disturbance delayed, served or failed; only samples that reach it count. */
export function disturbedValues(
  samples: readonly VisitSample[],
  disturbance: Disturbance,
  outcome: 'served' | 'failed',
  scale: number,
): WeightedValue[] {
  const values: WeightedValue[] = [];
  for (const [index, sample] of samples.entries()) {
    const reachedMs = sample.reached.get(disturbance.id);
    if (reachedMs === undefined) continue;
    for (let stratum = 0; stratum < STRATA; stratum += 1) {
      const unit = (stratum + ((index * 0.618034) % 1)) / STRATA;
      const ms =
        outcome === 'served'
          ? sample.durationMs * scale + disturbance.servedDelayMs(unit)
          : reachedMs * scale + disturbance.failedDelayMs(unit);
      values.push({ ms, weight: sample.weight / STRATA });
    }
  }
  return values;
}

/** Weights by bucket; the last bucket is the one without a bound. */
export interface BucketCounts {
  readonly counts: readonly number[];
  readonly weightedMs: number;
}

/** Sorts values into buckets, on top of what was counted before. */
export function countBuckets(
  values: readonly WeightedValue[],
  boundsSeconds: readonly number[],
  before?: BucketCounts,
): BucketCounts {
  const counts =
    before === undefined ? Array.from({ length: boundsSeconds.length + 1 }, () => 0) : [...before.counts];
  let weightedMs = before?.weightedMs ?? 0;
  for (const { ms, weight } of values) {
    weightedMs += weight * ms;
    let bucket = 0;
    while (bucket < boundsSeconds.length && ms > (boundsSeconds[bucket] ?? 0) * 1000) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + weight;
  }
  return { counts, weightedMs };
}

export function countsToShape({ counts, weightedMs }: BucketCounts): LatencyShape {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let running = 0;
  const cumulative = counts.slice(0, -1).map((count) => {
    running += count;
    return total === 0 ? 0 : running / total;
  });
  return { cumulative, meanSeconds: total === 0 ? 0 : weightedMs / total / 1000 };
}

export function toShape(values: readonly WeightedValue[], boundsSeconds: readonly number[]): LatencyShape {
  return countsToShape(countBuckets(values, boundsSeconds));
}

/** The quantile that a Prometheus would read from such a histogram: straight lines inside a bucket. */
export function shapeQuantile(
  quantile: number,
  shape: LatencyShape,
  boundsSeconds: readonly number[],
): number {
  const bucket = shape.cumulative.findIndex((share) => share >= quantile);
  if (bucket === -1) return boundsSeconds.at(-1) ?? Number.NaN;
  const upper = boundsSeconds[bucket] ?? Number.NaN;
  const lower = bucket === 0 ? 0 : (boundsSeconds[bucket - 1] ?? 0);
  const below = bucket === 0 ? 0 : (shape.cumulative[bucket - 1] ?? 0);
  const inside = (shape.cumulative[bucket] ?? 0) - below;
  return lower + ((upper - lower) * (quantile - below)) / inside;
}

/** Finds `x` in [low, high] where a rising function reaches `target`; the nearer end when it never does. */
export function solveRising(target: number, low: number, high: number, read: (x: number) => number): number {
  let [left, right] = [low, high];
  for (let step = 0; step < 32; step += 1) {
    const middle = (left + right) / 2;
    if (read(middle) < target) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}
