import { median } from '../statistics/quantile.js';
import type { Measures, TimeShift } from './time-shifts.js';

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
  /** How many edges of the blamed service lie in that direction, healthy ones too. */
  readonly edges: number;
}

interface Sides {
  suffering: number;
  healthy: number;
}

/** Of the wait, at least this share must lie before the server began for a wait that is only before it. */
const leadOnlyShare = 0.8;

/**
 * A longer wait belongs to the callee when every caller of it suffers, to the caller when all it calls suffer while
 * others reach the same callees well. With one edge on both sides, a wait that lies only before the server begins is the
 * caller waiting for a connection: a slow network delays the answer too.
 */
export function blameWaits(
  measures: Measures<Edge>,
  shifts: readonly TimeShift<Edge>[],
): readonly WaitFault[] {
  const intoService = new Map<string, Sides>();
  const outOfService = new Map<string, Sides>();
  const suffering = new Set(shifts.map((shift) => shift.key));
  const sinceMs = shifts.reduce((least, shift) => Math.min(least, shift.onsetMs), Number.POSITIVE_INFINITY);
  for (const { key, units } of measures.values()) {
    const seenSince = units.some(({ trace }) => trace.period === 'window' && trace.startMs >= sinceMs);
    if (!seenSince && !suffering.has(key)) continue;
    count(intoService, key.callee, suffering.has(key));
    count(outOfService, key.caller, suffering.has(key));
  }
  const faults = new Map<string, { fault: WaitFault['fault']; blamed: string; shifts: TimeShift<Edge>[] }>();
  for (const shift of shifts) {
    const { caller, callee } = shift.key;
    const ofCallee = coverage(intoService.get(callee)) + 0.1 * coverage(outOfService.get(callee));
    const ofCaller = coverage(outOfService.get(caller)) + 0.1 * coverage(intoService.get(caller));
    const callerToBlame = isLeadOnly(shift) ? ofCaller * 1.3 > ofCallee : ofCaller > ofCallee * 1.1;
    const fault = callerToBlame ? 'client-wait' : 'network-wait';
    const blamed = callerToBlame ? caller : callee;
    const known = faults.get(`${fault}\0${blamed}`);
    if (known === undefined) faults.set(`${fault}\0${blamed}`, { fault, blamed, shifts: [shift] });
    else known.shifts.push(shift);
  }
  return Array.from(faults.values(), (fault) => {
    const sides = (fault.fault === 'network-wait' ? intoService : outOfService).get(fault.blamed);
    return { ...fault, edges: (sides?.suffering ?? 0) + (sides?.healthy ?? 0) };
  });
}

function count(sides: Map<string, Sides>, service: string, suffers: boolean): void {
  const known = sides.get(service) ?? { suffering: 0, healthy: 0 };
  if (suffers) known.suffering++;
  else known.healthy++;
  sides.set(service, known);
}

/** The share of edges that suffer, pulled to a half where there are few. */
function coverage(sides: Sides | undefined): number {
  if (sides === undefined || sides.suffering === 0) return 0;
  return (sides.suffering + 0.5) / (sides.suffering + sides.healthy + 1);
}

/** Compared with the same edge before, so that a difference of clocks cancels out. */
function isLeadOnly(shift: TimeShift<Edge>): boolean {
  const leads = (units: TimeShift<Edge>['after']): number[] =>
    units.flatMap((unit) => unit.calls.flatMap((call) => (call.leadMs === undefined ? [] : [call.leadMs])));
  const longer = median(leads(shift.after)) - median(leads(shift.before));
  return longer >= leadOnlyShare * (shift.afterMs - shift.typicalMs);
}
