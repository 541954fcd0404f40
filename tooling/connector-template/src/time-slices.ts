import type { SignalQuery, TimeWindow } from '@midwatch/core';

/** One request for each: `spread` costs that many. */
const SPREAD_SLICES = 4;

export interface TimeSlice {
  readonly window: TimeWindow;
  readonly limit: number;
}

/**
 * The vendor samples nothing, so that `spread` reads the newest of each part of the window. The shares add up to the limit.
 */
export function toTimeSlices({ keep, limit, window }: SignalQuery): readonly TimeSlice[] {
  const count = keep === 'spread' ? Math.min(SPREAD_SLICES, Math.max(1, limit)) : 1;
  const lengthMs = (window.endMs - window.startMs) / count;
  const border = (index: number) =>
    index === count ? window.endMs : Math.round(window.startMs + lengthMs * index);
  return Array.from({ length: count }, (_, index) => ({
    window: { startMs: border(index), endMs: border(index + 1) },
    limit: Math.floor((limit + index) / count),
  }));
}
