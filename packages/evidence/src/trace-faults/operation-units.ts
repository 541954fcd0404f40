import type { Call, Period, ReadTrace } from './call.js';

/** The calls of one operation within one trace: one observation, so that a loop of 8,000 calls counts once. */
export interface Unit {
  readonly trace: ReadTrace;
  readonly period: Period;
  readonly calls: Call[];
}

/** Everything seen of one operation of one service; units in order of time. */
export interface OperationUnits {
  readonly service: string;
  readonly operation: string;
  readonly units: Unit[];
}

/** `traces` in order of time. */
export function toOperationUnits(traces: readonly ReadTrace[]): readonly OperationUnits[] {
  const byService = new Map<string, Map<string, OperationUnits>>();
  const all: OperationUnits[] = [];
  for (const trace of traces) {
    for (const call of trace.calls) {
      let operations = byService.get(call.service);
      if (operations === undefined) {
        operations = new Map();
        byService.set(call.service, operations);
      }
      let found = operations.get(call.operation);
      if (found === undefined) {
        found = { service: call.service, operation: call.operation, units: [] };
        operations.set(call.operation, found);
        all.push(found);
      }
      const last = found.units[found.units.length - 1];
      if (last?.trace === trace) last.calls.push(call);
      else found.units.push({ trace, period: trace.period, calls: [call] });
    }
  }
  return all;
}
