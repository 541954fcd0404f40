import { judgement } from '../judgement.js';
import {
  type FleetNoise,
  type MeasureBaseline,
  toFleetNoise,
  toMeasureBaseline,
} from '../statistics/fleet-noise.js';
import { median } from '../statistics/quantile.js';
import type { Call, ReadTrace } from './call.js';
import type { HealthyRequests } from './healthy-requests.js';
import { findSurpriseOnset } from './surprise-onset.js';

/** What was measured in one trace: one or several times, as in a loop. */
export interface MeasureUnit {
  readonly trace: ReadTrace;
  readonly calls: Call[];
  totalMs: number;
}

/** One measure of time over all traces, in order of time. */
export interface Measure<Key> {
  readonly key: Key;
  readonly units: MeasureUnit[];
}

/** A measure that became longer at some moment and stayed so. */
export interface TimeShift<Key> {
  readonly key: Key;
  readonly gain: number;
  /** The gain, less what is too short to matter to the whole request, seen too seldom, or perhaps old. */
  readonly weight: number;
  /** Milliseconds per call. */
  readonly typicalMs: number;
  readonly afterMs: number;
  /** The extra time as a share of what the whole request healthily takes. */
  readonly materiality: number;
  /** It is there from the window's start on, so that `onsetMs` tells little. */
  readonly drifts: boolean;
  readonly onsetMs: number;
  readonly after: readonly MeasureUnit[];
  readonly before: readonly MeasureUnit[];
}

/** `call`s must come in order of their traces' time. */
export function addToMeasure<Key>(measure: Measure<Key>, call: Call, ms: number): void {
  const last = measure.units[measure.units.length - 1];
  if (last?.trace === call.trace) {
    last.totalMs += ms;
    last.calls.push(call);
  } else {
    measure.units.push({ trace: call.trace, calls: [call], totalMs: ms });
  }
}

const {
  fewestInBaseline,
  enoughInBaseline,
  minimumGain,
  halfMaterial,
  leastMaterial,
  driftShare,
  onsetGain,
  shortestMs,
} = judgement.times;

interface Scale {
  readonly excess: (ms: number, typicalMs: number) => number;
}
const absolute: Scale = { excess: (ms, typicalMs) => ms - typicalMs };
const relative: Scale = { excess: (ms, typicalMs) => Math.log((ms + shortestMs) / (typicalMs + shortestMs)) };

/**
 * Finds measures with a lasting excess that healthy observations of the whole fleet do not show. `scales`: a wait is
 * judged by its absolute excess; self time also by how many times longer it became.
 */
export function findTimeShifts<Key>(
  measures: readonly Measure<Key>[],
  healthy: HealthyRequests,
  judge: 'absolute' | 'absolute-and-relative',
): readonly TimeShift<Key>[] {
  const scales = judge === 'absolute' ? [absolute] : [absolute, relative];
  const judged = scales.map((scale) => {
    const baselines = new Map<Measure<Key>, MeasureBaseline>();
    for (const measure of measures) {
      baselines.set(measure, toMeasureBaseline(referenceOf(measure).map(perCall), scale.excess));
    }
    return { scale, baselines, noise: toFleetNoise(baselines.values()) };
  });
  const shifts: TimeShift<Key>[] = [];
  for (const measure of measures) {
    const typicalMs = judged[0]?.baselines.get(measure)?.typical ?? Number.NaN;
    const seen = judged[0]?.baselines.get(measure)?.count ?? 0;
    if (seen < fewestInBaseline) continue;
    const shift = shiftOf(measure, typicalMs, healthy, judged[0]?.noise.worst ?? 0, (ms) => {
      let surprise = 0;
      for (const { scale, baselines, noise } of judged) {
        surprise += surpriseOf(noise, scale.excess(ms, typicalMs), baselines.get(measure));
      }
      return surprise / judged.length;
    });
    if (shift !== undefined) shifts.push(shift);
  }
  return shifts;
}

function surpriseOf(noise: FleetNoise, excess: number, own: MeasureBaseline | undefined): number {
  return own === undefined ? 0 : noise.surprise(excess, own);
}

/** The healthy observations; where the baseline has hardly any, those of the window's first third. */
function referenceOf<Key>({ units }: Measure<Key>): readonly MeasureUnit[] {
  const inBaseline = units.filter(({ trace }) => trace.period === 'baseline');
  if (inBaseline.length >= fewestInBaseline) return inBaseline;
  const inWindow = units.filter(({ trace }) => trace.period === 'window');
  return [...inBaseline, ...inWindow.slice(0, Math.floor(inWindow.length / 3))];
}

export function perCall(unit: MeasureUnit): number {
  return unit.totalMs / unit.calls.length;
}

/** Near 0 for what is lost in the request, 1 for what doubles it, more for what multiplies it. */
function fade(materiality: number): number {
  const squared = materiality * materiality;
  return (squared / (squared + halfMaterial * halfMaterial)) * (1 + Math.log1p(materiality) / 4);
}

function shiftOf<Key>(
  measure: Measure<Key>,
  typicalMs: number,
  healthy: HealthyRequests,
  worstMs: number,
  surprise: (ms: number) => number,
): TimeShift<Key> | undefined {
  const inWindow = measure.units.filter((unit) => unit.trace.period === 'window');
  const { gain, split, gainFromStart } = findSurpriseOnset(inWindow.map((unit) => surprise(perCall(unit))));
  if (gain < minimumGain) return undefined;
  const after = inWindow.slice(split);
  const shares = after.map((unit) => {
    const excessMs = unit.totalMs - unit.calls.length * typicalMs;
    return excessMs / healthy.typicalMs(unit.trace);
  });
  const materiality = median(shares.filter((share) => !Number.isNaN(share)));
  if (!(materiality >= leastMaterial)) return undefined;
  const afterMs = median(after.map(perCall));
  const isExtreme = afterMs - typicalMs > worstMs;
  const drifts = !isExtreme && gain - gainFromStart < onsetGain;
  const known = isExtreme ? 1 : Math.min(1, referenceOf(measure).length / enoughInBaseline);
  return {
    key: measure.key,
    gain,
    weight:
      gain * known * (after.length / (after.length + 1)) * fade(materiality) * (drifts ? driftShare : 1),
    typicalMs,
    afterMs,
    materiality,
    drifts,
    onsetMs: after[0]?.trace.startMs ?? 0,
    after,
    before: [
      ...measure.units.filter((unit) => unit.trace.period === 'baseline'),
      ...inWindow.slice(0, split),
    ],
  };
}
