import { type BriefCourse, briefCourseWords } from '@midwatch/core/incident';
import { formatTime } from './quantity.js';

/** Older than this, a last value says nothing of now. */
const RECENT_MS = 5 * 60_000;
/** Two thirds of them tell a direction; fewer could be noise. */
const MIN_POINTS = 4;
/** Of the way from the usual level to the worst one: less than this is no movement. */
const MOVED = 0.15;
/** What is nearer to the usual level than this is back there. */
const BACK = 0.1;

export interface CourseInput {
  readonly points: readonly (readonly [number, number])[];
  /** The usual level. */
  readonly before: number;
  /** The last value: of several that one point stands for, the point has the worst. */
  readonly now: number;
  readonly direction: 'up' | 'down';
  readonly onsetMs: number;
  readonly nowMs: number;
}

/** Whether a number gets worse, stays, recovers or is back, by the medians of the newest thirds of its points since onset. */
export function courseOf({ points, before, now, direction, onsetMs, nowMs }: CourseInput): BriefCourse {
  const sign = direction === 'up' ? 1 : -1;
  const since = points
    .filter(([atMs, value]) => atMs >= onsetMs && Number.isFinite(value))
    .map(([atMs, value]) => [atMs, (value - before) * sign] as const);
  const last = since.at(-1);
  if (last === undefined || since.length < MIN_POINTS || nowMs - last[0] > RECENT_MS) return 'unknown';
  const worst = since.reduce((most, [, excess]) => Math.max(most, excess), 0);
  if (worst <= 0) return 'unknown';
  const third = Math.max(2, Math.floor(since.length / 3));
  const recent = median(since.slice(-third).map(([, excess]) => excess));
  const earlier = median(since.slice(-2 * third, -third).map(([, excess]) => excess));
  if (median(since.slice(-2).map(([, excess]) => excess)) <= BACK * worst) return 'over';
  // One value at the usual level, as between two restarts, is no end; but neither does it hold or grow.
  if ((now - before) * sign <= BACK * worst) return 'recovering';
  const moved = (recent - earlier) / worst;
  return moved >= MOVED ? 'worse' : moved <= -MOVED ? 'recovering' : 'steady';
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** The end of a sentence that has just told the last value. */
export function sayCourse(course: BriefCourse, lastAtMs: number | undefined, nowMs: number): string {
  if (course !== 'unknown') return briefCourseWords[course];
  if (lastAtMs === undefined || nowMs - lastAtMs <= RECENT_MS) return 'too early to say how it goes on';
  return `last read at ${formatTime(lastAtMs, nowMs)}`;
}
