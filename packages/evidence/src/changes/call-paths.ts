import type { CallEdge, ChangeFinding } from '@midwatch/core/incident';

/** Services that a service reaches by calls, directly or through others; itself not included unless by a loop. */
export function reachableFrom(
  service: string,
  neighbours: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [service];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const other of neighbours.get(next) ?? []) {
      if (reached.has(other)) continue;
      reached.add(other);
      open.push(other);
    }
  }
  return reached;
}

export function calleesOf(edges: readonly CallEdge[]): ReadonlyMap<string, readonly string[]> {
  return neighboursOf(edges.map(({ caller, callee }) => [caller, callee]));
}

function callersOf(edges: readonly CallEdge[]): ReadonlyMap<string, readonly string[]> {
  return neighboursOf(edges.map(({ caller, callee }) => [callee, caller]));
}

function neighboursOf(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>();
  for (const [from, to] of pairs) {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  }
  return neighbours;
}

/** How a changed service is tied to the one that alerts: the same, on one path of calls, or not at all. */
export function relationTo(
  alerting: string | undefined,
  edges: readonly CallEdge[],
): (service: string) => ChangeFinding['relation'] {
  if (alerting === undefined) {
    const inGraph = new Set(edges.flatMap(({ caller, callee }) => [caller, callee]));
    return (service) => (inGraph.has(service) ? 'connected' : 'unconnected');
  }
  const below = reachableFrom(alerting, calleesOf(edges));
  const above = reachableFrom(alerting, callersOf(edges));
  return (service) => {
    if (service === alerting) return 'same-service';
    return below.has(service) || above.has(service) ? 'connected' : 'unconnected';
  };
}
