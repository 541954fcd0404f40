import type { MetricPoint } from '@midwatch/core';
import { ascending, quantile } from '../statistics/quantile.js';
import type { TypicalLevel } from './typical-level.js';

export interface LevelChange {
  readonly direction: 'up' | 'down';
  readonly onsetMs: number;
  readonly after: number;
  readonly peak: number;
  readonly lasting: boolean;
  readonly strength: number;
}

/** Of the points after onset, so many must be out of the ordinary; a noisy level falls back now and then. */
const LASTING_SHARE = 0.7;
/** A change that came back needs more than a blip to be told at all. */
const LEAST_PASSING_POINTS = 2;
const PASSING_FACTOR = 0.5;

/** How many times its ordinary bounds a value lies from the median; positive is up. */
function excess(value: number, { median: ordinary, upward, downward }: TypicalLevel): number {
  const difference = value - ordinary;
  return difference >= 0 ? difference / upward : difference / downward;
}

/**
 * The change of level in the window: the split after which points are out of the ordinary and before which they are not, as
 * far as a single split can say. One pass in each direction.
 */
export function findLevelChange(
  points: readonly MetricPoint[],
  typical: TypicalLevel,
): LevelChange | undefined {
  const changes = ([1, -1] as const).flatMap((sign) => changeTowards(points, typical, sign) ?? []);
  return changes.sort((one, other) => other.strength - one.strength)[0];
}

function changeTowards(
  points: readonly MetricPoint[],
  typical: TypicalLevel,
  sign: 1 | -1,
): LevelChange | undefined {
  const beyond = points.map(([, value]) => sign * excess(value, typical) > 1);
  const onset = bestSplit(beyond);
  if (onset === undefined) return undefined;
  const tail = points.slice(onset);
  const outside = tail.filter((_, index) => beyond[onset + index]);
  const share = outside.length / tail.length;
  const lasting = share >= LASTING_SHARE && (beyond.at(-1) === true || beyond.at(-2) === true);
  if (!lasting && outside.length < LEAST_PASSING_POINTS) return undefined;
  const values = ascending((lasting ? tail : outside).map(([, value]) => value));
  const after = quantile(values, 0.5);
  const peak = (sign === 1 ? values.at(-1) : values[0]) ?? after;
  // 1 at the bound of the ordinary; doubling the distance matters much at first and little later.
  const distance = Math.max(0, sign * excess(after, typical));
  const certainty = Math.min(1, outside.length / 3);
  const strength = (1 - Math.exp(-distance / 3)) * certainty * (lasting ? 1 : PASSING_FACTOR);
  return {
    direction: sign === 1 ? 'up' : 'down',
    onsetMs: points[onset]?.[0] ?? 0,
    after,
    peak,
    lasting,
    strength,
  };
}

/** Where "ordinary before, beyond after" is violated least; `undefined` when nothing is beyond. The first point counts. */
function bestSplit(beyond: readonly boolean[]): number | undefined {
  let wrong = beyond.filter((is) => !is).length;
  let least = Number.POSITIVE_INFINITY;
  let split: number | undefined;
  for (const [index, is] of beyond.entries()) {
    if (is && wrong < least) [least, split] = [wrong, index];
    // What lies before the next split is right when it is ordinary.
    wrong += is ? 1 : -1;
  }
  return split;
}
