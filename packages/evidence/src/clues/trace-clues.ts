import type { TraceFault } from '@midwatch/core/incident';
import { strengthOf } from '../statistics/evidence-gain.js';
import type { Call, ReadTrace } from '../trace-faults/call.js';
import { exampleTraces } from '../trace-faults/example-traces.js';
import type { TraceClue } from '../trace-faults/trace-clue.js';
import type { Clue, ClueFamily } from './clue.js';
import { referTo } from './signal-references.js';

const familyOf: Record<TraceFault, ClueFamily> = {
  'slow-self-time': 'time',
  'client-wait': 'time',
  'network-wait': 'time',
  'own-error': 'errors',
  'missing-step': 'structure',
  'missing-callee': 'structure',
  'new-path': 'structure',
};

export function toTraceClue(found: TraceClue): Clue {
  const examples = exampleTraces(found.affected);
  return {
    family: found.ofFailures ? 'errors' : familyOf[found.fault],
    blamed: found.blamed,
    gain: found.gain,
    affected: found.affected,
    mayBeSymptom: false,
    draft: {
      kind: 'trace-fault',
      fault: found.fault,
      service: found.service,
      ...(found.operation === undefined ? {} : { operation: found.operation }),
      ...(found.callee === undefined ? {} : { callee: found.callee }),
      ...podOf(found.affected, found.service),
      statement: found.statement,
      strength: strengthOf(found.gain),
      ...(found.onsetMs === undefined ? {} : { onsetMs: found.onsetMs }),
      ...referToTraces(examples, found.affected),
      window: found.window,
      baseline: found.baseline,
      exampleTraceIds: examples.map((trace) => trace.signal.traceId),
    },
  };
}

function referToTraces(examples: readonly ReadTrace[], affected: readonly Call[]) {
  const traces = new Set<ReadTrace>(examples);
  for (const call of affected) traces.add(call.trace);
  return referTo(
    Array.from(traces, (trace) => trace.signal),
    traces.size,
  );
}

const podAttributes = ['k8s.pod.name', 'pod', 'service.instance.id', 'host.name'];

/** The pod, when all calls that show the fault ran in one while the service has several or tells its name. */
function podOf(affected: readonly Call[], service: string): { pod?: string } {
  let pod: string | undefined;
  for (const call of affected) {
    if (call.service !== service) continue;
    const name = podAttributes
      .map((key) => call.spans[0]?.attributes[key])
      .find((value) => value !== undefined);
    if (name === undefined || (pod !== undefined && pod !== String(name))) return {};
    pod = String(name);
  }
  return pod === undefined ? {} : { pod };
}
