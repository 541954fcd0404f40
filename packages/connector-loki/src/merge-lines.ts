import type { Gap, SignalQueryByKind } from '@midwatch/core';
import { type LogLine, sortByTime } from './log-lines.js';
import type { ReadResult } from './read-lines.js';

export type ReadOfQuery = ReadResult & { readonly queryId: string };

export interface MergedLines {
  readonly lines: readonly LogLine[];
  readonly gaps: readonly Gap[];
  /** Which query brought a line, by the line's key; the first of several. */
  readonly queryIds: ReadonlyMap<string, string>;
}

/** The lines of several queries as one answer: each once, in time, within the limit. */
export function mergeLines(
  results: readonly ReadOfQuery[],
  limit: number,
  keep: SignalQueryByKind['logs']['keep'],
): MergedLines {
  const gaps = results.flatMap((result) => result.gaps);
  const queryIds = new Map<string, string>();
  const distinct: LogLine[] = [];
  for (const { lines, queryId } of results) {
    for (const line of lines) {
      if (queryIds.has(line.key)) continue;
      queryIds.set(line.key, queryId);
      distinct.push(line);
    }
  }
  const sorted = results.length > 1 ? sortByTime(distinct) : distinct;
  const dropped = sorted.length - limit;
  if (dropped <= 0) return { lines: sorted, gaps, queryIds };
  const exact = !gaps.some((gap) => gap.reason === 'row-limit');
  return {
    lines: keepSome(sorted, limit, keep),
    gaps: [...gaps, { reason: 'row-limit', missing: { count: dropped, exact } }],
    queryIds,
  };
}

function keepSome(
  sorted: readonly LogLine[],
  limit: number,
  keep: SignalQueryByKind['logs']['keep'],
): readonly LogLine[] {
  if (keep === 'newest') return sorted.slice(-limit);
  if (keep === 'oldest') return sorted.slice(0, limit);
  return sorted.filter(
    (_, index) =>
      Math.floor((index * limit) / sorted.length) !== Math.floor(((index - 1) * limit) / sorted.length),
  );
}
