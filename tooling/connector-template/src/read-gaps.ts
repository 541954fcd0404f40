import { ConnectorError, type Gap, type SignalQuery } from '@midwatch/core';
import type { ReadItems } from './read-pages.js';
import type { TimeSlice } from './time-slices.js';

/** What of a slice was not read. */
export function toGaps(
  { invalid, items, stopped }: ReadItems<unknown>,
  { limit, window }: TimeSlice,
  keep: SignalQuery['keep'],
): readonly Gap[] {
  const gaps: Gap[] = [];
  if (items.length > limit) {
    const reason = keep === 'spread' ? 'sampled' : 'row-limit';
    gaps.push({ reason, window, missing: { count: items.length - limit, exact: false } });
  }
  if (stopped !== undefined) gaps.push({ reason: stopped, window });
  if (invalid > 0) gaps.push({ reason: 'invalid-item', window, missing: { count: invalid, exact: true } });
  return gaps;
}

/** A slice of which nothing was read, while others were. */
export function toLostGap(error: unknown, { window }: TimeSlice): Gap {
  const late = ConnectorError.is(error) && error.code === 'timeout';
  return { reason: late ? 'deadline' : 'page-failure', window };
}
