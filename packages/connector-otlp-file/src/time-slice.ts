import type { TimeWindow } from '@midwatch/core';

/** The items of a half-open window, from a list that ascends in time. */
export function sliceWindow<T>(
  ascending: readonly T[],
  { startMs, endMs }: TimeWindow,
  timeOf: (item: T) => number,
): T[] {
  return ascending.slice(firstFrom(ascending, startMs, timeOf), firstFrom(ascending, endMs, timeOf));
}

/** The index of the first item at or after a time. */
function firstFrom<T>(ascending: readonly T[], timeMs: number, timeOf: (item: T) => number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = ascending[middle];
    if (item !== undefined && timeOf(item) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
