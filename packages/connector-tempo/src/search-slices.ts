import type { SignalQueryByKind, TimeWindow } from '@midwatch/core';

/** One search: the newest traces of a part of the window. */
export interface SearchSlice {
  readonly window: TimeWindow;
  /** How many traces are looked at; one more is asked for. */
  readonly depth: number;
}

/** Searches that one query sends: two requests are in flight at once, and an answer waits for all. */
const MAX_SLICES = 4;
/** Fewer traces than this are not worth a search. */
const MIN_TRACES_PER_SLICE = 6;
/** A found trace is half a kilobyte, and only its id; those that are then read are chosen among these. */
const SPREAD_DEPTH = 50;
const OLDEST_DEPTH = 200;

/** Tempo knows one order, the newest first. So `newest` is one search, and the other two search slices of the window. */
export function toSearchSlices({ window, limit, keep }: SignalQueryByKind['traces']): SearchSlice[] {
  if (keep === 'newest') return [{ window, depth: limit }];
  if (keep === 'oldest')
    return sliced(window, MAX_SLICES).map((part) => ({ window: part, depth: OLDEST_DEPTH }));
  const count = Math.min(MAX_SLICES, Math.max(1, Math.floor(limit / MIN_TRACES_PER_SLICE)));
  return sliced(window, count).map((part) => ({ window: part, depth: Math.max(SPREAD_DEPTH, limit) }));
}

/** Inner edges are whole seconds, since Tempo takes no others: slices that overlap would find the same traces. */
function sliced({ startMs, endMs }: TimeWindow, count: number): TimeWindow[] {
  const edges = [startMs];
  for (let index = 1; index < count; index++) {
    const edge = Math.round((startMs + ((endMs - startMs) * index) / count) / 1000) * 1000;
    if (edge > (edges.at(-1) ?? startMs) && edge < endMs) edges.push(edge);
  }
  return edges.map((start, index) => ({ startMs: start, endMs: edges[index + 1] ?? endMs }));
}
