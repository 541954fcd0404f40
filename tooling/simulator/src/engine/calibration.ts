import type { Disturbance } from './disturbance.js';
import {
  countBuckets,
  countsToShape,
  disturbedValues,
  quietValues,
  restlessValues,
  sampleVisits,
  shapeQuantile,
  solveRising,
  toShape,
  type VisitSample,
  type WeightedValue,
} from './latency.js';
import type { Moment } from './request.js';
import { findOperation, findService, type Topology } from './topology.js';

/** What the alerting service's own metrics must show; the story's numbers. */
export interface Targets {
  readonly service: string;
  readonly p99QuietMs: number;
  readonly errorShareQuiet: number;
  /** For a fault that is tuned until these numbers are met: a pool that runs full. */
  readonly fault?: FaultTargets;
}

export interface FaultTargets {
  /** Just before the fault bites, with the limit already in force. */
  readonly p99StrainedMs: number;
  readonly p99FaultMs: number;
  readonly errorShareFault: number;
}

export interface Calibration {
  readonly latencyScale: number;
  readonly strainMeanMs: number;
  /** For an operation's error weight of 1. */
  readonly errorShare: number;
  readonly disturbances: readonly Disturbance[];
  /** Undisturbed visits, as sampled at scale 1. */
  readonly samples: readonly VisitSample[];
}

/** The one disturbance whose failures make the story, with the knobs that calibration turns. */
export interface TunableDisturbance {
  readonly disturbance: Disturbance;
  /** Shape of the failed delays: `exponent` large means that few are long. */
  readonly failedDelayMs: (unit: number, exponent: number) => number;
}

/** Turns the knobs until the alerting service shows the story's numbers through its own histogram. */
export function calibrate(
  topology: Topology,
  targets: Targets,
  tunable: TunableDisturbance | undefined,
  others: readonly Disturbance[],
  strains: Moment['strains'],
  seed: string,
): Calibration {
  const drafts = tunable === undefined ? others : [tunable.disturbance, ...others];
  const samples = sampleVisits(topology, drafts, strains, seed);
  const front: Front = {
    samples: samples.filter(
      (sample) => findOperation(topology, sample.operationId).service === targets.service,
    ),
    bounds: findService(topology, targets.service).bucketBounds,
  };
  const latencyScale = solveRising(targets.p99QuietMs, 0.05, 20, (scale) =>
    p99Ms(restlessValues(front.samples, scale), front),
  );
  const { fault } = targets;
  const strainMeanMs =
    fault === undefined
      ? 0
      : solveRising(fault.p99StrainedMs, 0, 150, (mean) =>
          p99Ms(quietValues(front.samples, latencyScale, mean), front),
        );
  const errorWeight = front.samples.reduce(
    (sum, sample) => sum + sample.weight * errorWeightOf(topology, sample.operationId),
    0,
  );
  const errorShare = (targets.errorShareQuiet * totalWeight(front.samples)) / errorWeight;
  if (tunable !== undefined && fault === undefined)
    throw new TypeError('a pool that runs full needs the numbers that it is to show');
  const tuned =
    tunable === undefined || fault === undefined
      ? []
      : [tune(tunable, { ...targets, ...fault }, front, latencyScale, strainMeanMs)];
  return { latencyScale, strainMeanMs, errorShare, disturbances: [...tuned, ...others], samples };
}

/** The alerting service's visits and histogram. */
interface Front {
  readonly samples: readonly VisitSample[];
  readonly bounds: readonly number[];
}

function tune(
  tunable: TunableDisturbance,
  targets: Targets & FaultTargets,
  front: Front,
  scale: number,
  strainMeanMs: number,
): Disturbance {
  const { id } = tunable.disturbance;
  const spared = front.samples.filter((sample) => !sample.reached.has(id));
  const hitShare = 1 - totalWeight(spared) / totalWeight(front.samples);
  const failShare =
    (targets.errorShareFault - targets.errorShareQuiet) / (1 - targets.errorShareQuiet) / hitShare;
  if (!(failShare > 0 && failShare < 0.9)) {
    throw new RangeError(`${targets.errorShareFault} errors cannot come from ${hitShare} of the requests`);
  }
  const undisturbed = quietValues(spared, scale, strainMeanMs);
  const draft = { ...tunable.disturbance, failShare };
  const served = reweigh(disturbedValues(front.samples, draft, 'served', scale), 1 - failShare);
  const fixed = countBuckets([...undisturbed, ...served], front.bounds);
  const withExponent = (exponent: number): Disturbance => ({
    ...draft,
    failedDelayMs: (unit) => tunable.failedDelayMs(unit, exponent),
  });
  const faultP99Ms = (exponent: number): number => {
    const failed = reweigh(
      disturbedValues(front.samples, withExponent(exponent), 'failed', scale),
      failShare,
    );
    const shape = countsToShape(countBuckets(failed, front.bounds, fixed));
    return shapeQuantile(0.99, shape, front.bounds) * 1000;
  };
  const exponent = 1 / solveRising(targets.p99FaultMs, 1 / 60, 10, (inverse) => faultP99Ms(1 / inverse));
  const reachedMs = faultP99Ms(exponent);
  if (Math.abs(reachedMs / targets.p99FaultMs - 1) > 0.003) {
    throw new RangeError(`a p99 of ${targets.p99FaultMs} ms is out of reach: ${reachedMs} ms`);
  }
  return withExponent(exponent);
}

function p99Ms(values: readonly WeightedValue[], front: Front): number {
  return shapeQuantile(0.99, toShape(values, front.bounds), front.bounds) * 1000;
}

function totalWeight(samples: readonly VisitSample[]): number {
  return samples.reduce((sum, sample) => sum + sample.weight, 0);
}

function reweigh(values: readonly WeightedValue[], factor: number): WeightedValue[] {
  return values.map(({ ms, weight }) => ({ ms, weight: weight * factor }));
}

/** Expected error weight of one request: the operation's own and that of everything it calls. */
function errorWeightOf(topology: Topology, operationId: string): number {
  const operation = findOperation(topology, operationId);
  return operation.calls.reduce(
    (sum, call) => sum + call.share * errorWeightOf(topology, call.to),
    operation.errorWeight,
  );
}
