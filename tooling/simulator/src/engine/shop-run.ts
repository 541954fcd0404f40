import type { Calibration } from './calibration.js';
import { type Clock, timeOfTick } from './clock.js';
import { callersFirst, type Fate, failureStatus, fateOf } from './flow.js';
import { disturbedValues, type LatencyShape, quietValues, RESTLESSNESS, toShape } from './latency.js';
import { draftPool, finishPools, type PoolHistory, recordPools } from './pool-history.js';
import { hashText, noiseAt } from './random.js';
import type { Moment } from './request.js';
import { findService, type Operation, type Topology } from './topology.js';
import { type TrafficCurve, trafficAt, trafficNoise } from './traffic.js';

/** Requests of one operation that share a latency distribution and an outcome, counted up to each tick. */
export interface Component {
  readonly shape: LatencyShape;
  /** Set when all of these failed with this status; else they are answered as on any day. */
  readonly failureStatus?: number;
  readonly cumulative: Float64Array;
}

export interface OperationHistory {
  readonly operation: Operation;
  /** Requests a second that end, by tick. */
  readonly rate: Float64Array;
  readonly components: readonly Component[];
  /** Share of requests not failed by a disturbance that fail all the same. */
  readonly ownErrors: number;
}

export interface ShopRun {
  readonly clock: Clock;
  readonly topology: Topology;
  readonly operations: ReadonlyMap<string, OperationHistory>;
  readonly pools: readonly PoolHistory[];
  /** The shop as requests meet it at a tick. */
  readonly momentAt: (tick: number) => Moment;
}

export interface TrafficPlan {
  readonly curve: TrafficCurve;
  /** Requests a second at factor 1, all entries of share 1 together. */
  readonly requestsPerSecond: number;
  /** Share of the demand that stays away while everything hangs: people wait instead of clicking on. */
  readonly lossAtFullFault: number;
}

/** Lets a day pass: counts every operation's requests, tick by tick, by what happened to them. */
export function runShop(
  seed: string,
  clock: Clock,
  topology: Topology,
  traffic: TrafficPlan,
  calibration: Calibration,
  strains: Moment['strains'],
): ShopRun {
  const strained = strains.map((strain) => ({ ...strain, meanMs: calibration.strainMeanMs }));
  const momentAt = (tick: number): Moment => ({
    topology,
    tick,
    latencyScale: calibration.latencyScale,
    disturbances: calibration.disturbances,
    strains: strained,
    errorShare: calibration.errorShare,
  });
  const downwards = callersFirst(topology);
  const upwards = downwards.toReversed();
  const entryShares = new Map(topology.entries.map((entry) => [entry.operation, entry.share]));
  const histories = new Map(
    downwards.map((operation) => [operation.id, draftHistory(seed, operation, clock, calibration, topology)]),
  );
  const pools = topology.pools.map((pool) => draftPool(pool, clock));
  // Fates depend on nothing but the disturbances, and those are the same for most of the day.
  const knownFates = new Map<string, ReadonlyMap<string, Fate>>();
  function fatesAt(moment: Moment): ReadonlyMap<string, Fate> {
    const key = moment.disturbances.map((disturbance) => disturbance.intensity(moment.tick)).join();
    const known = knownFates.get(key);
    if (known !== undefined) return known;
    const fates = new Map<string, Fate>();
    for (const operation of upwards) fates.set(operation.id, fateOf(operation, moment, fates));
    knownFates.set(key, fates);
    return fates;
  }

  for (let tick = 1; tick <= clock.ticks; tick += 1) {
    const moment = momentAt(tick);
    const fates = fatesAt(moment);
    const demand =
      traffic.requestsPerSecond *
      trafficAt(traffic.curve, timeOfTick(clock, tick)) *
      trafficNoise(seed, tick);
    const worst = Math.max(0, ...calibration.disturbances.map((disturbance) => disturbance.intensity(tick)));
    const offered = demand * (1 - traffic.lossAtFullFault * worst);
    const strain = Math.max(0, ...strains.map((one) => one.level(tick)));
    const arriving = new Map<string, number>();
    for (const operation of downwards) {
      const fate = fates.get(operation.id);
      const history = histories.get(operation.id);
      if (fate === undefined || history === undefined) continue;
      const rate = (arriving.get(operation.id) ?? 0) + offered * (entryShares.get(operation.id) ?? 0);
      for (const [index, call] of operation.calls.entries()) {
        arriving.set(call.to, (arriving.get(call.to) ?? 0) + rate * (fate.arrivals[index] ?? 0));
      }
      record(history, fate, rate, strain, tick, clock);
      recordPools(pools, operation, fate, rate, moment, clock);
    }
  }
  finishPools(pools, clock, traffic.curve, topology);
  const operations = new Map<string, OperationHistory>(histories);
  return { clock, topology, operations, pools, momentAt };
}

interface DraftHistory extends OperationHistory {
  ownErrors: number;
  readonly strainable: boolean;
  /** Where this operation's restlessness comes from. */
  readonly noiseKey: number;
}

function draftHistory(
  seed: string,
  operation: Operation,
  clock: Clock,
  calibration: Calibration,
  topology: Topology,
): DraftHistory {
  const { latencyScale: scale, strainMeanMs, disturbances } = calibration;
  const bounds = findService(topology, operation.service).bucketBounds;
  const samples = calibration.samples.filter((sample) => sample.operationId === operation.id);
  const empty = (): Float64Array => new Float64Array(clock.ticks + 1);
  const components: Component[] = [
    { shape: toShape(quietValues(samples, scale * RESTLESSNESS.least, 0), bounds), cumulative: empty() },
    { shape: toShape(quietValues(samples, scale * RESTLESSNESS.most, 0), bounds), cumulative: empty() },
    { shape: toShape(quietValues(samples, scale, strainMeanMs), bounds), cumulative: empty() },
  ];
  for (const disturbance of disturbances) {
    for (const outcome of ['served', 'failed'] as const) {
      components.push({
        shape: toShape(disturbedValues(samples, disturbance, outcome, scale), bounds),
        ...(outcome === 'failed' && { failureStatus: failureStatus(operation, disturbance) }),
        cumulative: empty(),
      });
    }
  }
  return {
    operation,
    rate: empty(),
    components,
    ownErrors: 0,
    strainable: samples.some((sample) => sample.strainUnits > 0),
    noiseKey: hashText(`${seed}/restless/${operation.id}`),
  };
}

function record(
  history: DraftHistory,
  fate: Fate,
  rate: number,
  strain: number,
  tick: number,
  clock: Clock,
): void {
  history.rate[tick] = rate;
  history.ownErrors = fate.ownErrors;
  const level = history.strainable ? strain : 0;
  const disturbed = [...fate.served, ...fate.failed].reduce((sum, share) => sum + share, 0);
  const spared = Math.max(1 - disturbed, 0);
  const sluggish = noiseAt(history.noiseKey, tick);
  const shares = [spared * (1 - level) * (1 - sluggish), spared * (1 - level) * sluggish, spared * level];
  for (const index of fate.served.keys()) shares.push(fate.served[index] ?? 0, fate.failed[index] ?? 0);
  const requests = (rate * clock.tickMs) / 1000;
  for (const [index, component] of history.components.entries()) {
    component.cumulative[tick] = (component.cumulative[tick - 1] ?? 0) + requests * (shares[index] ?? 0);
  }
}
