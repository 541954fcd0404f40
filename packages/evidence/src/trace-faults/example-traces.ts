import type { Call, ReadTrace } from './call.js';
import { requestKind } from './healthy-requests.js';

const mostExamples = 5;

/** Typical and short: of the commonest kind of request among those affected, the ones with the fewest spans, whole ones first. */
export function exampleTraces(affected: readonly Call[]): readonly ReadTrace[] {
  const kinds = new Map<string, ReadTrace[]>();
  for (const trace of new Set(affected.map((call) => call.trace))) {
    const kind = requestKind(trace);
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [trace]);
    else known.push(trace);
  }
  let typical: ReadTrace[] = [];
  for (const traces of kinds.values()) if (traces.length > typical.length) typical = traces;
  return typical
    .toSorted(
      (a, b) =>
        Number(b.signal.complete) - Number(a.signal.complete) ||
        a.signal.spans.length - b.signal.spans.length ||
        a.startMs - b.startMs,
    )
    .slice(0, mostExamples);
}
