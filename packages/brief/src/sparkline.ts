import type { BriefChart } from '@midwatch/core/incident';
import { formatDuration, formatTime } from './quantity.js';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** With both marks as wide as a phone shows in one row. */
const MAX_BARS = 28;

const ONSET_MARK = '│';
const CHANGE_MARK = '◆';

type Point = readonly [number, number];

/** One bar of the row: when it begins, and how high it is. */
interface Bar {
  readonly atMs: number;
  readonly glyph: string;
}

/** A row of at most 28 bars over the points' range; readable without colour. Empty for fewer than two points. */
export function sparkline(points: readonly Point[]): string {
  return toBars(points)
    .map(({ glyph }) => glyph)
    .join('');
}

function toBars(points: readonly Point[]): readonly Bar[] {
  const finite = points.filter(([atMs, value]) => Number.isFinite(value) && Number.isFinite(atMs));
  if (finite.length < 2) return [];
  const count = Math.min(MAX_BARS, finite.length);
  const peaks = Array.from({ length: count }, (_, bar) => {
    const slice = finite.slice(
      Math.floor((bar * finite.length) / count),
      Math.floor(((bar + 1) * finite.length) / count),
    );
    // The peak and not the mean: a short spike is what people look for.
    return { atMs: slice[0]?.[0] ?? 0, peak: Math.max(...slice.map(([, value]) => value)) };
  });
  const values = peaks.map(({ peak }) => peak);
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return peaks.map(({ atMs, peak }) => {
    const level =
      range > 0 ? Math.min(bars.length - 1, Math.floor(((peak - least) / range) * bars.length)) : 0;
    return { atMs, glyph: bars[level] ?? bars[0] };
  });
}

export interface ChartMarks {
  readonly onsetMs?: number | undefined;
  /** The change that is blamed: `checkout v2`, and when it took effect. */
  readonly change?: { readonly atMs: number; readonly name: string } | undefined;
}

/**
 * The row with its marks set between the bars, where any font keeps them in place, and what they mean in words. Absent for
 * fewer than two points.
 */
export function toChart(points: readonly Point[], marks: ChartMarks, nowMs: number): BriefChart | undefined {
  const all = toBars(points);
  const [first] = all;
  const lastMs = points.at(-1)?.[0];
  if (first === undefined || lastMs === undefined) return undefined;
  const clock = (atMs: number) => formatTime(atMs, nowMs).replace(' UTC', '');
  const isWithin = (atMs: number) => atMs >= first.atMs && atMs <= lastMs;
  const { change, onsetMs } = marks;
  const shown = [
    ...(change !== undefined && isWithin(change.atMs) ? [[change.atMs, CHANGE_MARK] as const] : []),
    ...(onsetMs !== undefined && isWithin(onsetMs) ? [[onsetMs, ONSET_MARK] as const] : []),
  ];
  const row = all.map(({ atMs, glyph }, index) => {
    const nextMs = all[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const here = shown.filter(([markMs]) => markMs >= atMs && markMs < nextMs).map(([, mark]) => mark);
    return `${here.join('')}${glyph}`;
  });
  const legend = [
    `${clock(first.atMs)} to ${clock(lastMs)} UTC`,
    ...(onsetMs === undefined || !isWithin(onsetMs) ? [] : [`${ONSET_MARK} onset ${clock(onsetMs)}`]),
    ...(change === undefined ? [] : [sayChange(change, isWithin(change.atMs), [first.atMs, lastMs], clock)]),
  ];
  return { row: row.join(''), legend: legend.join(', ') };
}

function sayChange(
  { atMs, name }: { readonly atMs: number; readonly name: string },
  isShown: boolean,
  [firstMs, lastMs]: readonly [number, number],
  clock: (atMs: number) => string,
): string {
  if (isShown) return `${CHANGE_MARK} ${name} ${clock(atMs)}`;
  return atMs < firstMs
    ? `${name} came ${formatDuration(firstMs - atMs)} before ${clock(firstMs)}`
    : `${name} came after ${clock(lastMs)}`;
}
