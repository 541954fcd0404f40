import type { MetricSignal, Signal } from '../connector/v1/signal.js';

/** The signals of several queries as one list: unique by id, ascending in time. Earlier lists win. */
export function mergeSignals<S extends Signal>(lists: readonly (readonly S[])[]): readonly S[] {
  const byIdentity = new Map<string, S>();
  const ids = new Set<string>();
  for (const list of lists) {
    for (const signal of list) {
      const identity = identityOf(signal);
      const known = byIdentity.get(identity);
      if (known !== undefined) byIdentity.set(identity, better(known, signal));
      else byIdentity.set(identity, withFreeId(signal, ids));
    }
  }
  return Array.from(byIdentity.values()).sort(byTime);
}

/**
 * A trace is the same at every backend that stores it. A series is another one over another time or at another step,
 * even when its connector gives it the same id.
 */
function identityOf(signal: Signal): string {
  if (signal.kind === 'traces') return signal.traceId;
  if (signal.kind === 'metrics') return `${signal.id} ${extentOf(signal)}`;
  return signal.id;
}

function extentOf({ points }: MetricSignal): string {
  return `${points.length} ${points[0]?.[0]} ${points.at(-1)?.[0]}`;
}

function better<S extends Signal>(known: S, other: S): S {
  // The id stays, so that an answer that comes later changes nothing that was cited.
  return richness(other) > richness(known) ? { ...other, id: known.id } : known;
}

/** How much one copy tells: of a trace its spans; of a deploy what it changed, then who and why. */
function richness(signal: Signal): number {
  if (signal.kind === 'traces') return signal.spans.length;
  if (signal.kind !== 'deploys') return 0;
  const { changes, summary, actor, previousVersion } = signal;
  return 10 * changes.length + [summary, actor, previousVersion].filter((text) => text !== undefined).length;
}

function withFreeId<S extends Signal>(signal: S, ids: Set<string>): S {
  let id = signal.id;
  for (let count = 1; ids.has(id); count++) id = `${signal.id}-${count}`;
  ids.add(id);
  return id === signal.id ? signal : { ...signal, id };
}

function byTime(one: Signal, other: Signal): number {
  return (
    one.timestampMs - other.timestampMs ||
    compare(one.timeUnixNano.padStart(20, '0'), other.timeUnixNano.padStart(20, '0')) ||
    compare(one.id, other.id)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
