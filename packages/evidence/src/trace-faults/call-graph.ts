import type { CallEdge } from '@midwatch/core/incident';
import type { ReadTrace } from './call.js';

/** Who called whom, in window and baseline together; most calls first. */
export function toCallGraph(traces: readonly ReadTrace[]): readonly CallEdge[] {
  const edges = new Map<string, { caller: string; callee: string; calls: number }>();
  for (const trace of traces) {
    for (const { parent, service } of trace.calls) {
      if (parent === undefined) continue;
      const name = `${parent.service}\0${service}`;
      const edge = edges.get(name);
      if (edge === undefined) edges.set(name, { caller: parent.service, callee: service, calls: 1 });
      else edge.calls++;
    }
  }
  return [...edges.values()].sort(
    (a, b) => b.calls - a.calls || compare(a.caller, b.caller) || compare(a.callee, b.callee),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
