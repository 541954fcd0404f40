import type { SignalQueryByKind, TimeWindow } from '@midwatch/core';

/** One search that is sent. */
export interface SearchPart {
  readonly service: string;
  readonly window: TimeWindow;
  /** How many traces are wanted; one more is asked for. */
  readonly limit: number;
}

/** Searches that one query may send. */
const MAX_PARTS = 12;
/** Sub-windows that `spread` and `oldest` are searched in: two requests are in flight at once, and an answer waits for all. */
const MAX_SLICES = 4;
/** Fewer traces than this are not worth a request. */
const MIN_TRACES_PER_SLICE = 10;

/**
 * Jaeger knows no order: it gives about the newest traces. So `newest` is one search for each service, and the other two
 * search equal slices of the window.
 */
export function toSearchParts(
  { window, limit, keep }: SignalQueryByKind['traces'],
  services: readonly string[],
): SearchPart[] {
  const perService = Math.ceil(limit / Math.max(1, services.length));
  const affordable = Math.min(MAX_SLICES, Math.floor(MAX_PARTS / Math.max(1, services.length)));
  const worthwhile = Math.floor(perService / MIN_TRACES_PER_SLICE);
  const slices = keep === 'newest' ? 1 : keep === 'oldest' ? affordable : Math.min(affordable, worthwhile);
  const windows = sliced(window, Math.max(1, slices));
  // Slices of `oldest` must each hold the whole limit: all of them may lie in the first one.
  const perPart = keep === 'oldest' ? limit : Math.ceil(perService / windows.length);
  return services.flatMap((service) => windows.map((part) => ({ service, window: part, limit: perPart })));
}

function sliced({ startMs, endMs }: TimeWindow, count: number): TimeWindow[] {
  const edges = Array.from(
    { length: count + 1 },
    (_, index) => startMs + Math.round(((endMs - startMs) * index) / count),
  );
  return edges.slice(1).map((end, index) => ({ startMs: edges[index] ?? startMs, endMs: end }));
}

/** More services than this are not searched when none is named. */
const MAX_SERVICES = 6;
const entryName = /(?:^|[-_.])(?:gateway|ingress|edge|frontend|front|proxy|web|www|api|bff)(?:$|[-_.])/i;

/** Where calls come in, by name: a search for one service brings whole traces, so the entries cover the most. */
export function entryServices(services: readonly string[]): string[] {
  const entries = services.filter((service) => entryName.test(service));
  const others = services.filter((service) => !entryName.test(service));
  return [...entries, ...others].slice(0, MAX_SERVICES);
}
