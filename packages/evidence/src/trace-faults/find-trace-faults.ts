import type { DeploySignal, LogSignal, TimeWindow, TraceSignal } from '@midwatch/core';
import type { CallEdge } from '@midwatch/core/incident';
import type { Period, ReadTrace } from './call.js';
import { toCallGraph } from './call-graph.js';
import { toErrorClue } from './error-clue.js';
import { toHealthyRequests } from './healthy-requests.js';
import { joinLines, type LineReading } from './join-lines.js';
import { findStepChanges } from './missing-steps.js';
import { type OperationUnits, toOperationUnits } from './operation-units.js';
import { findErrorRise, forgetUsualErrors, markOwnErrors } from './own-errors.js';
import { readTrace } from './read-trace.js';
import { toStepClue } from './step-clue.js';
import { type SelfTimeKey, toSelfTimeClue, toWaitClue } from './time-clue.js';
import { addToMeasure, findTimeShifts, type Measure } from './time-shifts.js';
import type { TraceClue } from './trace-clue.js';
import { addUnansweredCalls } from './unanswered-calls.js';
import { blameWaits, type Edge } from './wait-blame.js';

export interface TraceFaultsInput {
  readonly traces: readonly TraceSignal[];
  readonly logs: readonly LogSignal[];
  readonly deploys: readonly DeploySignal[];
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly lines: LineReading;
  /** Whether every log line of the trace was read; only then can a line be missing. */
  hasAllLines(traceId: string): boolean;
}

export interface TraceFaults {
  readonly clues: readonly TraceClue[];
  readonly callGraph: readonly CallEdge[];
  /** In order of time. */
  readonly traces: readonly ReadTrace[];
}

/** What traces, and the log lines that belong to them, say is wrong, and with whom. */
export function findTraceFaults(input: TraceFaultsInput): TraceFaults {
  const traces = readTraces(input);
  const places = joinLines(traces, input.logs, input.lines);
  addUnansweredCalls(traces, input.deploys);
  const operations = toOperationUnits(traces);
  for (const operation of operations) forgetUsualErrors(operation);
  markOwnErrors(traces, input.lines);
  const services = new Set(operations.map((operation) => operation.service));
  const clues: TraceClue[] = [];
  for (const operation of operations) {
    const steps = findStepChanges(operation, (unit) => input.hasAllLines(unit.trace.signal.traceId));
    const stepClue = toStepClue(steps, input.lines, places);
    if (stepClue !== undefined) clues.push(stepClue);
    const rise = findErrorRise(operation, input.lines);
    if (rise !== undefined) clues.push(toErrorClue(rise, services));
  }
  clues.push(...findTimeClues(traces, operations));
  return { clues, callGraph: toCallGraph(traces), traces };
}

function readTraces(input: TraceFaultsInput): readonly ReadTrace[] {
  const traces: ReadTrace[] = [];
  const seen = new Set<string>();
  for (const signal of input.traces) {
    const period = periodOf(signal.timestampMs, input);
    if (period === undefined || seen.has(signal.traceId)) continue;
    seen.add(signal.traceId);
    traces.push(readTrace(signal, period));
  }
  const byId = (a: ReadTrace, b: ReadTrace): number => (a.signal.traceId < b.signal.traceId ? -1 : 1);
  return traces.sort((a, b) => a.startMs - b.startMs || byId(a, b));
}

function periodOf(ms: number, { window, baseline }: TraceFaultsInput): Period | undefined {
  if (ms >= window.startMs && ms < window.endMs) return 'window';
  return ms >= baseline.startMs && ms < baseline.endMs ? 'baseline' : undefined;
}

function findTimeClues(
  traces: readonly ReadTrace[],
  operations: readonly OperationUnits[],
): readonly TraceClue[] {
  const healthy = toHealthyRequests(traces);
  const waits = measureWaits(traces);
  const selfTimes = operations.map(({ service, operation, units }): Measure<SelfTimeKey> => {
    const measure: Measure<SelfTimeKey> = { key: { service, operation }, units: [] };
    for (const { calls } of units) {
      for (const call of calls) if (!call.isUnanswered) addToMeasure(measure, call, call.selfMs);
    }
    return measure;
  });
  return [
    ...blameWaits(waits, findTimeShifts(waits, healthy, 'absolute')).map(toWaitClue),
    ...findTimeShifts(selfTimes, healthy, 'absolute-and-relative').map(toSelfTimeClue),
  ];
}

function measureWaits(traces: readonly ReadTrace[]): readonly Measure<Edge>[] {
  const byCaller = new Map<string, Map<string, Measure<Edge>>>();
  const measures: Measure<Edge>[] = [];
  for (const trace of traces) {
    for (const call of trace.calls) {
      const { service: callee, parent, waitMs } = call;
      if (parent === undefined || waitMs === undefined) continue;
      let ofCaller = byCaller.get(parent.service);
      if (ofCaller === undefined) {
        ofCaller = new Map();
        byCaller.set(parent.service, ofCaller);
      }
      let measure = ofCaller.get(callee);
      if (measure === undefined) {
        measure = { key: { caller: parent.service, callee }, units: [] };
        ofCaller.set(callee, measure);
        measures.push(measure);
      }
      addToMeasure(measure, call, Math.max(0, waitMs));
    }
  }
  return measures;
}
