import type { CallEdge } from '@midwatch/core/incident';

export interface PlacedService {
  readonly name: string;
  readonly layer: number;
  /** Within its layer. */
  readonly index: number;
}

export interface PlacedCalls {
  readonly services: readonly PlacedService[];
  readonly layers: readonly (readonly string[])[];
  readonly edges: readonly CallEdge[];
}

/** More is no picture any more; those around suspects are kept. */
const MAX_SERVICES = 24;

/** Callers above callees, by the longest way from an entry; calls in a circle do not count for the layer. Each layer is ordered by its callers. */
export function layerCalls(all: readonly CallEdge[], important: ReadonlySet<string>): PlacedCalls {
  const kept = keep(all, important);
  const edges = all.filter(({ callee, caller }) => callee !== caller && kept.has(caller) && kept.has(callee));
  const layerOf = new Map([...kept].map((name) => [name, 0]));
  const forward = withoutCircles(edges, kept);
  // The longest way is at most as many steps as there are services.
  for (let round = 0; round < kept.size; round++) {
    let isDone = true;
    for (const { callee, caller } of forward) {
      const wanted = (layerOf.get(caller) ?? 0) + 1;
      if ((layerOf.get(callee) ?? 0) >= wanted) continue;
      layerOf.set(callee, wanted);
      isDone = false;
    }
    if (isDone) break;
  }
  const layers = order(layerOf, forward);
  const services = layers.flatMap((names, layer) => names.map((name, index) => ({ name, layer, index })));
  return { services, layers, edges };
}

/** Important ones and their neighbours first, then those of most calls. */
function keep(edges: readonly CallEdge[], important: ReadonlySet<string>): ReadonlySet<string> {
  const weights = new Map<string, number>();
  for (const { callee, caller, calls } of edges) {
    const bonus = important.has(caller) || important.has(callee) ? 1e9 : 0;
    for (const name of [caller, callee])
      weights.set(name, Math.max(weights.get(name) ?? 0, calls + bonus + (important.has(name) ? 1e12 : 0)));
  }
  const byWeight = [...weights].sort((one, other) => other[1] - one[1]);
  return new Set(byWeight.slice(0, MAX_SERVICES).map(([name]) => name));
}

/** Leaves out what leads back to a service that is being walked. */
function withoutCircles(edges: readonly CallEdge[], names: ReadonlySet<string>): readonly CallEdge[] {
  const state = new Map<string, 'open' | 'done'>();
  const forward: CallEdge[] = [];
  const walk = (name: string) => {
    state.set(name, 'open');
    for (const edge of edges.filter(({ caller }) => caller === name)) {
      if (state.get(edge.callee) === 'open') continue;
      forward.push(edge);
      if (!state.has(edge.callee)) walk(edge.callee);
    }
    state.set(name, 'done');
  };
  const called = new Set(edges.map(({ callee }) => callee));
  for (const name of [...names].sort((one, other) => Number(called.has(one)) - Number(called.has(other))))
    if (!state.has(name)) walk(name);
  return forward;
}

function order(
  layerOf: ReadonlyMap<string, number>,
  edges: readonly CallEdge[],
): readonly (readonly string[])[] {
  const depth = Math.max(-1, ...layerOf.values()) + 1;
  const layers = Array.from({ length: depth }, (_, layer) =>
    [...layerOf].filter(([, each]) => each === layer).map(([name]) => name),
  );
  const place = new Map<string, number>();
  return layers.map((names) => {
    const middle = (name: string) => {
      const callers = edges
        .filter(({ callee }) => callee === name)
        .flatMap(({ caller }) => place.get(caller) ?? []);
      return callers.length === 0 ? 0.5 : callers.reduce((sum, each) => sum + each, 0) / callers.length;
    };
    const sorted = names.toSorted((one, other) => middle(one) - middle(other) || (one < other ? -1 : 1));
    for (const [index, name] of sorted.entries()) place.set(name, (index + 0.5) / sorted.length);
    return sorted;
  });
}
