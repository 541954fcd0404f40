import { type Disturbance, isAtCall, isInService, type Strain } from './disturbance.js';
import type { Random } from './random.js';
import { type Call, findOperation, type Operation, type Topology } from './topology.js';

/** One operation serving one request; times in milliseconds from the start of the request. */
export interface Visit {
  readonly operation: Operation;
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: number;
  /** Set when this operation failed by itself or because a call failed. */
  readonly failure?: VisitFailure;
  readonly calls: readonly CallVisit[];
  /** For each disturbance inside: time from the start of this visit until the request reached it. */
  readonly reached: ReadonlyMap<string, number>;
  /** Sum of the strain draws inside: multiply by the mean wait to lengthen this visit. */
  readonly strainUnits: number;
}

export interface VisitFailure {
  readonly own: boolean;
  readonly disturbanceId?: string;
  readonly errorType: string;
  readonly message: string;
  /** When the failure was noticed, from the start of the request. */
  readonly atMs: number;
}

/** One call as its caller saw it: the client span. `visit` is absent when it never arrived. */
export interface CallVisit {
  readonly call: Call;
  readonly callee: Operation;
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly visit?: Visit;
}

/** The shop at one moment, as a request meets it. */
export interface Moment {
  readonly topology: Topology;
  readonly tick: number;
  /** Factor on every time that has nothing to do with a fault. */
  readonly latencyScale: number;
  readonly disturbances: readonly Disturbance[];
  readonly strains: readonly Strain[];
  /** Share of requests failing by themselves for an operation's weight of 1. */
  readonly errorShare: number;
}

const SHARE_BEFORE_FIRST_CALL = 0.4;
/** Most hops take well under a millisecond; a few show a gap that means nothing. */
const STRAY_GAP_SHARE = 0.002;
const STRAY_GAP_MS = 110;

interface Walk {
  clock: number;
  strainUnits: number;
  failure?: VisitFailure;
  status: number;
  readonly calls: CallVisit[];
  readonly reached: Map<string, number>;
}

/** Lets one request pass through the shop. All chance comes from `random`, in a fixed order. */
export function simulateRequest(
  operation: Operation,
  startMs: number,
  moment: Moment,
  random: Random,
): Visit {
  const walk: Walk = {
    clock: startMs,
    strainUnits: 0,
    status: operation.okStatus,
    calls: [],
    reached: new Map(),
  };
  const own = moment.latencyScale * operation.selfMs * Math.exp(operation.spread * random.normal());
  const share = operation.calls.length === 0 ? 1 : SHARE_BEFORE_FIRST_CALL;
  walk.clock += own * share;
  disturb(walk, startMs, moment, random, (place) => isInService(place, operation));
  for (const call of operation.calls) {
    if (walk.failure !== undefined) break;
    if (!random.chance(call.share)) continue;
    makeCall(walk, operation, call, startMs, moment, random);
    if (walk.failure === undefined) walk.clock += (own * (1 - share)) / operation.calls.length;
  }
  if (walk.failure === undefined) settle(walk, operation, moment, random);
  const { failure } = walk;
  return {
    operation,
    startMs,
    durationMs: walk.clock - startMs,
    status: walk.status,
    ...(failure !== undefined && { failure }),
    calls: walk.calls,
    reached: walk.reached,
    strainUnits: walk.strainUnits,
  };
}

/** Applies every disturbance at one place; stops at the first that makes the request fail. */
function disturb(
  walk: Walk,
  startMs: number,
  moment: Moment,
  random: Random,
  here: (place: Disturbance['place']) => boolean,
): void {
  for (const disturbance of moment.disturbances) {
    if (!here(disturbance.place)) continue;
    walk.reached.set(disturbance.id, walk.clock - startMs);
    if (!random.chance(disturbance.intensity(moment.tick))) continue;
    if (!random.chance(disturbance.failShare)) {
      walk.clock += disturbance.servedDelayMs(random.next());
      continue;
    }
    walk.clock += disturbance.failedDelayMs(random.next());
    const { status, errorType, message } = disturbance.failure;
    walk.status = status;
    walk.failure = { own: true, disturbanceId: disturbance.id, errorType, message, atMs: walk.clock };
    return;
  }
}

function makeCall(
  walk: Walk,
  operation: Operation,
  call: Call,
  startMs: number,
  moment: Moment,
  random: Random,
): void {
  const callee = findOperation(moment.topology, call.to);
  for (const strain of moment.strains) {
    if (!isAtCall(strain.place, operation.service, callee.service)) continue;
    const units = -Math.log(1 - random.next());
    walk.strainUnits += units;
    walk.clock += units * strain.meanMs * strain.level(moment.tick);
  }
  const at = (kind: 'before-call' | 'in-call') => (place: Disturbance['place']) =>
    place.kind === kind && isAtCall(place, operation.service, callee.service);
  disturb(walk, startMs, moment, random, at('before-call'));
  if (walk.failure !== undefined) return;

  const clientStart = walk.clock;
  walk.clock += networkGapMs(random) * moment.latencyScale;
  disturb(walk, startMs, moment, random, at('in-call'));
  if (walk.failure !== undefined) {
    walk.calls.push({
      call,
      callee,
      startMs: clientStart,
      durationMs: walk.clock - clientStart,
      failed: true,
    });
    return;
  }
  const arrived = walk.clock;
  const visit = simulateRequest(callee, arrived, moment, random);
  walk.clock = arrived + visit.durationMs + networkGapMs(random) * moment.latencyScale;
  const failed = visit.failure !== undefined;
  walk.calls.push({
    call,
    callee,
    startMs: clientStart,
    durationMs: walk.clock - clientStart,
    failed,
    visit,
  });
  walk.strainUnits += visit.strainUnits;
  for (const [id, afterMs] of visit.reached) walk.reached.set(id, arrived - startMs + afterMs);
  if (!failed) return;
  walk.status = passedOnStatus(operation);
  walk.failure = {
    own: false,
    ...(visit.failure?.disturbanceId !== undefined && { disturbanceId: visit.failure.disturbanceId }),
    errorType: String(visit.status),
    message: `call to ${callee.service} failed with status ${visit.status}`,
    atMs: walk.clock,
  };
}

/** What an operation answers when one of its calls failed. */
export function passedOnStatus(operation: Operation): number {
  return operation.kind === 'http' ? 502 : 500;
}

function networkGapMs(random: Random): number {
  const usual = random.between(0.15, 0.7);
  return random.chance(STRAY_GAP_SHARE) ? usual + random.next() * STRAY_GAP_MS : usual;
}

/** A request that met no fault: it may still fail by itself, or find nothing. */
function settle(walk: Walk, operation: Operation, moment: Moment, random: Random): void {
  const roll = random.next();
  const errorShare = moment.errorShare * operation.errorWeight;
  if (roll < errorShare) {
    walk.status = 500;
    const message =
      operation.kind === 'database' ? 'canceling statement due to user request' : 'unexpected internal error';
    walk.failure = { own: true, errorType: 'InternalError', message, atMs: walk.clock };
  } else if (roll < errorShare + operation.notFoundShare) {
    walk.status = 404;
  }
}
