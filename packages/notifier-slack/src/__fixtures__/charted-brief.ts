import type { Brief, BriefNumber } from '@midwatch/core/incident';
import { sampleBrief as brief, sampleBriefAtMs as nowMs } from '@midwatch/testkit';

const firstMs = nowMs - 40 * 60_000;

/** A point a minute: 0.2 s with some unrest, and from onset on towards 8 s. */
export const points: BriefNumber['points'] = Array.from({ length: 41 }, (_, minute) => {
  const atMs = firstMs + minute * 60_000;
  const unrest = ((minute * 7) % 5) / 50;
  const since = Math.max(0, minute - 31);
  return [atMs, 0.15 + unrest + Math.min(since * 1.6, 8)] as const;
});

/** The brief with a decisive number of enough points for a picture. */
export const chartedBrief: Brief = {
  ...brief,
  numbers: brief.numbers.map((number, index) => (index === 0 ? { ...number, points } : number)),
};
