import { judgement } from '../judgement.js';
import { ascending, median, quantile } from '../statistics/quantile.js';
import { type Measure, type MeasureUnit, perCall, type TimeShift } from './time-shifts.js';

/** Calls from one service to another. */
export interface Edge {
  readonly caller: string;
  readonly callee: string;
}

/** Waits between client and server spans that point at one service: at its network, or at its own queue before calling. */
export interface WaitFault {
  readonly fault: 'network-wait' | 'client-wait';
  readonly blamed: string;
  readonly shifts: readonly TimeShift<Edge>[];
  /** How many edges of the blamed service lie in that direction and were seen then, healthy ones too. */
  readonly edges: number;
}

const { leadOnlyShare, sufferingShare, otherSide, callerByLead, callerByShare } = judgement.waits;
const mostShifts = 200;
const mostEdges = 50;

/**
 * A longer wait belongs to the callee when every caller of it suffers, to the caller when all it calls suffer while
 * others reach the same callees well. Where nobody else calls the callee, a wait that lies only before the server begins is
 * the caller waiting for a connection: a slow network delays the answer too.
 */
export function blameWaits(
  measures: readonly Measure<Edge>[],
  shifts: readonly TimeShift<Edge>[],
): readonly WaitFault[] {
  const into = groupBy(measures, (edge) => edge.callee);
  const outOf = groupBy(measures, (edge) => edge.caller);
  const faults = new Map<
    string,
    { -readonly [K in keyof WaitFault]: WaitFault[K] } & { shifts: TimeShift<Edge>[] }
  >();
  for (const shift of shifts.toSorted((a, b) => b.weight - a.weight).slice(0, mostShifts)) {
    const { caller, callee } = shift.key;
    const calleeIn = coverage(into.get(callee), shift);
    const callerOut = coverage(outOf.get(caller), shift);
    const ofCallee = calleeIn.share + otherSide * coverage(outOf.get(callee), shift).share;
    const ofCaller = callerOut.share + otherSide * coverage(into.get(caller), shift).share;
    const waitsToBegin = calleeIn.edges === 1 && isLeadOnly(shift);
    const callerToBlame = waitsToBegin
      ? ofCaller * callerByLead > ofCallee
      : ofCaller > ofCallee * callerByShare;
    const fault = callerToBlame ? 'client-wait' : 'network-wait';
    const blamed = callerToBlame ? caller : callee;
    const known = faults.get(`${fault}\0${blamed}`);
    if (known !== undefined) known.shifts.push(shift);
    else
      faults.set(`${fault}\0${blamed}`, {
        fault,
        blamed,
        shifts: [shift],
        edges: (callerToBlame ? callerOut : calleeIn).edges,
      });
  }
  return Array.from(faults.values(), (fault) => ({
    ...fault,
    edges: Math.max(fault.edges, fault.shifts.length),
  }));
}

function groupBy(
  measures: readonly Measure<Edge>[],
  nameOf: (edge: Edge) => string,
): ReadonlyMap<string, readonly Measure<Edge>[]> {
  const groups = new Map<string, Measure<Edge>[]>();
  for (const measure of measures) {
    const known = groups.get(nameOf(measure.key));
    if (known === undefined) groups.set(nameOf(measure.key), [measure]);
    else known.push(measure);
  }
  return groups;
}

/** The share of edges that suffer as this one does, each by how often it was seen since; pulled to a half where that is little. */
function coverage(
  edges: readonly Measure<Edge>[] | undefined,
  shift: TimeShift<Edge>,
): { readonly share: number; readonly edges: number } {
  const excessMs = upperQuartile(shift.after) - shift.typicalMs;
  let suffering = 0;
  let total = 0;
  let count = 0;
  for (const { key, units } of (edges ?? []).slice(0, mostEdges)) {
    const since = units.filter(({ trace }) => trace.period === 'window' && trace.startMs >= shift.onsetMs);
    if (since.length === 0) continue;
    const before = units.filter(({ trace }) => trace.period === 'baseline').map(perCall);
    const typicalMs = before.length === 0 ? shift.typicalMs : median(before);
    const suffers = key === shift.key || upperQuartile(since) - typicalMs >= sufferingShare * excessMs;
    const weight = since.length / (since.length + 1);
    if (suffers) suffering += weight;
    total += weight;
    count++;
  }
  return { share: suffering === 0 ? 0 : (suffering + 0.5) / (total + 1), edges: count };
}

/** Half of the calls may be spared by a fault that comes and goes. */
function upperQuartile(units: readonly MeasureUnit[]): number {
  return quantile(ascending(units.map(perCall)), 0.75);
}

/** Compared with the same edge before, so that a difference of clocks cancels out. */
function isLeadOnly(shift: TimeShift<Edge>): boolean {
  const leads = (units: TimeShift<Edge>['after']): number[] =>
    units.flatMap((unit) => unit.calls.flatMap((call) => (call.leadMs === undefined ? [] : [call.leadMs])));
  const longer = median(leads(shift.after)) - median(leads(shift.before));
  return longer >= leadOnlyShare * (shift.afterMs - shift.typicalMs);
}
