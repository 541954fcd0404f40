import type { MetricRole } from '@midwatch/core';

/**
 * How far apart two values of a series are. Ratios are compared by difference; everything else by proportion, since
 * twice the latency means the same for a fast and for a slow service, down to `resolution`, below which nobody cares.
 */
export interface NoiseScale {
  /** Maps a value so that equal steps are equally remarkable. */
  toLevel(value: number): number;
  /** Differences below it are noise, however still the series is. */
  readonly floor: number;
  /** A difference that is as remarkable as can be. */
  readonly full: number;
}

/** A tenth: no metric is that exact that less would tell anything. */
const RELATIVE_FLOOR = 0.1;
/** Tenfold. */
const RELATIVE_FULL = Math.log(10);

const resolutionByUnit: ReadonlyMap<string, number> = new Map([
  ['s', 0.02],
  ['ms', 20],
  ['us', 20_000],
  ['ns', 20_000_000],
  ['min', 0.000_33],
  ['By', 1_048_576],
  ['KiBy', 1_024],
  ['kBy', 1_000],
  ['MiBy', 1],
  ['MBy', 1],
  ['GiBy', 0.001],
  ['GBy', 0.001],
  ['By/s', 10_240],
  ['m{cpu}', 20],
  ['{cpu}', 0.02],
]);

/** The scale of a series by its role, else by its unit; `typical` is the baseline's middle value. */
export function noiseScaleOf(role: MetricRole | undefined, unit: string, typical: number): NoiseScale {
  if (role === 'error.ratio') return linear(0.005, 0.1);
  if (role === 'cpu.throttling') return linear(0.03, 0.5);
  // Any restart counts, also the first of none.
  if (role === 'restarts') return linear(0.2, 2);
  if (role === 'cpu.usage' && unit !== 'm{cpu}' && unit !== '%') return relative(0.02);
  if (role === 'disk.usage' && unit === '1') return linear(0.02, 0.3);
  if (unit === '%') return linear(1.5, 30);
  if (unit === '1' && typical >= 0 && typical <= 1) return linear(0.02, 0.4);
  const resolution = resolutionByUnit.get(unit);
  if (resolution !== undefined) return relative(resolution);
  if (unit.startsWith('{') || unit === '1') return relative(unit.endsWith('/s') ? 0.1 : 1);
  // An unknown unit says nothing of its size: the series itself does.
  return relative(Math.abs(typical) / 10 || 1);
}

function linear(floor: number, full: number): NoiseScale {
  return { toLevel: (value) => value, floor, full };
}

/** Linear below the resolution, logarithmic above it, alike on both sides of zero. */
function relative(resolution: number): NoiseScale {
  return {
    toLevel: (value) => Math.sign(value) * Math.log1p(Math.abs(value) / resolution),
    floor: RELATIVE_FLOOR,
    full: RELATIVE_FULL,
  };
}
