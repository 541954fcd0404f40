import type { BriefNumber } from '@midwatch/core/incident';

export type Point = readonly [atMs: number, value: number];

/** What a chart is drawn from; the baseline is what was usual before onset. */
export interface ChartScale {
  readonly points: readonly Point[];
  readonly firstMs: number;
  readonly lastMs: number;
  readonly low: number;
  readonly high: number;
  readonly usual: { readonly low: number; readonly high: number };
}

/** Fewer say nothing that the row of bars does not. */
const MIN_POINTS = 8;
/** More than pixels would be lost; a brief holds at most 60. */
const MAX_POINTS = 1000;
/** Beyond it a range overflows. */
const MAX_VALUE = 1e300;
/** A time of day exists for these. */
const MAX_TIME_MS = 8.64e15;

/** The ranges of both axes; absent for too few points, or all at one time. */
export function toChartScale(
  number: Pick<BriefNumber, 'points' | 'before'>,
  onsetMs: number,
): ChartScale | undefined {
  const points = number.points
    .filter(([atMs, value]) => Math.abs(atMs) <= MAX_TIME_MS && Math.abs(value) <= MAX_VALUE)
    .slice(-MAX_POINTS)
    .sort(([one], [other]) => one - other);
  const [firstMs, lastMs] = [points[0]?.[0], points.at(-1)?.[0]];
  if (points.length < MIN_POINTS || firstMs === undefined || lastMs === undefined || firstMs === lastMs) {
    return undefined;
  }
  const usual = usualRange(points, number.before, onsetMs);
  const values = points.map(([, value]) => value);
  const least = Math.min(...values, usual.low);
  const most = Math.max(...values, usual.high);
  // From zero, unless that would flatten the line: half of a thing should look like half.
  const isFromZero = least >= 0 && least <= most / 2;
  const room = most > least ? (most - least) * 0.1 : Math.abs(most) * 0.1 || 1;
  const low = isFromZero ? 0 : least - room;
  return { points, firstMs, lastMs, low, high: most > low ? most : most + room, usual };
}

/** Between the tenth and the ninetieth percentile before onset; the usual level alone where nothing is before it. */
function usualRange(points: readonly Point[], before: number, onsetMs: number): ChartScale['usual'] {
  const values = points.filter(([atMs]) => atMs < onsetMs).map(([, value]) => value);
  const sorted = values.sort((one, other) => one - other);
  const rank = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const level = Math.abs(before) <= MAX_VALUE ? before : (points[0]?.[1] ?? 0);
  return { low: rank(0.1) ?? level, high: rank(0.9) ?? level };
}

/** What belongs together as a line: where three points and more are missing, nobody knows how it went. */
export function toRuns(points: readonly Point[]): readonly (readonly Point[])[] {
  const steps = points.slice(1).map(([atMs], index) => atMs - (points[index]?.[0] ?? atMs));
  const step = steps.toSorted((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 0;
  const runs: Point[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && point[0] - last[0] <= step * 3) run.push(point);
    else runs.push([point]);
  }
  return runs;
}
