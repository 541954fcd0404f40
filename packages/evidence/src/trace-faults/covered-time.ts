/** Disjoint intervals in order, that tell how much of any span of time they cover in logarithmic time. */
export interface CoveredTime {
  within(from: number, to: number): number;
}

/** `intervals` in any order; they may overlap. */
export function toCoveredTime(intervals: readonly (readonly [from: number, to: number])[]): CoveredTime {
  const starts: number[] = [];
  const ends: number[] = [];
  const coveredBefore: number[] = [];
  let total = 0;
  for (const [from, to] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const last = ends.length - 1;
    const until = ends[last];
    if (until !== undefined && from <= until) {
      if (to > until) {
        total += to - until;
        ends[last] = to;
      }
    } else if (to > from) {
      starts.push(from);
      ends.push(to);
      coveredBefore.push(total);
      total += to - from;
    }
  }
  const coveredUntil = (at: number): number => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    const index = low - 1;
    if (index < 0) return 0;
    const start = starts[index] ?? 0;
    return (coveredBefore[index] ?? 0) + Math.min(at, ends[index] ?? start) - start;
  };
  return { within: (from, to) => (to > from ? coveredUntil(to) - coveredUntil(from) : 0) };
}
